//! The feeds that a page for people announces.
//!
//! What counts is `<link rel="alternate" type="application/rss+xml" href="…">`, as browsers and other readers
//! have it, wherever in the page it stands. Nothing is guessed and nothing is fetched.

use std::fmt;

use url::Url;

use crate::text::{
    html::{Piece, Tag, attribute, to_line, walk},
    web,
};

/// The most feeds of one page: a page that announces more announces pages of its own making.
const MAX_FEEDS: usize = 100;

/// The types under which feeds are announced.
const TYPES: &[&str] = &[
    "application/rss+xml",
    "application/atom+xml",
    "application/rdf+xml",
    "application/feed+json",
    "application/json",
    "application/xml",
    "application/rss",
    "application/atom",
    "text/xml",
    "text/rss",
    "text/rss+xml",
    "text/atom+xml",
];

/// A feed that a page announces.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FeedLink {
    /// As the page writes it.
    pub href: String,
    /// The same absolute and normalised. `None` where it is relative and nothing says to what.
    pub url: Option<String>,
    /// In lower case, without parameters: `application/atom+xml`. `None` where the page leaves it out.
    pub mime_type: Option<String>,
    /// As the page calls it, as plain text.
    pub title: Option<String>,
}

impl FeedLink {
    /// Where it is, as far as that is known.
    fn address(&self) -> &str {
        self.url.as_deref().unwrap_or(&self.href)
    }
}

impl fmt::Display for FeedLink {
    /// Its address and, where it has one, its name: `https://example.org/feed (Posts)`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.address())?;
        self.title.as_deref().map_or(Ok(()), |title| write!(f, " ({title})"))
    }
}

/// The feeds that a page announces, in the page's order, each once.
///
/// `page` is where it was fetched from. A `<base href>` in front of a link counts; a page from a file is
/// taken to stand where it says that it does (`<link rel="canonical">`). Links that lead to no page
/// (`javascript:`, this machine) are left out.
pub fn feeds(html: &str, page: Option<&Url>) -> Vec<FeedLink> {
    let mut found: Vec<(FeedLink, Option<Url>)> = Vec::new();
    let mut base: Option<Url> = None;
    let mut canonical: Option<Url> = None;
    walk(html, |piece| {
        let Piece::Open(tag) = piece else { return };
        match &*tag.name {
            "base" if base.is_none() => base = attribute(tag, "href").and_then(|it| web::absolute(it, page)),
            "link" if canonical.is_none() && has_rel(tag, "canonical") => {
                canonical = attribute(tag, "href").and_then(|it| web::absolute(it, base.as_ref().or(page)));
            }
            "link" if found.len() < MAX_FEEDS => found.extend(announced(tag).map(|link| (link, base.clone()))),
            _ => {}
        }
    });
    let mut feeds: Vec<FeedLink> = Vec::new();
    for (mut link, base) in found {
        link.url = web::normalise_url(&link.href, base.as_ref().or(page).or(canonical.as_ref()));
        let leads_somewhere = link.url.is_some() || is_relative(&link.href);
        if leads_somewhere && feeds.iter().all(|it| it.address() != link.address()) {
            feeds.push(link);
        }
    }
    feeds
}

/// What a link announces, its address not looked at yet.
fn announced(tag: &Tag) -> Option<FeedLink> {
    let mime_type =
        attribute(tag, "type").map(|it| it.split(';').next().unwrap_or_default().trim().to_ascii_lowercase());
    let mime_type = mime_type.filter(|it| !it.is_empty());
    let is_feed = match mime_type.as_deref() {
        Some(mime_type) => (has_rel(tag, "alternate") || has_rel(tag, "feed")) && TYPES.contains(&mime_type),
        None => has_rel(tag, "feed"),
    };
    // Links of other readers: feed://example.org/rss, feed:https://example.org/rss.
    let href = attribute(tag, "href")?.trim();
    let href = match href.strip_prefix("feed://") {
        Some(rest) => format!("https://{rest}"),
        None => href.strip_prefix("feed:").unwrap_or(href).to_owned(),
    };
    let title = attribute(tag, "title").map(to_line).filter(|it| !it.is_empty());
    // WordPress announces its programming interface the same way.
    let is_interface = href.contains("/wp-json/");
    (is_feed && !is_interface && !href.is_empty()).then_some(FeedLink { href, url: None, mime_type, title })
}

