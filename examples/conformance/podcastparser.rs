//! The cases of podcastparser: each expects an object in that library's names. Where it says nothing, it writes
//! zeroes and empty texts.

use std::path::Path;

use precis::{clock::Timestamp, ingest::feed::Origin};
use serde_json::{Value, json};
use url::Url;

use crate::{
    cases::{self, CorpusError, list, text},
    expectation::{Expectations, Field},
    stages::Stages,
    tally::Tally,
};

/// Where the suite has its cases, and where they are taken to be here: files are no pages.
const FILES: &str = "file://tests/";
const SERVER: &str = "https://tests/";

pub(crate) fn run(folder: &Path, stages: &mut Stages, tally: &mut Tally) -> Result<(), CorpusError> {
    for case in cases::lines(&folder.join("conformance"), "podcastparser.jsonl")? {
        let id = text(&case, "id");
        let url = Url::parse(&format!("{SERVER}data/{id}")).ok();
        let origin = Origin { url: url.as_ref(), ..Origin::default() };
        let mut expected = expectations(&case["expected_json"]);
        // What has no title is called by its file there, and by its host here.
        if !id.starts_with(&format!("{}.", text(&case["expected_json"], "title"))) {
            expected.add(None, Field::Title, &case["expected_json"]["title"]);
        }
        expected.count(id, &cases::body(&case), &origin, stages, tally);
    }
    Ok(())
}

fn expectations(feed: &Value) -> Expectations {
    // It sorts what is told in order.
    let is_sorted = text(feed, "type") == "serial";
    let mut expected = if is_sorted { Expectations::in_any_order() } else { Expectations::default() };
    expected.add(None, Field::Text, &feed["description"]);
    expected.add(None, Field::Link, &address(&feed["link"]));
    expected.add(None, Field::Image, &address(&feed["cover_url"]));
    for (at, item) in list(feed, "episodes").iter().enumerate() {
        let at = Some(at);
        expected.add(at, Field::Title, &item["title"]);
        expected.add(at, Field::Text, &item["description"]);
        expected.add(at, Field::Text, &item["description_html"]);
        expected.add(at, Field::Link, &address(&item["link"]));
        expected.add(at, Field::Guid, &address(&item["guid"]));
        expected.add(at, Field::Image, &address(&item["episode_art_url"]));
        let published = item["published"].as_i64().filter(|it| *it > 0).and_then(Timestamp::from_seconds);
        expected.add(at, Field::Published, &published.map_or(Value::Null, |it| json!(it.to_string())));
        expected.add(at, Field::Duration, &positive(&item["total_time"]));
        for file in list(item, "enclosures") {
            expected.add(at, Field::EnclosureUrl, &address(&file["url"]));
            expected.add(at, Field::EnclosureSize, &positive(&file["file_size"]));
            // Its word for a type that is not said.
            let is_said = text(file, "mime_type") != "application/octet-stream";
            expected.add(at, Field::EnclosureType, if is_said { &file["mime_type"] } else { &Value::Null });
        }
    }
    expected
}

fn address(value: &Value) -> Value {
    value.as_str().map_or(Value::Null, |it| json!(it.replace(FILES, SERVER)))
}

fn positive(value: &Value) -> Value {
    value.as_i64().filter(|it| *it > 0).map_or(Value::Null, |it| json!(it))
}
