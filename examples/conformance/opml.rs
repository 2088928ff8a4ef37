//! Lists of feeds: every address of a feed in them has to come out.

use std::{collections::HashSet, path::Path};

use precis::{
    ingest::{InputKind, decode, opml, sniff},
    text::{html::decode_entities, web::normalise_url},
};

use crate::{
    cases::{self, CorpusError},
    stages::{Fault, Stages, caught},
    tally::Tally,
};

pub(crate) fn run(folder: &Path, _stages: &mut Stages, tally: &mut Tally) -> Result<(), CorpusError> {
    for path in cases::files(&folder.join("opml"), &[".opml", ".xml"])? {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let bytes = cases::bytes(&path)?;
        let list = caught(|| match sniff(&bytes[..bytes.len().min(4_096)], Some(&name)) {
            InputKind::Opml => opml::parse(&bytes).map_err(|it| Fault::Refused(it.to_string())),
            other => Err(Fault::Refused(format!("it was taken for {other:?}"))),
        });
        let list = list.and_then(|it| it).map_err(Fault::into_text);
        let known: Result<HashSet<_>, _> =
            list.as_ref().map(|it| it.sources.iter().filter_map(|it| it.feed_url.clone()).collect());
        for address in addresses(&decode::decode(&bytes, None)) {
            let found = known
                .as_ref()
                .map_err(|it| (*it).clone())
                .and_then(|known| if known.contains(&address) { Ok(()) } else { Err("no such source".to_owned()) });
            tally.check(&name, &address, found);
        }
    }
    Ok(())
}

/// The addresses behind `xmlUrl=`, told by nothing but that, as far as they are addresses.
fn addresses(list: &str) -> Vec<String> {
    let list = cases::without(list, "<!--", "-->");
    let lower = list.to_ascii_lowercase();
    let values = lower.match_indices("xmlurl").filter_map(|(at, name)| {
        let value = list[at + name.len()..].trim_start().strip_prefix('=')?.trim_start();
        let quote = value.chars().next().filter(|it| matches!(it, '"' | '\''))?;
        value[1..].split(quote).next()
    });
    let plain = values.map(|it| {
        let it = decode_entities(it.trim()).into_owned();
        it.strip_prefix("feed://")
            .map_or_else(|| it.trim_start_matches("feed:").to_owned(), |it| format!("https://{it}"))
    });
    plain.filter_map(|it| normalise_url(&it, None)).collect()
}
