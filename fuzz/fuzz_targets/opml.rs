//! Lists of feeds: from the bytes to sources.

#![no_main]

use libfuzzer_sys::fuzz_target;
use precis::ingest::opml::parse;

fuzz_target!(|bytes: &[u8]| {
    let Ok(list) = parse(bytes) else { return };
    let mut known = std::collections::HashSet::new();
    for source in &list.sources {
        let address = source.feed_url.as_deref().unwrap_or_default();
        assert!(address.starts_with("https://") || address.starts_with("http://"), "{address}");
        assert!(known.insert(address), "{address} twice");
        assert!(!source.name.trim().is_empty());
    }
    // A packed list is larger than its bytes say.
    assert!(bytes.starts_with(&[0x1f, 0x8b]) || list.sources.len() + list.skipped.len() <= bytes.len());
});
