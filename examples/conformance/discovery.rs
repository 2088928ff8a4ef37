//! Pages for people: the feeds that they announce have to be found, all of them and no others.

use std::path::Path;

use precis::{ingest::discover, text::html::decode_entities};

use crate::{
    cases::{self, CorpusError, list, text},
    stages::{Fault, Stages, caught},
    tally::Tally,
};

pub(crate) fn run(folder: &Path, _stages: &mut Stages, tally: &mut Tally) -> Result<(), CorpusError> {
    for case in cases::lines(folder, "discovery.jsonl")? {
        let mut expected: Vec<String> =
            list(&case, "feed_links").iter().map(|it| decode_entities(text(it, "href").trim()).into_owned()).collect();
        let read = caught(|| discover::feeds(text(&case, "body"), None)).map_err(Fault::into_text);
        let found = read.and_then(|feeds| {
            let mut found: Vec<String> = feeds.into_iter().map(|it| it.href).collect();
            found.sort();
            expected.sort();
            expected.dedup();
            if found == expected { Ok(()) } else { Err(found.join(" ")) }
        });
        tally.check(text(&case, "id"), &expected.join(" "), found);
    }
    Ok(())
}
