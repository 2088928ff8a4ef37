//! JSON Feed, versions 1 and 1.1 (jsonfeed.org).
//!
//! Read from loose values, not into a fixed shape: a number where a text belongs costs that field at
//! most.

mod loose;

use serde_json::value::RawValue;
use url::Url;

use self::loose::Object;
use super::MAX_LISTED;
use crate::{
    ingest::raw::{Link, Markup, RawFeed, RawItem, RawMedia},
    text::web,
};

/// Reads a feed, and at most so many of its items; of one that ends in the middle what was complete of its list
/// of items. `None` where the document is none.
pub(super) fn read(text: &str, origin: Option<&Url>, most: usize) -> Result<Option<RawFeed>, serde_json::Error> {
    match serde_json::from_str::<Object<'_>>(text) {
        Ok(feed) => Ok(of_feed(&feed, origin, most)),
        Err(error) => {
            let completed = if error.is_eof() { completed(text) } else { None };
            let feed = completed.as_deref().and_then(|it| serde_json::from_str::<Object<'_>>(it).ok());
            let feed = feed.ok_or(error)?;
            Ok(of_feed(&feed, origin, most).map(|feed| RawFeed { is_cut: true, ..feed }))
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

fn of_feed(feed: &Object<'_>, origin: Option<&Url>, most: usize) -> Option<RawFeed> {
    let items = feed.list("items", most)?;
    // What links in a file are relative to: where the feed says that it is, or else its page.
    let own = ["feed_url", "home_page_url"].iter().find_map(|it| web::absolute(&feed.text(it)?, None));
    let origin = origin.or(own.as_ref());
    let link = |name: &str| feed.text(name).map(|it| Link::new(it, origin));
    let read = |(at, value): (usize, &&RawValue)| item(&Object::of(value), origin, at + 1);
    Some(RawFeed {
        title: feed.text("title"),
        description: feed.text("description").map(|it| Markup::of_text(&it, origin)),
        homepage: link("home_page_url"),
        feed_url: link("feed_url"),
        icon: link("icon").or_else(|| link("favicon")),
        language: feed.text("language"),
        authors: authors(feed),
        items: items.first.iter().enumerate().map(read).collect(),
        left_out: items.length - items.first.len(),
        is_cut: false,
    })
}

fn item(item: &Object<'_>, origin: Option<&Url>, position: usize) -> RawItem {
    let link = |name: &str| item.text(name).map(|it| Link::new(it, origin));
    let list = |name: &str| item.list(name, MAX_LISTED).map(|it| it.first).unwrap_or_default();
    let html = item.text("content_html").map(|it| Markup::new(it, origin));
    RawItem {
        place: format!("item {position}"),
        guid: item.text("id"),
        title: item.text("title"),
        link: link("url").or_else(|| link("external_url")),
        authors: authors(item),
        language: item.text("language"),
        published: item.text("date_published"),
        updated: item.text("date_modified"),
        summary: item.text("summary").map(|it| Markup::of_text(&it, origin)),
        content: html.or_else(|| item.text("content_text").map(|it| Markup::of_text(&it, origin))),
        categories: list("tags").into_iter().filter_map(loose::text).collect(),
        media: list("attachments").into_iter().filter_map(|it| attachment(&Object::of(it), origin)).collect(),
        image: link("image").or_else(|| link("banner_image")),
        ..RawItem::default()
    }
}

/// `authors` of version 1.1, else `author` of version 1: objects with a name, or just names.
fn authors(object: &Object<'_>) -> Vec<String> {
    let name = |it: &RawValue| loose::text(it).or_else(|| Object::of(it).text("name"));
    let several = object.list("authors", MAX_LISTED).map(|it| it.first).unwrap_or_default();
    let names: Vec<String> = several.into_iter().filter_map(name).collect();
    if names.is_empty() { object.get("author").and_then(name).into_iter().collect() } else { names }
}

fn attachment(file: &Object<'_>, origin: Option<&Url>) -> Option<RawMedia> {
    Some(RawMedia {
        link: Link::new(file.text("url")?, origin),
        mime_type: file.text("mime_type"),
        medium: None,
        size: file.text("size_in_bytes"),
        duration: file.text("duration_in_seconds"),
    })
}
