//! RSS 0.9x, 1.0 and 2.0, Atom 0.3 and 1.0 (RFC 4287), with the modules that real feeds use, read off
//! their elements.
//!
//! The formats are read with one table of names: real feeds mix them, and no name means two things.

use base64::Engine;
use url::Url;

use crate::ingest::raw::{Link, Markup, RawFeed, RawItem, RawMedia};
use crate::ingest::tree::{Document, Element};

/// The roots of feeds.
pub(super) const ROOTS: &[&str] = &["rss", "rdf:rdf", "rdf", "feed", "channel", "entry"];

/// Reads a feed, or one Atom entry alone. `None` where the root holds no feed.
pub(super) fn read(document: &Document, origin: Option<&Url>) -> Option<RawFeed> {
    let root = document.root.as_ref()?;
    let outside = Scope { base: origin.cloned(), language: None }.inside(root);
    let channel = root.child("channel").unwrap_or(root);
    let scope = outside.inside(channel);
    let mut feed = source(channel, &scope);
    feed.is_cut = document.is_cut;
    if root.name == "entry" {
        feed.items.push(item(root, &outside, 1));
        return Some(feed);
    }
    let inside = channel.elements().map(|it| (it, &scope));
    let beside = root.elements().filter(|_| !std::ptr::eq(root, channel)).map(|it| (it, &outside));
    let items = inside.chain(beside).filter(|(it, _)| matches!(it.name.as_str(), "item" | "entry"));
    // The last item of a file that was cut may lack anything.
    let complete = items.filter(|(it, _)| it.is_complete || !document.is_cut);
    feed.items = complete.enumerate().map(|(at, (it, scope))| item(it, scope, at + 1)).collect();
    Some(feed)
}

/// What holds inside an element: `xml:base` and `xml:lang`.
struct Scope {
    base: Option<Url>,
    language: Option<String>,
}

impl Scope {
    fn inside(&self, element: &Element) -> Self {
        let language = element.attribute("xml:lang").map(str::to_owned).or_else(|| self.language.clone());
        Self { base: element.base(self.base.as_ref()), language }
    }

    fn link(&self, element: &Element, address: impl Into<String>) -> Link {
        Link::new(address, element.base(self.base.as_ref()).as_ref())
    }
}

fn source(channel: &Element, scope: &Scope) -> RawFeed {
    let image = channel.child("image").and_then(|it| it.child("url"));
    let icon = image
        .or_else(|| channel.child("logo"))
        .or_else(|| channel.child("icon"))
        .and_then(|it| Some(scope.link(it, it.text()?)))
        .or_else(|| href_of(channel.child("itunes:image"), scope))
        .or_else(|| href_of(channel.child("media:thumbnail"), scope));
    RawFeed {
        title: first(channel, &["title", "dc:title", "itunes:title"]).and_then(line),
        description: first(
            channel,
            &["description", "subtitle", "tagline", "itunes:summary", "itunes:subtitle", "dc:description", "abstract"],
        )
        .and_then(|it| markup(it, scope)),
        homepage: page_link(channel, scope),
        feed_url: links(channel).find(|it| rel(it) == "self").and_then(|it| href_of(Some(it), scope)),
        icon,
        language: first(channel, &["language", "dc:language"])
            .and_then(Element::text)
            .or_else(|| scope.language.clone()),
        ..RawFeed::default()
    }
}

