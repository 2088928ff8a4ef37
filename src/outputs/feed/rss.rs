//! RSS 2.0, with what it lacks out of Atom (`atom:link`), Dublin Core (`dc:creator`, `dc:language`, `dc:publisher`) and
//! its own module for content (`content:encoded`).

use std::io;

use chrono::{DateTime, Utc};

use super::{Enclosure, Entry, Feed, xml::Xml};
use crate::{clock::Timestamp, text::html::of_plain};

pub(super) fn write(feed: &Feed) -> io::Result<String> {
    let root = [
        ("version", "2.0"),
        ("xmlns:atom", "http://www.w3.org/2005/Atom"),
        ("xmlns:content", "http://purl.org/rss/1.0/modules/content/"),
        ("xmlns:dc", "http://purl.org/dc/elements/1.1/"),
    ];
    Xml::document("rss", &root, |xml| xml.element("channel", &[], |xml| channel(xml, feed)))
}

fn channel(xml: &mut Xml, feed: &Feed) -> io::Result<()> {
    xml.text("title", &[], &feed.title)?;
    xml.text("link", &[], &feed.page)?;
    xml.text("description", &[], feed.about)?;
    if let Some(language) = &feed.language {
        xml.text("language", &[], language)?;
    }
    xml.text("lastBuildDate", &[], &date(feed.updated))?;
    xml.text("generator", &[], concat!("Précis ", env!("CARGO_PKG_VERSION")))?;
    xml.empty("atom:link", &[("rel", "self"), ("type", "application/rss+xml"), ("href", &feed.address)])?;
    feed.entries.iter().try_for_each(|entry| item(xml, entry))
}

fn item(xml: &mut Xml, entry: &Entry) -> io::Result<()> {
    xml.element("item", &[], |xml| {
        xml.text("guid", &[("isPermaLink", "false")], &entry.id)?;
        xml.text("title", &[], &entry.title)?;
        if let Some(link) = &entry.link {
            xml.text("link", &[], link)?;
        }
        xml.text("pubDate", &[], &date(entry.published))?;
        xml.text("dc:creator", &[], entry.author())?;
        if let Some(language) = &entry.language {
            xml.text("dc:language", &[], language)?;
        }
        for label in &entry.labels {
            xml.text("category", &[], &label.name)?;
        }
        match &entry.source.feed {
            Some(feed) => xml.text("source", &[("url", feed)], &entry.source.name)?,
            // `source` has to say where its feed is.
            None => xml.text("dc:publisher", &[], &entry.source.name)?,
        }
        files(xml, &entry.enclosures)?;
        // A description is HTML.
        xml.text("description", &[], &of_plain(&entry.summary))?;
        xml.text("content:encoded", &[], &entry.content)
    })
}

/// The first file of a known type as the one that RSS has room for, with the length 0 where nobody knows it; the others by
/// links.
fn files(xml: &mut Xml, files: &[Enclosure]) -> io::Result<()> {
    let first = files.iter().position(|file| file.mime_type.is_some());
    for (place, file) in files.iter().enumerate() {
        let size = file.size.map(|size| size.to_string());
        let mime_type = file.mime_type.as_deref();
        if let Some(mime_type) = mime_type.filter(|_| first == Some(place)) {
            let length = size.as_deref().unwrap_or("0");
            xml.empty("enclosure", &[("url", &file.url), ("length", length), ("type", mime_type)])?;
            continue;
        }
        let mut attributes = vec![("rel", "enclosure"), ("href", file.url.as_str())];
        attributes.extend(mime_type.map(|it| ("type", it)));
        attributes.extend(size.as_deref().map(|it| ("length", it)));
        xml.empty("atom:link", &attributes)?;
    }
    Ok(())
}

/// `Fri, 08 May 2026 09:10:00 GMT` (RFC 822 with four digits of the year).
fn date(at: Timestamp) -> String {
    let at = DateTime::<Utc>::from_timestamp(at.0, 0).unwrap_or_default();
    at.format("%a, %d %b %Y %H:%M:%S GMT").to_string()
}
