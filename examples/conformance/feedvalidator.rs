//! The cases of the W3C's validator, most of which break a rule: none of them may break the reader, and a
//! complaint of a validator costs no item.

use std::path::Path;

use precis::ingest::opml;

use crate::{
    cases::{self, CorpusError, text},
    samples::whole,
    stages::{Fault, Stages, caught},
    tally::Tally,
};

pub(crate) fn run(folder: &Path, stages: &mut Stages, tally: &mut Tally) -> Result<(), CorpusError> {
    for case in cases::lines(&folder.join("conformance"), "feedvalidator.jsonl")? {
        let (id, bytes) = (text(&case, "id"), cases::body(&case));
        let written = String::from_utf8_lossy(&bytes);
        let root = cases::root(&written);
        if root == "opml" {
            let list = caught(|| opml::parse(&bytes).map_err(|it| it.to_string()));
            tally.check(
                id,
                "a list",
                list.and_then(|it| it.map_err(Fault::Refused)).map(drop).map_err(Fault::into_text),
            );
            continue;
        }
        let is_feed = matches!(root.rsplit(':').next(), Some("rss" | "feed" | "rdf" | "channel"));
        let items = is_feed.then(|| cases::count_items(&written));
        whole(id, &bytes, items, stages, tally);
    }
    Ok(())
}
