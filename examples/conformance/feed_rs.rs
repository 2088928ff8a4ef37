//! The cases of feed-rs: each expects that library's own model as JSON, nulls included.

use std::path::Path;

use precis::ingest::feed::Origin;
use serde_json::Value;

use crate::{
    cases::{self, CorpusError, list, text},
    expectation::{Expectations, Field},
    stages::Stages,
    tally::Tally,
};

pub(crate) fn run(folder: &Path, stages: &mut Stages, tally: &mut Tally) -> Result<(), CorpusError> {
    for case in cases::lines(&folder.join("conformance"), "feed-rs.jsonl")? {
        let bytes = cases::body(&case);
        let expected = expectations(&case["expected_json"], &String::from_utf8_lossy(&bytes));
        expected.count(text(&case, "id"), &bytes, &Origin::default(), stages, tally);
    }
    Ok(())
}

fn expectations(feed: &Value, written: &str) -> Expectations {
    let mut expected = Expectations::default();
    expected.add(None, Field::Title, &feed["title"]["content"]);
    expected.add(None, Field::Text, &feed["description"]["content"]);
    expected.add(None, Field::Language, &feed["language"]);
    expected.add_any(None, Field::Link, pages(feed));
    expected.add_any(None, Field::Image, [&feed["logo"]["uri"], &feed["icon"]["uri"]]);
    let is_atom = text(feed, "feed_type") == "Atom";
    for (at, item) in list(feed, "entries").iter().enumerate() {
        let at = Some(at);
        expected.add(at, Field::Title, &item["title"]["content"]);
        expected.add(at, Field::Text, &item["summary"]["content"]);
        expected.add(at, Field::Text, &item["content"]["body"]);
        expected.add_any(at, Field::Link, pages(item));
        // An id that is not in the feed was made up.
        if written.contains(text(item, "id")) {
            expected.add(at, Field::Guid, &item["id"]);
        }
        expected.add(at, Field::Published, &item["published"]);
        // Elsewhere it is the feed's date.
        if is_atom {
            expected.add(at, Field::Updated, &item["updated"]);
        }
        for author in list(item, "authors") {
            expected.add(at, Field::Author, &author["name"]);
        }
        for category in list(item, "categories") {
            expected.add_any(at, Field::Tag, [&category["term"], &category["label"]]);
        }
        for media in list(item, "media") {
            for file in list(media, "content") {
                expected.add(at, Field::EnclosureUrl, &file["url"]);
                expected.add(at, Field::EnclosureType, &file["content_type"]);
                expected.add(at, Field::EnclosureSize, &file["size"]);
            }
        }
    }
    expected
}

/// Where people read it: any of these addresses.
fn pages(holder: &Value) -> impl Iterator<Item = &Value> {
    list(holder, "links").iter().filter(|it| matches!(text(it, "rel"), "" | "alternate")).map(|it| &it["href"])
}
