//! Atom (RFC 4287).

use std::io;

use super::{
    Entry, Feed, Source,
    xml::{Attributes, Xml},
};

pub(super) fn write(feed: &Feed) -> io::Result<String> {
    let mut root = vec![("xmlns", "http://www.w3.org/2005/Atom")];
    root.extend(feed.language.as_deref().map(|language| ("xml:lang", language)));
    Xml::document("feed", &root, |xml| {
        xml.text("id", &[], &feed.address)?;
        xml.text("title", &[], &feed.title)?;
        xml.text("subtitle", &[], feed.about)?;
        xml.text("updated", &[], &feed.updated.to_string())?;
        xml.text("generator", &[("version", env!("CARGO_PKG_VERSION"))], "Précis")?;
        xml.empty("link", &[("rel", "self"), ("type", "application/atom+xml"), ("href", &feed.address)])?;
        xml.empty("link", &[("rel", "alternate"), ("type", "text/html"), ("href", &feed.page)])?;
        feed.entries.iter().try_for_each(|it| entry(xml, it))
    })
}

fn entry(xml: &mut Xml, entry: &Entry) -> io::Result<()> {
    let language: Vec<_> = entry.language.as_deref().map(|language| ("xml:lang", language)).into_iter().collect();
    xml.element("entry", &language, |xml| {
        xml.text("id", &[], &entry.id)?;
        xml.text("title", &[], &entry.title)?;
        xml.text("published", &[], &entry.published.to_string())?;
        xml.text("updated", &[], &entry.updated.to_string())?;
        xml.element("author", &[], |xml| xml.text("name", &[], entry.author()))?;
        if let Some(link) = &entry.link {
            xml.empty("link", &[("rel", "alternate"), ("href", link)])?;
        }
        for file in &entry.enclosures {
            let size = file.size.map(|size| size.to_string());
            let mut attributes = vec![("rel", "enclosure"), ("href", file.url.as_str())];
            attributes.extend(file.mime_type.as_deref().map(|it| ("type", it)));
            attributes.extend(size.as_deref().map(|it| ("length", it)));
            xml.empty("link", &attributes)?;
        }
        for label in &entry.labels {
            xml.empty("category", &[("term", &label.slug), ("label", &label.name)])?;
        }
        source(xml, &entry.source)?;
        xml.text("summary", &[], &entry.summary)?;
        xml.text("content", &[("type", "html")], &entry.content)
    })
}

fn source(xml: &mut Xml, source: &Source) -> io::Result<()> {
    xml.element("source", &[], |xml| {
        xml.text("id", &[], &source.id)?;
        xml.text("title", &[], &source.name)?;
        xml.text("updated", &[], &source.updated.to_string())?;
        for (rel, href) in [("self", &source.feed), ("alternate", &source.page)] {
            if let Some(href) = href {
                let link: Attributes = &[("rel", rel), ("href", href)];
                xml.empty("link", link)?;
            }
        }
        Ok(())
    })
}
