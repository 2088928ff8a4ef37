//! JSON Feed 1.1 (jsonfeed.org).

use serde::Serialize;

use super::{Entry, Feed};

pub(super) fn write(feed: &Feed) -> Result<String, serde_json::Error> {
    let document = Document {
        version: "https://jsonfeed.org/version/1.1",
        title: &feed.title,
        description: feed.about,
        home_page_url: &feed.page,
        feed_url: &feed.address,
        language: feed.language.as_deref(),
        items: feed.entries.iter().map(item).collect(),
    };
    let mut text = serde_json::to_string(&document)?;
    text.push('\n');
    Ok(text)
}

#[derive(Serialize)]
struct Document<'a> {
    version: &'static str,
    title: &'a str,
    description: &'a str,
    home_page_url: &'a str,
    feed_url: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    language: Option<&'a str>,
    items: Vec<Item<'a>>,
}

#[derive(Serialize)]
struct Item<'a> {
    id: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    url: Option<&'a str>,
    title: &'a str,
    summary: &'a str,
    content_html: &'a str,
    date_published: String,
    date_modified: String,
    authors: [Author<'a>; 1],
    #[serde(skip_serializing_if = "Option::is_none")]
    language: Option<&'a str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    tags: Vec<&'a str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    attachments: Vec<Attachment<'a>>,
    /// An extension: JSON Feed has no name for it.
    _source: Source<'a>,
}

#[derive(Serialize)]
struct Author<'a> {
    name: &'a str,
}

#[derive(Serialize)]
struct Attachment<'a> {
    url: &'a str,
    mime_type: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    size_in_bytes: Option<u64>,
}

#[derive(Serialize)]
struct Source<'a> {
    name: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    url: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    feed_url: Option<&'a str>,
}

fn item(entry: &Entry) -> Item<'_> {
    let attachments = entry.enclosures.iter().map(|file| Attachment {
        url: &file.url,
        // It has to be said, also where nobody knows it.
        mime_type: file.mime_type.as_deref().unwrap_or("application/octet-stream"),
        size_in_bytes: file.size,
    });
    Item {
        id: &entry.id,
        url: entry.link.as_deref(),
        title: &entry.title,
        summary: &entry.summary,
        content_html: &entry.content,
        date_published: entry.published.to_string(),
        date_modified: entry.updated.to_string(),
        authors: [Author { name: entry.author() }],
        language: entry.language.as_deref(),
        tags: entry.labels.iter().map(|label| label.name.as_str()).collect(),
        attachments: attachments.collect(),
        _source: Source {
            name: &entry.source.name,
            url: entry.source.page.as_deref(),
            feed_url: entry.source.feed.as_deref(),
        },
    }
}
