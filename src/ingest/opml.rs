//! Lists of feeds (OPML 1.0 and 2.0).
//!
//! Half of the public ones are not well-formed XML; they are read as HTML's tokenizer recovers them, which
//! costs a bare quote's text at most. Folders are walked through; their names are ignored. What is written is
//! OPML 2.0, well-formed.

use std::collections::HashSet;

use super::{
    decode::{self, DecodeError},
    feed::Skip,
    normalise::host_of,
    tree::{self, Element, Node, push_escaped},
};
use crate::{
    content::{Source, SourceDraft},
    text::{
        LanguageTag,
        cut::cut,
        html::to_line,
        web::{self, normalise_url},
    },
};

/// The largest list, in bytes after unpacking.
pub const MAX_BYTES: usize = 10 * 1024 * 1024;

/// The longest name and the longest description of a source, in characters.
const MAX_NAME_CHARS: usize = 500;

/// A list of feeds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Opml {
    /// Each feed once, in the order of the list.
    pub sources: Vec<SourceDraft>,
    /// Outlines that name no feed that can be fetched, and feeds that were named before.
    pub skipped: Vec<Skip>,
    /// Faults of the list as a whole, as sentences.
    pub notes: Vec<String>,
}

/// Why an input gives no list.
#[derive(Debug, thiserror::Error)]
pub enum OpmlError {
    /// The bytes are no text.
    #[error(transparent)]
    Decode(#[from] DecodeError),
    /// Something else.
    #[error("this is no OPML: it has no element <opml>")]
    NoOpml,
}

/// Reads a list of feeds.
pub fn parse(bytes: &[u8]) -> Result<Opml, OpmlError> {
    let unpacked = decode::unpack(bytes, MAX_BYTES)?;
    parse_text(&decode::decode(&unpacked, None))
}

/// As [`parse`], of text.
pub fn parse_text(text: &str) -> Result<Opml, OpmlError> {
    let document = tree::read(text, &["opml"]);
    let root = document.root.ok_or(OpmlError::NoOpml)?;
    let mut list = Opml { sources: Vec::new(), skipped: Vec::new(), notes: Vec::new() };
    if document.is_cut {
        list.notes.push("The list ends in the middle; what came before was taken.".to_owned());
    }
    list.walk(&root, &mut HashSet::new());
    Ok(list)
}

/// Writes the sources that have a feed as a list.
pub fn write<'s>(sources: impl IntoIterator<Item = &'s Source>) -> String {
    let mut list = String::from(concat!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<opml version=\"2.0\">\n",
        "  <head>\n    <title>Sources</title>\n  </head>\n  <body>\n"
    ));
    for source in sources {
        let Some(feed_url) = &source.feed_url else { continue };
        let attributes = [
            ("text", Some(&source.name)),
            ("title", Some(&source.name)),
            ("xmlUrl", Some(feed_url)),
            ("htmlUrl", source.homepage.as_ref()),
            ("description", source.description.as_ref()),
            ("language", source.language.as_ref()),
        ];
        list.push_str("    <outline type=\"rss\"");
        for (name, value) in attributes {
            if let Some(value) = value {
                list.extend([" ", name, "=\"", &escaped(value), "\""]);
            }
        }
        list.push_str("/>\n");
    }
    list.push_str("  </body>\n</opml>\n");
    list
}

/// A text as the value of an attribute. XML makes spaces of what breaks lines, unless it is written so.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    push_escaped(&mut escaped, text);
    escaped.replace('\n', "&#10;").replace('\r', "&#13;").replace('\t', "&#9;")
}

impl Opml {
    /// Takes what an element holds, and what its folders hold. As deep as a tree may be.
    fn walk(&mut self, element: &Element, known: &mut HashSet<String>) {
        for child in element.elements() {
            if child.name == "outline" {
                match source(child) {
                    Ok(Some(source)) if known.insert(source.feed_url.clone().unwrap_or_default()) => {
                        self.sources.push(source);
                    }
                    Ok(Some(_)) => self.skip(child, "its feed was named before"),
                    Ok(None) => {}
                    Err(reason) => self.skip(child, &reason),
                }
            }
            self.walk(child, known);
        }
    }

    fn skip(&mut self, outline: &Element, reason: &str) {
        self.skipped.push(Skip { place: format!("line {}", outline.line), reason: reason.to_owned() });
    }
}

/// The source of an outline; `None` for a folder.
fn source(outline: &Element) -> Result<Option<SourceDraft>, String> {
    let name = ["title", "text"].iter().find_map(|it| outline.attribute(it)).map(to_line).filter(|it| !it.is_empty());
    let written = ["xmlurl", "xml_url", "feedurl"].iter().find_map(|it| outline.attribute(it));
    let Some(address) = written.map(str::to_owned).or_else(|| spilled(outline)) else {
        let is_feed =
            outline.attribute("type").is_some_and(|it| matches!(it.to_ascii_lowercase().as_str(), "rss" | "atom"));
        let reason = || format!("{} has no xmlUrl", name.as_deref().unwrap_or("it"));
        return if is_feed && !outline.has_elements() { Err(reason()) } else { Ok(None) };
    };
    // Lists of other readers write feed:// and feed:https://.
    let plain = address
        .strip_prefix("feed://")
        .map_or_else(|| address.trim_start_matches("feed:").to_owned(), |it| format!("https://{it}"));
    let feed_url = web::feed_url(&plain).ok_or_else(|| format!("{} is no address of a feed", cut(&address, 100)))?;
    let described = outline.attribute("description").map(to_line).filter(|it| !it.is_empty());
    Ok(Some(SourceDraft {
        slug: None,
        name: cut(&name.or_else(|| host_of(&feed_url)).unwrap_or_else(|| feed_url.clone()), MAX_NAME_CHARS)
            .into_owned(),
        kind: None,
        homepage: outline.attribute("htmlurl").and_then(|it| normalise_url(it, None)),
        icon_url: None,
        description: described.map(|it| cut(&it, MAX_NAME_CHARS).into_owned()),
        language: outline.attribute("language").and_then(|it| LanguageTag::lenient(it).ok()),
        feed_url: Some(feed_url),
    }))
}

