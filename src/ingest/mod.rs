//! From bytes to what is kept: the stages in the order in which an item passes them.
//!
//! | stage | module | gives |
//! | --- | --- | --- |
//! | sniff | here: [`sniff`] | whether an input is a feed, a list of feeds (OPML) or JSON lines |
//! | decode | [`decode`] | bytes unpacked and made text |
//! | read | `tree`, [`feed`], [`opml`], [`json_lines`] | what the input says, as written, faults mended |
//! | normalise | `normalise`, [`dates`], `media`, [`tags`], [`numbering`], `kinds` | drafts: clean, bounded, typed |
//! | identify | [`identify`] | what makes an item the same when it comes again |
//! | group | [`series`] | which items of a source belong together |
//!
//! Files enter by [`import`]. Sources are fetched by [`poll`], through the one door to the network, [`fetch`].
//! A page for people that comes instead of a feed says by [`discover`] which feeds it offers. What is stored has a
//! model write its summary by [`summarise`], where there is one.
//!
//! Whatever can be wrong with an input costs what it touches and no more, and is reported: see
//! [`feed::ParsedFeed`]. None of the stages reads the network, the clock or the database.

pub mod dates;
pub mod decode;
pub mod discover;
mod entities;
pub mod feed;
pub mod fetch;
pub mod identify;
pub mod import;
pub mod json_lines;
mod kinds;
mod media;
mod namespace;
mod normalise;
pub mod numbering;
pub mod opml;
pub mod poll;
mod raw;
pub mod series;
pub mod summarise;
pub mod tags;
mod tree;

use std::path::Path;

/// What an input is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum InputKind {
    /// RSS, Atom or JSON Feed; or something that only reading it tells apart from one.
    Feed,
    /// A list of feeds.
    Opml,
    /// One object a line.
    JsonLines,
}

/// Tells what an input is by its first bytes (a few kilobytes, unpacked) and its file's name.
pub fn sniff(beginning: &[u8], file_name: Option<&str>) -> InputKind {
    let name = Path::new(file_name.unwrap_or_default());
    let is_packed = name.extension().is_some_and(|it| it.eq_ignore_ascii_case("gz"));
    let inner = if is_packed { Path::new(name.file_stem().unwrap_or_default()) } else { name };
    let is_named = |ending: &str| inner.extension().is_some_and(|it| it.eq_ignore_ascii_case(ending));
    let text = decode::decode(beginning, None);
    let text = text.trim_start_matches(|it: char| it.is_whitespace() || it == '\u{feff}');
    let is_object = text.starts_with('{');
    // A JSON Feed is one object, over several lines or on a single one.
    let first_line = text.lines().next().unwrap_or_default();
    let is_json_feed = text.contains("jsonfeed.org/version") && !first_line.contains("\"source\"");
    if is_object && !is_json_feed && (is_named("jsonl") || is_named("ndjson") || is_json_line(first_line)) {
        InputKind::JsonLines
    } else if !is_object && (is_named("opml") || first_element_is_opml(text)) {
        InputKind::Opml
    } else {
        InputKind::Feed
    }
}

/// Whether a line is an object by itself, or the beginning of a long one, with what lines of ours have.
fn is_json_line(line: &str) -> bool {
    let has_key = ["\"source\"", "\"episode\"", "\"title\""].iter().any(|it| line.contains(it));
    has_key && !line.contains("\"items\"")
}

fn first_element_is_opml(text: &str) -> bool {
    let mut tags = text.split('<').skip(1).filter(|it| !it.starts_with(['?', '!']));
    tags.next().is_some_and(|it| it.get(..4).is_some_and(|it| it.eq_ignore_ascii_case("opml")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_input_is_known_by_its_beginning() {
        let cases = [
            ("<?xml version=\"1.0\"?><!-- c --><opml version=\"2.0\">", None, InputKind::Opml),
            ("\n<OPML>", None, InputKind::Opml),
            ("<rss><channel><description>&lt;opml></description>", None, InputKind::Feed),
            ("rubbish", Some("list.OPML"), InputKind::Opml),
            ("{\"source\": \"Rivers\", \"title\": \"Flood\"}\n", None, InputKind::JsonLines),
            ("{\"name\": \"Rivers\"}\n", Some("x.jsonl.gz"), InputKind::JsonLines),
            ("{\"version\": \"https://jsonfeed.org/version/1\", \"items\": [", Some("feed.json"), InputKind::Feed),
            ("{\n  \"title\": \"Rivers\",\n", Some("feed.json"), InputKind::Feed),
            ("<!doctype html>", None, InputKind::Feed),
            ("", None, InputKind::Feed),
        ];
        for (text, name, kind) in cases {
            assert_eq!(sniff(text.as_bytes(), name), kind, "{text}");
        }
    }
}
