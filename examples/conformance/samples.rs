//! Small feeds of other readers: each has to give as many items as it has, and some say what is in them.

use std::path::Path;

use precis::ingest::{
    decode,
    feed::{Origin, Skip},
};
use serde_json::Value;

use crate::{
    cases::{self, CorpusError, list, text},
    expectation::{Expectations, Field},
    stages::{Fault, Stages, no_panic},
    tally::Tally,
};

pub(crate) fn run(folder: &Path, stages: &mut Stages, tally: &mut Tally) -> Result<(), CorpusError> {
    for case in cases::lines(&folder.join("conformance"), "samples.jsonl")? {
        let (id, bytes) = (text(&case, "id"), cases::body(&case));
        whole(id, &bytes, known_items(&case["observed"]), stages, tally);
        expectations(list(&case, "expect")).count(id, &bytes, &Origin::default(), stages, tally);
    }
    Ok(())
}

/// How many items a feed has by what is known of it.
pub(crate) fn known_items(known: &Value) -> Option<usize> {
    known["items"].as_u64().and_then(|it| usize::try_from(it).ok())
}

/// Counts whether a feed gives that many items, or as many as it has tags of items (comments left out). Where
/// there are none, it has to fail no worse than with a reason.
pub(crate) fn whole(name: &str, bytes: &[u8], known: Option<usize>, stages: &mut Stages, tally: &mut Tally) {
    let read = stages.feed(name, bytes, &Origin::default());
    let tagged = cases::count_items(&decode::decode(bytes, None));
    let items = known.map_or(0, |it| if tagged > 0 { it.min(tagged) } else { it });
    if items == 0 {
        tally.check(name, "no panic", no_panic(&read));
        return;
    }
    let found = read.map_err(Fault::into_text).and_then(|feed| {
        let is_none = |it: &&Skip| it.reason == "it is empty" || it.reason.ends_with("has the same identity");
        let found = feed.episodes.len() + feed.skipped.iter().filter(is_none).count();
        if found >= items { Ok(()) } else { Err(format!("{found}; skipped {:?}", feed.skipped)) }
    });
    tally.check(name, &format!("{items} items"), found);
}

/// Statements as `{"path": "feed.items[0].title", "op": "eq", "value": …}`.
pub(crate) fn expectations(statements: &[Value]) -> Expectations {
    let mut expected = Expectations::default();
    for statement in statements.iter().filter(|it| text(it, "op") == "eq") {
        let path = text(statement, "path").trim_start_matches("feed.");
        let (item, path) = match path.strip_prefix("items[").and_then(|it| it.split_once("].")) {
            Some((item, path)) => (item.parse().ok(), path),
            None => (None, path),
        };
        let field = match (cases::without(path, "[", "]").as_str(), item) {
            ("title", _) => Field::Title,
            ("url" | "link", _) => Field::Link,
            ("feed_url", None) => Field::FeedUrl,
            ("guid" | "id", Some(_)) => Field::Guid,
            ("published", Some(_)) => Field::Published,
            ("updated", Some(_)) => Field::Updated,
            ("author.name" | "authors.name" | "author.text" | "authors.text", Some(_)) => Field::Author,
            ("description" | "summary" | "subtitle" | "content" | "content_html" | "content_text", _) => Field::Text,
            ("tags.name" | "tags", Some(_)) => Field::Tag,
            ("language", _) => Field::Language,
            _ => continue,
        };
        expected.add(item, field, &statement["value"]);
    }
    expected
}