/// The address of a feed in what an outline's text spilled: HTML in an attribute ends the tag with its
/// first `>`, and the attributes behind it become text.
fn spilled(outline: &Element) -> Option<String> {
    let mut text = String::new();
    for node in &outline.children {
        match node {
            Node::Text(part) => text.push_str(part),
            Node::Element(element) if element.name == "outline" => break,
            Node::Element(element) => text.push_str(&element.text().unwrap_or_default()),
        }
    }
    let (_, address) = text.split_once("xmlUrl=\"")?;
    address.split_once('"').map(|(address, _)| address.trim().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(name: &str, feed_url: &str, homepage: Option<&str>) -> SourceDraft {
        SourceDraft {
            slug: None,
            name: name.to_owned(),
            kind: None,
            feed_url: Some(feed_url.to_owned()),
            homepage: homepage.map(str::to_owned),
            icon_url: None,
            description: None,
            language: None,
        }
    }

    #[test]
    fn feeds_are_found_in_folders() {
        let text = r#"<?xml version="1.0"?><opml version="2.0"><head><title>Mine</title></head><body>
            <outline text="Water"><outline type="rss" text="R &amp; S" xmlUrl="https://example.org/feed" htmlUrl="https://example.org/"/></outline>
            <outline xmlUrl="feed://example.net/rss"/></body></opml>"#;
        let list = parse(text.as_bytes()).expect("a list");
        let sources = [
            named("R & S", "https://example.org/feed", Some("https://example.org/")),
            named("example.net", "https://example.net/rss", None),
        ];
        assert_eq!(list, Opml { sources: sources.into(), skipped: Vec::new(), notes: Vec::new() });
    }

    #[test]
    fn raw_ampersands_and_bare_quotes_cost_little() {
        let text = "<opml><body><outline text=\"A & \"B\"\" xmlUrl=\"https://a.example/?x=1&y=2\"/>\
            <outline text=\"5\" disk\" xmlUrl=\"https://b.example/\"></outline></body>";
        let list = parse(text.as_bytes()).expect("a list");
        let sources = [named("A &", "https://a.example/?x=1&y=2", None), named("5", "https://b.example/", None)];
        let notes = vec!["The list ends in the middle; what came before was taken.".to_owned()];
        assert_eq!(list, Opml { sources: sources.into(), skipped: Vec::new(), notes });
    }

    #[test]
    fn html_in_an_attribute_costs_no_feed() {
        let text = "<opml><body><outline text=\"A\" description=\"by <a href=\"x\">me</a> and <a href=\"y\">you</a>\" xmlUrl=\"https://a.example/\" />\
            <outline text=\"B\" xmlUrl=\"https://b.example/\"/></body></opml>";
        let list = parse(text.as_bytes()).expect("a list");
        let described =
            SourceDraft { description: Some("by <a href=".to_owned()), ..named("A", "https://a.example/", None) };
        assert_eq!(list.sources, [described, named("B", "https://b.example/", None)]);
    }

    #[test]
    fn an_outline_that_cannot_be_taken_is_reported() {
        let text = "<opml><body>\n<outline type='rss' text='A'/>\n<outline xmlUrl='file:///etc/passwd'/>\n\
            <outline xmlUrl='https://a.example/'/><outline xmlUrl='https://a.example/'/></body></opml>";
        let list = parse(text.as_bytes()).expect("a list");
        let skip = |line: u32, reason: &str| Skip { place: format!("line {line}"), reason: reason.to_owned() };
        let skipped = [
            skip(2, "A has no xmlUrl"),
            skip(3, "file:///etc/passwd is no address of a feed"),
            skip(4, "its feed was named before"),
        ];
        assert_eq!((list.sources.len(), list.skipped), (1, skipped.into()));
    }

    #[test]
    fn what_is_written_reads_as_it_was() {
        let source = |name: &str, feed_url: &str| Source {
            name: name.to_owned(),
            feed_url: Some(feed_url.to_owned()),
            ..Source::default()
        };
        let rivers = Source {
            homepage: Some("https://rivers.example/?a=1&b=2".to_owned()),
            description: Some("All that \"flows\" & <falls>".to_owned()),
            language: Some("en".to_owned()),
            ..source("R & <S>", "https://rivers.example/feed?x=1&y=2")
        };
        let nameless = Source { feed_url: None, ..source("No feed", "") };
        let near = "http://localhost:1200/github/issue";
        let written = write([&rivers, &nameless, &source("Seas", "https://seas.example/"), &source("Near", near)]);
        let list = parse(written.as_bytes());
        let read = SourceDraft {
            description: Some("All that \"flows\" & <falls>".to_owned()),
            language: LanguageTag::lenient("en").ok(),
            ..named("R & <S>", "https://rivers.example/feed?x=1&y=2", Some("https://rivers.example/?a=1&b=2"))
        };
        let sources = vec![read, named("Seas", "https://seas.example/", None), named("Near", near, None)];
        assert_eq!(list.expect("a list"), Opml { sources, skipped: Vec::new(), notes: Vec::new() });
    }

    #[test]
    fn something_else_is_no_list() {
        assert_eq!(
            parse(b"<rss/>").map_err(|it| it.to_string()),
            Err("this is no OPML: it has no element <opml>".to_owned())
        );
    }
}
