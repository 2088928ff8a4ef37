//! RSS 0.9x, 1.0 and 2.0, Atom 0.3 and 1.0 (RFC 4287), with the modules that real feeds use, read off
//! their elements.
//!
//! The formats are read with one table of names: real feeds mix them, and no name means two things.

use base64::Engine;
use url::Url;

use super::MAX_LISTED;
use crate::{
    ingest::{
        dates,
        raw::{Link, Markup, RawFeed, RawItem, RawMedia},
        tree::{Document, Element, Node},
    },
    text::web,
};

/// The roots of feeds.
pub(super) const ROOTS: &[&str] = &["rss", "rdf:rdf", "rdf", "feed", "channel", "entry"];

/// When an item was published, by preference.
const PUBLISHED: &[&str] = &[
    "published",
    "pubdate",
    "issued",
    "dc:date",
    "dcterms:issued",
    "dcterms:created",
    "created",
    "date",
    "atom:published",
];

/// When it changed.
const UPDATED: &[&str] = &["updated", "atom:updated", "modified", "dcterms:modified", "lastbuilddate"];

/// Reads a feed and at most so many of its items, or one Atom entry alone. `None` where the root holds no feed.
pub(super) fn read(document: &Document, origin: Option<&Url>, most: usize) -> Option<RawFeed> {
    let root = document.root.as_ref()?;
    let channel = root.child("channel").unwrap_or(root);
    let base = origin.cloned().or_else(|| own_address(channel));
    let outside = Scope { base, language: None }.inside(root);
    let scope = outside.inside(channel);
    let mut feed = source(channel, root, &scope);
    feed.is_cut = document.is_cut;
    feed.authors = general_authors(root, channel);
    if root.name == "entry" {
        feed.items.push(item(root, &outside, 1));
        return Some(feed);
    }
    // RSS 1.1 has a list inside, RSS 1.0 has its items beside the channel.
    let listed = channel.elements().filter(|it| it.name == "items").flat_map(Element::elements);
    let inside = channel.elements().chain(listed).map(|it| (it, &scope));
    let beside = root.elements().filter(|_| !std::ptr::eq(root, channel)).map(|it| (it, &outside));
    let items = inside.chain(beside).filter(|(it, _)| matches!(it.name.as_str(), "item" | "entry"));
    // The last item of a file that was cut may lack anything.
    let mut complete = items.filter(|(it, _)| it.is_complete || !document.is_cut).enumerate();
    feed.items = complete.by_ref().take(most).map(|(at, (it, scope))| item(it, scope, at + 1)).collect();
    feed.left_out = complete.count();
    Some(feed)
}

/// Where a document says that it is, or else its page: what links in a file are relative to.
fn own_address(channel: &Element) -> Option<Url> {
    let linked =
        |wanted: &'static str| links(channel).filter(move |it| rel(it) == wanted).filter_map(|it| it.attribute("href"));
    let page = channel.elements().filter(|it| it.name == "link").find_map(Element::text);
    let addresses = linked("self").chain(page.as_deref()).chain(linked("alternate"));
    addresses.into_iter().find_map(|it| web::absolute(it, None))
}