fn item(item: &Element, outside: &Scope, position: usize) -> RawItem {
    let scope = outside.inside(item);
    // YouTube and others put what belongs to the file into a group around it.
    let group = item.child("media:group");
    let in_group = |name: &str| item.child(name).or_else(|| group.and_then(|it| it.child(name)));
    let summary = first(item, &["description", "summary", "dc:description", "itunes:summary", "abstract"])
        .or_else(|| in_group("media:description"))
        .or_else(|| item.child("itunes:subtitle"));
    let content = first(item, &["content:encoded", "content", "body", "fullitem"]);
    RawItem {
        place: format!("item {position} (line {})", item.line),
        guid: first(item, &["guid", "id"])
            .and_then(Element::text)
            .or_else(|| item.attribute("rdf:about").map(str::to_owned)),
        title: first(item, &["title", "dc:title", "itunes:title"]).or_else(|| in_group("media:title")).and_then(line),
        link: item_link(item, &scope),
        authors: authors(item),
        language: item.child("dc:language").and_then(Element::text).or_else(|| own_language(item)),
        published: text_of(
            item,
            &["published", "pubdate", "issued", "dc:date", "dcterms:issued", "dcterms:created", "created", "date"],
        ),
        updated: text_of(item, &["updated", "atom:updated", "modified", "dcterms:modified", "lastbuilddate"]),
        summary: summary.and_then(|it| markup(it, &scope)),
        content: content.and_then(|it| markup(it, &scope)),
        categories: categories(item),
        media: media(item, group, &scope),
        image: href_of(item.child("itunes:image"), &scope)
            .or_else(|| href_of(in_group("media:thumbnail"), &scope))
            .or_else(|| item.child("image").and_then(|it| Some(scope.link(it, it.child("url").unwrap_or(it).text()?)))),
        duration: text_of(item, &["itunes:duration"]),
        season: text_of(item, &["itunes:season", "podcast:season"]),
        number: text_of(item, &["itunes:episode", "podcast:episode"]),
    }
}

/// The first of these names that has content.
fn first<'a>(element: &'a Element, names: &[&str]) -> Option<&'a Element> {
    names.iter().find_map(|name| element.elements().find(|it| it.name == *name && !it.children.is_empty()))
}

fn text_of(element: &Element, names: &[&str]) -> Option<String> {
    first(element, names).and_then(Element::text)
}

/// A title: text or HTML, told apart where it is cleaned.
fn line(element: &Element) -> Option<String> {
    if element.has_elements() { Some(element.inner_html()) } else { text(element) }
}

/// The text of an element. Atom packs what is neither text nor XML as base64 (RFC 4287, section 4.1.3.3;
/// `mode="base64"` in version 0.3); `None` where that is no text.
fn text(element: &Element) -> Option<String> {
    let text = element.text()?;
    let kind = element.attribute("type").unwrap_or_default();
    let is_other = kind.contains('/') && !["text/", "html", "xml"].iter().any(|it| kind.contains(it));
    if !is_other && element.attribute("mode") != Some("base64") {
        return Some(text);
    }
    let packed: String = text.split_ascii_whitespace().collect();
    let bytes = base64::engine::general_purpose::STANDARD.decode(packed).ok()?;
    String::from_utf8(bytes).ok()
}

/// A text construct (RFC 4287, section 3.1) or content (4.1.3), as HTML. Content of other types, and
/// content that is elsewhere, is none.
fn markup(element: &Element, scope: &Scope) -> Option<Markup> {
    let base = element.base(scope.base.as_ref());
    if element.has_elements() {
        return Some(Markup::new(element.inner_html(), base.as_ref()));
    }
    let text = text(element)?;
    match element.attribute("type").unwrap_or_default() {
        "text" | "text/plain" => Some(Markup::of_text(&text, base.as_ref())),
        _ => Some(Markup::new(text, base.as_ref())),
    }
}

/// The links of Atom, in whatever document they stand.
fn links(element: &Element) -> impl Iterator<Item = &Element> {
    element.elements().filter(|it| matches!(it.name.as_str(), "link" | "atom:link") && it.attribute("href").is_some())
}

fn rel(link: &Element) -> &str {
    let rel = link.attribute("rel").unwrap_or("alternate");
    rel.strip_prefix("http://www.iana.org/assignments/relation/").unwrap_or(rel)
}

fn href_of(element: Option<&Element>, scope: &Scope) -> Option<Link> {
    let element = element?;
    let address = element.attribute("href").or_else(|| element.attribute("url"))?;
    Some(scope.link(element, address))
}

