//! The cases of feedparser: each expects values at paths, some of which are named by fields of ours as well.

use std::path::Path;

use precis::ingest::feed::Origin;
use serde_json::Value;
use url::Url;

use crate::{
    cases::{self, CorpusError, list, text},
    expectation::{Expectations, Field},
    stages::{Stages, no_panic},
    tally::Tally,
};

/// Where the suite's own server has its cases.
const SERVER: &str = "http://127.0.0.1:8097/";

pub(crate) fn run(folder: &Path, stages: &mut Stages, tally: &mut Tally) -> Result<(), CorpusError> {
    for case in cases::lines(&folder.join("conformance"), "feedparser.jsonl")? {
        let id = text(&case, "id");
        let bytes = cases::body(&case);
        let url = address(&case);
        let origin = Origin {
            url: url.as_ref(),
            content_type: header(&case, "content-type"),
            content_language: header(&case, "content-language"),
            ..Origin::default()
        };
        let mut expected = Expectations::default();
        // What is to be clean is compared with nothing: the sanitiser's own suite looks at it.
        if text(&case, "category") != "sanitize" {
            for expectation in list(&case, "expect") {
                add(&mut expected, expectation);
            }
        }
        let is_hostile = list(&case, "expect").iter().any(|it| text(it, "op") == "must-not-crash");
        if is_hostile {
            tally.check(id, "no panic", no_panic(&stages.feed(id, &bytes, &origin)));
        }
        expected.count(id, &bytes, &origin, stages, tally);
    }
    Ok(())
}

fn add(expected: &mut Expectations, expectation: &Value) {
    if text(expectation, "op") != "eq" {
        return;
    }
    let canonical = text(expectation, "canonical");
    let (item, path) = match canonical.strip_prefix("items[").and_then(|it| it.split_once("].")) {
        Some((item, path)) => (item.parse().ok(), path),
        None => (None, canonical.strip_prefix("source.").unwrap_or_default()),
    };
    let field = match without_places(path).as_str() {
        "title" => Field::Title,
        "link" => Field::Link,
        "guid" => Field::Guid,
        "published_at" => Field::Published,
        // When a source changed is not kept.
        "updated_at" if item.is_some() => Field::Updated,
        "author" | "author_name" if item.is_some() => Field::Author,
        "summary" | "content" | "description" => Field::Text,
        "tags" if item.is_some() => Field::Tag,
        "enclosures.url" => Field::EnclosureUrl,
        "enclosures.type" => Field::EnclosureType,
        "enclosures.length" => Field::EnclosureSize,
        "image" => Field::Image,
        "language" => Field::Language,
        _ => return,
    };
    expected.add(item, field, &expectation["value"]);
}

/// `enclosures[0].url` → `enclosures.url`.
fn without_places(path: &str) -> String {
    cases::without(path, "[", "]")
}

/// Where a case comes from: where its answer says, below the suite's server.
fn address(case: &Value) -> Option<Url> {
    let own = Url::parse(SERVER).and_then(|it| it.join(text(case, "id"))).ok()?;
    header(case, "content-location").and_then(|it| own.join(it).ok()).or(Some(own))
}

/// A header of the answer that a case came with.
fn header<'a>(case: &'a Value, name: &str) -> Option<&'a str> {
    let headers = case["http_headers"].as_object()?;
    headers.iter().find(|(it, _)| it.eq_ignore_ascii_case(name)).and_then(|(_, value)| value.as_str())
}
