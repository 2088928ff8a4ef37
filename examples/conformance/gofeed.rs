//! The cases of gofeed: each expects an object in that library's names, those of its own model or those of a
//! format.

use std::path::Path;

use precis::ingest::feed::Origin;
use serde_json::Value;

use crate::{
    cases::{self, CorpusError, list, text},
    expectation::{Expectations, Field},
    stages::{Stages, no_panic},
    tally::Tally,
};

pub(crate) fn run(folder: &Path, stages: &mut Stages, tally: &mut Tally) -> Result<(), CorpusError> {
    for case in cases::lines(&folder.join("conformance"), "gofeed.jsonl")? {
        let (id, bytes) = (text(&case, "id"), cases::body(&case));
        let expected = expectations(&case["expected_json"]);
        if case["expected_json"].is_null() {
            tally.check(id, "no panic", no_panic(&stages.feed(id, &bytes, &Origin::default())));
        } else {
            expected.count(id, &bytes, &Origin::default(), stages, tally);
        }
    }
    Ok(())
}

fn expectations(feed: &Value) -> Expectations {
    let mut expected = Expectations::default();
    expected.add(None, Field::Title, &feed["title"]);
    expected.add(None, Field::Language, &feed["language"]);
    expected.add(None, Field::Link, &feed["link"]);
    expected.add(None, Field::FeedUrl, &feed["feedLink"]);
    expected.add_any(None, Field::Text, [&feed["description"], &feed["subtitle"]]);
    expected.add_any(None, Field::Image, [&feed["image"]["url"], &feed["logo"], &feed["icon"]]);
    expected.add_any(None, Field::Link, links(feed, "alternate"));
    expected.add_any(None, Field::FeedUrl, links(feed, "self"));
    for (at, item) in list(feed, "items").iter().chain(list(feed, "entries")).enumerate() {
        add_item(&mut expected, Some(at), item);
    }
    expected
}

fn add_item(expected: &mut Expectations, at: Option<usize>, item: &Value) {
    expected.add(at, Field::Title, &item["title"]);
    for name in ["description", "summary"] {
        expected.add(at, Field::Text, &item[name]);
    }
    expected.add_any(at, Field::Text, [&item["content"], &item["content"]["value"]]);
    expected.add(at, Field::Link, &item["link"]);
    expected.add_any(at, Field::Link, links(item, "alternate"));
    expected.add_any(at, Field::Guid, [&item["guid"], &item["guid"]["value"], &item["id"]]);
    expected.add_any(at, Field::Published, [&item["publishedParsed"], &item["pubDateParsed"]]);
    expected.add(at, Field::Updated, &item["updatedParsed"]);
    expected.add_any(at, Field::Author, [&item["author"], &item["author"]["name"]]);
    for author in list(item, "authors") {
        expected.add(at, Field::Author, &author["name"]);
    }
    for category in list(item, "categories") {
        expected.add_any(at, Field::Tag, [category, &category["value"], &category["label"], &category["term"]]);
    }
    expected.add(at, Field::Image, &item["image"]["url"]);
    let files = list(item, "enclosures").iter().chain(std::iter::once(&item["enclosure"]));
    for file in files.chain(list(item, "links").iter().filter(|it| text(it, "rel") == "enclosure")) {
        expected.add_any(at, Field::EnclosureUrl, [&file["url"], &file["href"]]);
        expected.add(at, Field::EnclosureType, &file["type"]);
        expected.add(at, Field::EnclosureSize, &file["length"]);
    }
}

/// The addresses of Atom's links with that relation.
fn links<'a>(holder: &'a Value, rel: &'a str) -> impl Iterator<Item = &'a Value> {
    list(holder, "links").iter().filter(move |it| text(it, "rel") == rel).map(|it| &it["href"])
}