/// Who wrote what names nobody: in Atom whom the feed names (RFC 4287, section 4.2.1), in a podcast whose it is.
fn general_authors(root: &Element, channel: &Element) -> Vec<String> {
    if root.name == "feed" {
        return authors(channel);
    }
    channel.child("itunes:author").and_then(Element::text).into_iter().collect()
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

fn source(channel: &Element, root: &Element, scope: &Scope) -> RawFeed {
    let image = [channel, root].into_iter().find_map(|it| it.child("image")?.child("url"));
    let icon = image
        .or_else(|| channel.child("logo"))
        .or_else(|| channel.child("icon"))
        .and_then(|it| Some(scope.link(it, it.text()?)))
        .or_else(|| href_of(channel.child("itunes:image"), scope))
        .or_else(|| href_of(channel.child("media:thumbnail"), scope));
    let feed_url = links(channel).find(|it| rel(it) == "self").and_then(|it| href_of(Some(it), scope));
    RawFeed {
        title: first(channel, &["title", "dc:title", "itunes:title"]).and_then(line),
        description: first(
            channel,
            &["description", "subtitle", "tagline", "itunes:summary", "itunes:subtitle", "dc:description", "abstract"],
        )
        .and_then(|it| markup(it, scope)),
        // An Atom feed without any page may be named by one.
        homepage: page_link(channel, scope).or_else(|| {
            let id = channel.child("id")?;
            let address = id.text().filter(|it| it.starts_with("http"))?;
            let is_own = feed_url.as_ref().is_some_and(|it| it.address == address);
            let is_file = [".atom", ".xml", ".rss"].iter().any(|it| address.ends_with(it));
            (!is_own && !is_file).then(|| scope.link(id, address))
        }),
        feed_url,
        icon,
        language: first(channel, &["language", "dc:language"])
            .and_then(Element::text)
            .or_else(|| scope.language.clone()),
        ..RawFeed::default()
    }
}

fn item(item: &Element, outside: &Scope, position: usize) -> RawItem {
    let scope = outside.inside(item);
    // YouTube and others put what belongs to the file into a group around it, Vimeo into the file.
    let groups = item.elements().filter(|it| it.name == "media:group");
    let holders: Vec<&Element> = [item].into_iter().chain(groups).collect();
    let files = holders.iter().flat_map(|it| it.elements()).filter(|it| it.name == "media:content");
    let around: Vec<&Element> = holders.iter().copied().chain(files).collect();
    let in_group = |name: &str| around.iter().find_map(|it| it.child(name));
    let summary =
        first(item, &["description", "summary", "dc:description", "itunes:summary", "abstract", "atom:summary"])
            .or_else(|| in_group("media:description"))
            .or_else(|| item.child("itunes:subtitle"));
    let content = first(item, &["content:encoded", "content", "body", "fullitem", "atom:content"]);
    RawItem {
        place: format!("item {position} (line {})", item.line),
        guid: first(item, &["guid", "id", "atom:id"])
            .and_then(Element::text)
            .or_else(|| item.attribute("rdf:about").map(str::to_owned)),
        title: first(item, &["title", "dc:title", "itunes:title", "atom:title"])
            .or_else(|| in_group("media:title"))
            .and_then(line),
        link: item_link(item, &scope),
        // What was taken over from another feed is by whom that one names.
        authors: [Some(item), item.child("source")]
            .into_iter()
            .flatten()
            .map(authors)
            .find(|it| !it.is_empty())
            .unwrap_or_default(),
        language: item.child("dc:language").and_then(Element::text).or_else(|| own_language(item)),
        published: date_of(item, PUBLISHED),
        updated: date_of(item, UPDATED).or_else(|| item.attribute("lastmod").map(str::to_owned)),
        summary: summary.and_then(|it| markup(it, &scope)),
        content: content.and_then(|it| markup(it, &scope)),
        categories: categories(item),
        media: media(&holders, &scope),
        image: href_of(item.child("itunes:image"), &scope)
            .or_else(|| href_of(in_group("media:thumbnail"), &scope))
            .or_else(|| item.child("image").and_then(|it| Some(scope.link(it, it.child("url").unwrap_or(it).text()?))))
            .or_else(|| href_of(item.elements().find(|it| it.name == "itunes:link" && rel(it) == "image"), &scope)),
        duration: text_of(item, &["itunes:duration"]),
        season: text_of(item, &["itunes:season", "podcast:season"]),
        number: text_of(item, &["itunes:episode", "podcast:episode"]),
    }
}

/// The first of these names that has content.
fn first<'a>(element: &'a Element, names: &[&str]) -> Option<&'a Element> {
    names.iter().find_map(|name| element.elements().find(|it| it.name == *name && !it.children.is_empty()))
}