fn has_rel(tag: &Tag, name: &str) -> bool {
    attribute(tag, "rel").is_some_and(|it| it.split_ascii_whitespace().any(|it| it.eq_ignore_ascii_case(name)))
}

fn is_relative(href: &str) -> bool {
    Url::parse(href) == Err(url::ParseError::RelativeUrlWithoutBase)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn link(href: &str, url: &str, mime_type: Option<&str>, title: Option<&str>) -> FeedLink {
        let owned = |it: &str| it.to_owned();
        FeedLink { href: owned(href), url: Some(owned(url)), mime_type: mime_type.map(owned), title: title.map(owned) }
    }

    fn addresses(html: &str, page: Option<&str>) -> Vec<String> {
        let page = page.and_then(|it| Url::parse(it).ok());
        feeds(html, page.as_ref()).iter().map(ToString::to_string).collect()
    }

    #[test]
    fn a_page_announces_its_feeds() {
        let page = Url::parse("https://blog.example/about/").expect("a page");
        let html = r#"<!doctype html><html><head><title>A <link rel="alternate"></title>
            <base href="/en/">
            <LINK REL=" Alternate home" TYPE=" Application/RSS+XML; charset=utf-8" TITLE=" Posts &amp;amp; news " HREF=" feed.xml ">
            <link rel=alternate type=application/atom+xml href=//feeds.example/atom>
            <link rel="feed" href="https://feeds.example/untyped">
            <link rel="alternate" hreflang="de" href="/de/">
            <link rev="alternate" type="application/rss+xml" href="/no">
            <link rel="alternate" type="application/json+oembed" href="/no">
            <link rel="alternate" type="application/json" href="/wp-json/wp/v2/pages/7">
            <link rel="alternate" type="application/rss+xml">
            <link rel="alternate" type="application/rss+xml" href="javascript:x()">
            <link rel="stylesheet" type="text/css" href="a.css">
            <script>'<link rel="alternate" type="application/rss+xml" href="no">'</script>
            <!-- <link rel="alternate" type="application/rss+xml" href="no"> -->"#;
        let rss = Some("application/rss+xml");
        let expected = [
            link("feed.xml", "https://blog.example/en/feed.xml", rss, Some("Posts & news")),
            link("//feeds.example/atom", "https://feeds.example/atom", Some("application/atom+xml"), None),
            link("https://feeds.example/untyped", "https://feeds.example/untyped", None, None),
        ];
        assert_eq!(feeds(html, Some(&page)), expected);
    }

    #[test]
    fn a_feed_that_is_announced_twice_is_one() {
        let html = "<link rel=alternate type=text/xml href=/feed title=One><link rel=alternate type=text/xml href=feed:https://a.example/feed>\
            <link rel=alternate type=text/xml href=feed://a.example/feed>";
        assert_eq!(addresses(html, Some("https://a.example/")), ["https://a.example/feed (One)"]);
    }

    #[test]
    fn a_base_counts_for_the_links_behind_it() {
        let html = "<link rel=alternate type=text/xml href=1><base href=https://b.example/x/><base href=https://c.example/>\
            <link rel=alternate type=text/xml href=2>";
        assert_eq!(addresses(html, Some("https://a.example/")), ["https://a.example/1", "https://b.example/x/2"]);
    }

    #[test]
    fn a_page_from_a_file_stands_where_it_says_that_it_does() {
        let html = "<link rel=alternate type=text/xml href=/feed><link rel=canonical href=https://a.example/page>";
        assert_eq!(addresses(html, None), ["https://a.example/feed"]);
        let unknown = "<link rel=alternate type=text/xml href=/feed><link rel=alternate type=text/xml href=/feed>";
        assert_eq!(addresses(unknown, None), ["/feed"]);
    }

    #[test]
    fn there_is_an_end_to_feeds() {
        let links = (0..999).map(|it| format!("<link rel=alternate type=text/xml href=/{it}>"));
        let html = links.collect::<Vec<_>>().concat();
        assert_eq!(addresses(&html, Some("https://a.example/")).len(), MAX_FEEDS);
    }
}
