//! JSON Feed, versions 1 and 1.1 (jsonfeed.org).
//!
//! Read from loose values, not into a fixed shape: a number where a text belongs costs that field at
//! most.

use serde_json::Value;
use url::Url;

use crate::{
    ingest::{
        decode::without_nul,
        raw::{Link, Markup, RawFeed, RawItem, RawMedia},
    },
    text::web,
};

/// A document in JSON.
pub(super) struct Document {
    value: Value,
    is_cut: bool,
}

/// Parses a document. Of one that ends in the middle, what was complete of its list of items.
pub(super) fn parse(text: &str) -> Result<Document, serde_json::Error> {
    match serde_json::from_str(text) {
        Ok(value) => Ok(Document { value: without_nul(value), is_cut: false }),
        Err(error) => {
            let completed = if error.is_eof() { completed(text) } else { None };
            let value = completed.and_then(|it| serde_json::from_str(&it).ok());
            value.map(|value| Document { value: without_nul(value), is_cut: true }).ok_or(error)
        }
    }
}

/// The text up to the last object that was complete two levels deep, closed.
fn completed(text: &str) -> Option<String> {
    let mut depth = 0_usize;
    let mut is_in_text = false;
    let mut is_escaped = false;
    let mut end = None;
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            _ if is_escaped => is_escaped = false,
            b'\\' if is_in_text => is_escaped = true,
            b'"' => is_in_text = !is_in_text,
            _ if is_in_text => {}
            b'{' | b'[' => depth += 1,
            b'}' | b']' => {
                depth = depth.checked_sub(1)?;
                if depth == 2 && byte == b'}' {
                    end = Some(at + 1);
                }
            }
            _ => {}
        }
    }
    end.map(|end| format!("{}]}}", &text[..end]))
}

impl Document {
    /// Reads a feed. `None` where the document is none.
    pub(super) fn read(&self, origin: Option<&Url>) -> Option<RawFeed> {
        let value = &self.value;
        let items = value.get("items")?.as_array()?;
        // What links in a file are relative to: where the feed says that it is, or else its page.
        let own = ["feed_url", "home_page_url"].iter().find_map(|it| web::absolute(&text(value, it)?, None));
        let origin = origin.or(own.as_ref());
        let link = |name: &str| text(value, name).map(|it| Link::new(it, origin));
        Some(RawFeed {
            title: text(value, "title"),
            description: text(value, "description").map(|it| Markup::of_text(&it, origin)),
            homepage: link("home_page_url"),
            feed_url: link("feed_url"),
            icon: link("icon").or_else(|| link("favicon")),
            language: text(value, "language"),
            items: items.iter().enumerate().map(|(at, it)| item(it, value, origin, at + 1)).collect(),
            is_cut: self.is_cut,
        })
    }
}

fn item(value: &Value, feed: &Value, origin: Option<&Url>, position: usize) -> RawItem {
    let link = |name: &str| text(value, name).map(|it| Link::new(it, origin));
    let html = text(value, "content_html").map(|it| Markup::new(it, origin));
    RawItem {
        place: format!("item {position}"),
        guid: text(value, "id"),
        title: text(value, "title"),
        link: link("url").or_else(|| link("external_url")),
        authors: [authors(value), authors(feed)].into_iter().find(|it| !it.is_empty()).unwrap_or_default(),
        language: text(value, "language"),
        published: text(value, "date_published"),
        updated: text(value, "date_modified"),
        summary: text(value, "summary").map(|it| Markup::of_text(&it, origin)),
        content: html.or_else(|| text(value, "content_text").map(|it| Markup::of_text(&it, origin))),
        categories: list(value, "tags").iter().filter_map(Value::as_str).map(str::to_owned).collect(),
        media: list(value, "attachments").iter().filter_map(|it| attachment(it, origin)).collect(),
        image: link("image").or_else(|| link("banner_image")),
        ..RawItem::default()
    }
}

/// `authors` of version 1.1, else `author` of version 1.
fn authors(value: &Value) -> Vec<String> {
    let several = list(value, "authors").iter().filter_map(|it| text(it, "name"));
    let one = value.get("author").and_then(|it| text(it, "name"));
    let names: Vec<String> = several.collect();
    if names.is_empty() { one.into_iter().collect() } else { names }
}

fn attachment(value: &Value, origin: Option<&Url>) -> Option<RawMedia> {
    Some(RawMedia {
        link: Link::new(text(value, "url")?, origin),
        mime_type: text(value, "mime_type"),
        medium: None,
        size: text(value, "size_in_bytes"),
        duration: text(value, "duration_in_seconds"),
    })
}

fn list<'a>(value: &'a Value, name: &str) -> &'a [Value] {
    value.get(name).and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

/// A text, or a number as text: the specification asks readers to take ids that are numbers.
fn text(value: &Value, name: &str) -> Option<String> {
    let text = match value.get(name)? {
        Value::String(text) => text.trim().to_owned(),
        Value::Number(number) => number.to_string(),
        _ => return None,
    };
    (!text.is_empty()).then_some(text)
}