/// The first of these names that is a date; else, for the report, the first that has content.
fn date_of(element: &Element, names: &[&str]) -> Option<String> {
    let mut written = names.iter().filter_map(|name| text_of(element, &[name]));
    let first = written.next()?;
    let is_date = |it: &String| dates::parse(it).is_some();
    Some(if is_date(&first) { first } else { written.find(is_date).unwrap_or(first) })
}

fn text_of(element: &Element, names: &[&str]) -> Option<String> {
    first(element, names).and_then(Element::text)
}

/// A title: text or HTML, told apart where it is cleaned. Whatever its type says, it is text.
fn line(element: &Element) -> Option<String> {
    if element.has_elements() { Some(element.inner_html()) } else { text(element).or_else(|| element.text()) }
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
    if let Some(wrapper) = only_div(element) {
        return Some(Markup::new(wrapper.inner_html(), wrapper.base(base.as_ref()).as_ref()));
    }
    if element.has_elements() {
        return Some(Markup::new(element.inner_html(), base.as_ref()));
    }
    let text = text(element)?;
    match element.attribute("type").unwrap_or_default() {
        "text" | "text/plain" => Some(Markup::of_text(&text, base.as_ref())),
        _ => Some(Markup::new(text, base.as_ref())),
    }
}

/// The element around XHTML, which is no part of it (RFC 4287, section 3.1.1.3).
fn only_div(element: &Element) -> Option<&Element> {
    let is_blank = |node: &Node| matches!(node, Node::Text(text) if text.trim().is_empty());
    let mut nodes = element.children.iter().filter(|it| !is_blank(it));
    match (nodes.next(), nodes.next()) {
        (Some(Node::Element(only)), None) if only.name == "div" => Some(only),
        _ => None,
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
            let is_link =
                |it: &&Element| it.attribute("ispermalink").is_none_or(|it| !it.eq_ignore_ascii_case("false"));
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
            .take(MAX_LISTED)
            .filter_map(|it| match it.child("name").or_else(|| it.child("atom:name")) {
                Some(name) => name.text(),
                // What holds other things about a person names none.
                None if ["email", "uri", "url"].iter().any(|name| it.child(name).is_some()) => {
                    it.child("email").and_then(Element::text)
                }
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
    // Some put a list around them.
    let listed = item.elements().filter(|it| it.name == "categories").flat_map(Element::elements);
    for element in item.elements().chain(listed) {
        if categories.len() >= MAX_LISTED {
            break;
        }
        match element.name.as_str() {
            "category" | "atom:category" => {
                let named = element.attribute("label").or_else(|| element.attribute("term")).map(str::to_owned);
                categories.extend(named.or_else(|| element.text()));
            }
            "itunes:category" => categories.extend(element.attribute("text").map(str::to_owned)),
            "dc:subject" | "media:category" => categories.extend(element.text()),
            "itunes:keywords" | "media:keywords" | "keywords" | "tags" => {
                let words = element.text().unwrap_or_default();
                categories.extend(words.split(',').map(|it| it.trim().to_owned()));
            }
            _ => {}
        }
    }
    categories
}

/// The files of an item and of the groups in it.
fn media(holders: &[&Element], scope: &Scope) -> Vec<RawMedia> {
    let mut media = Vec::new();
    for element in holders.iter().flat_map(|it| it.elements()) {
        let is_file = match element.name.as_str() {
            "enclosure" | "media:content" => true,
            "link" | "atom:link" => rel(element) == "enclosure",
            _ => false,
        };
        if !is_file || media.len() >= MAX_LISTED {
            continue;
        }
        // What has no address of its own may have a page that plays it.
        let file = href_of(Some(element), scope);
        let is_page = file.is_none();
        let Some(link) = file.or_else(|| href_of(element.child("media:player"), scope)) else { continue };
        let own = |name: &str| element.attribute(name).map(str::to_owned);
        media.push(RawMedia {
            link,
            mime_type: if is_page { Some("text/html".to_owned()) } else { own("type") },
            medium: own("medium"),
            size: own("length").or_else(|| own("filesize")),
            duration: own("duration"),
        });
    }
    media
}