/// The address of the page: RSS has it as text, Atom as an attribute.
fn page_link(element: &Element, scope: &Scope) -> Option<Link> {
    let as_text = || element.elements().filter(|it| it.name == "link").find_map(|it| Some(scope.link(it, it.text()?)));
    let alternate = |html: bool| {
        let is_page = move |it: &&Element| {
            rel(it) == "alternate" && (!html || it.attribute("type").is_none_or(|it| it.contains("html")))
        };
        links(element).find(is_page).and_then(|it| href_of(Some(it), scope))
    };
    // The Channel Definition Format has the address on the element itself.
    let own = || element.attribute("href").map(|it| scope.link(element, it));
    as_text().or_else(|| alternate(true)).or_else(|| alternate(false)).or_else(own)
}

fn item_link(item: &Element, scope: &Scope) -> Option<Link> {
    let text_link = |name: &str| item.child(name).and_then(|it| Some(scope.link(it, it.text()?)));
    text_link("feedburner:origlink")
        .or_else(|| page_link(item, scope))
        .or_else(|| {
            let is_link = |it: &&Element| it.attribute("ispermalink") != Some("false");
            let guid = item.child("guid").filter(is_link).or_else(|| item.child("id"))?;
            let address = guid.text().filter(|it| it.starts_with("http"))?;
            Some(scope.link(guid, address))
        })
        .or_else(|| item.attribute("rdf:about").filter(|it| it.starts_with("http")).map(|it| scope.link(item, it)))
        .or_else(|| href_of(item.child("media:player"), scope))
}

fn own_language(item: &Element) -> Option<String> {
    let content = first(item, &["content", "title", "summary"]);
    [Some(item), content].into_iter().flatten().find_map(|it| it.attribute("xml:lang")).map(str::to_owned)
}

fn authors(item: &Element) -> Vec<String> {
    for name in ["author", "dc:creator", "atom:author", "dc:author", "itunes:author"] {
        let named = item.elements().filter(|it| it.name == name);
        let authors: Vec<String> = named
            .filter_map(|it| match it.child("name").or_else(|| it.child("atom:name")) {
                Some(name) => name.text(),
                None if it.has_elements() => it.child("email").and_then(Element::text),
                None => it.text(),
            })
            .collect();
        if !authors.is_empty() {
            return authors;
        }
    }
    Vec::new()
}

fn categories(item: &Element) -> Vec<String> {
    let mut categories = Vec::new();
    for element in item.elements() {
        match element.name.as_str() {
            "category" | "atom:category" => {
                let named = element.attribute("label").or_else(|| element.attribute("term")).map(str::to_owned);
                categories.extend(named.or_else(|| element.text()));
            }
            "itunes:category" => categories.extend(element.attribute("text").map(str::to_owned)),
            "dc:subject" | "media:category" => categories.extend(element.text()),
            "itunes:keywords" | "media:keywords" | "keywords" => {
                let words = element.text().unwrap_or_default();
                categories.extend(words.split(',').map(|it| it.trim().to_owned()));
            }
            _ => {}
        }
    }
    categories
}

fn media(item: &Element, group: Option<&Element>, scope: &Scope) -> Vec<RawMedia> {
    let inside = group.into_iter().flat_map(Element::elements);
    let mut media = Vec::new();
    for element in item.elements().chain(inside) {
        let is_file = match element.name.as_str() {
            "enclosure" | "media:content" => true,
            "link" | "atom:link" => rel(element) == "enclosure",
            _ => false,
        };
        let Some(link) = href_of(Some(element), scope).filter(|_| is_file) else { continue };
        let own = |name: &str| element.attribute(name).map(str::to_owned);
        media.push(RawMedia {
            link,
            mime_type: own("type"),
            medium: own("medium"),
            size: own("length").or_else(|| own("filesize")),
            duration: own("duration"),
        });
    }
    media
}
