//! Feeds: everything from the bytes to drafts of episodes.

#![no_main]

use libfuzzer_sys::fuzz_target;
use precis::{
    content::draft::EXCERPT_CHARS,
    ingest::feed::{Origin, parse},
    text::html::sanitise,
};

/// What a byte of a feed may become at most, and what any feed may.
const GROWTH: usize = 100;
const ANYHOW: usize = 1_000_000;

fuzz_target!(|bytes: &[u8]| {
    let Ok(feed) = parse(bytes, &Origin::default()) else { return };
    assert!(!feed.source.name.trim().is_empty());
    assert!(feed.episodes.len() <= bytes.len());
    let mut size = 0;
    for episode in &feed.episodes {
        assert!(!episode.title.trim().is_empty() && !episode.title.contains(['\n', '\0']));
        assert!(episode.excerpt.chars().count() <= EXCERPT_CHARS);
        let addresses = [&episode.url, &episode.image_url].into_iter().flatten();
        for address in addresses.chain(episode.enclosures.iter().map(|it| &it.url)) {
            assert!(address.starts_with("https://") || address.starts_with("http://"), "{address}");
        }
        let content = episode.content.as_deref().unwrap_or_default();
        size += content.len() + episode.title.len() + episode.excerpt.len();
        assert_eq!(sanitise(content, None), content, "clean HTML stays as it is");
        assert_eq!(active(content), None, "{content}");
    }
    // A packed feed is larger than its bytes say.
    assert!(bytes.starts_with(&[0x1f, 0x8b]) || size <= bytes.len() * GROWTH + ANYHOW, "{size} of {}", bytes.len());
});

/// The first tag of clean HTML (where `<` begins one, and attributes are quoted) that does anything.
fn active(html: &str) -> Option<&str> {
    const ELEMENTS: &[&str] =
        &["script", "style", "iframe", "object", "embed", "svg", "math", "form", "link", "meta", "base", "template"];
    const ATTRIBUTES: &[&str] = &[" on", " style=", " srcdoc="];
    const SCHEMES: &[&str] = &["=\"javascript:", "=\"data:", "=\"vbscript:"];
    html.split('<').skip(1).map(tag).find(|tag| {
        let name = tag.split(|it: char| !it.is_ascii_alphanumeric()).next().unwrap_or_default();
        // Every other part is inside of quotes.
        let outside = tag.split('"').step_by(2).collect::<Vec<_>>().join("\"\"");
        ELEMENTS.contains(&name)
            || ATTRIBUTES.iter().any(|it| outside.contains(it))
            || SCHEMES.iter().any(|it| tag.contains(it))
    })
}

/// A tag without what follows it: `>` may stand inside of quotes.
fn tag(rest: &str) -> &str {
    let mut is_quoted = false;
    let end = rest.find(|it: char| {
        is_quoted ^= it == '"';
        it == '>' && !is_quoted
    });
    &rest[..end.unwrap_or(rest.len())]
}
