//! Feeds: what is asked for them, and the answer as Atom (RFC 4287), RSS 2.0 or JSON Feed 1.1.
//!
//! What is common to them is made here once: clean titles, addresses of the web as URIs, texts that XML can hold. Each
//! format only says where it stands.

mod atom;
mod data;
mod json;
mod rss;
mod xml;

use std::{collections::HashSet, io};

use serde_json::{json as object, value::RawValue};

use super::{
    Output, Question,
    wanted::{Wanted, Wrong},
};
use crate::{
    clock::Timestamp,
    text::{
        cut::cut,
        html::of_plain,
        shown::{self, for_xml, line, uri, web_address},
    },
};

/// How a feed is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FeedFormat {
    /// Atom 1.0.
    Atom,
    /// RSS 2.0, with Dublin Core and `content:encoded`.
    Rss,
    /// JSON Feed 1.1.
    Json,
}

/// Why a feed can't be written: all of them are faults of the program.
#[derive(Debug, thiserror::Error)]
pub enum FeedError {
    /// The answer is another one than the document asks for.
    #[error("the answer has another shape than was asked for")]
    Data(#[from] serde_json::Error),
    /// XML can't be written.
    #[error("XML can't be written")]
    Xml(#[from] io::Error),
}

const DOCUMENT: &str = "\
query Feed($filter: SummaryFilter, $limit: Int!) {
  summaries(filter: $filter, first: $limit) {
    nodes {
      id
      title
      tldr
      keyPoints
      body(format: HTML) { value }
      language
      publishedAt
      createdAt
      updatedAt
      source { id name homepage feedUrl createdAt updatedAt }
      category { slug name }
      tags { slug name }
      episode { url author updatedAt enclosures { url mimeType size } }
    }
  }
}";

/// What is said of a feed in a sentence.
const ABOUT: &str = "Summaries of what blogs, publications, podcasts and channels publish.";

/// The longest name of a feed, in characters.
const NAME: usize = 200;

/// What to ask for a feed, as of now.
pub fn question(wanted: &Wanted, now: Timestamp) -> Result<Question, Wrong> {
    let mut filter = wanted.filter();
    filter["publishedAt"] = wanted.instants(now)?;
    Ok(Question { document: DOCUMENT, variables: object!({ "filter": filter, "limit": wanted.limit }) })
}

/// Writes a feed out of the `data` of the answer. `base` is the address of the server, which ends in `/`; `changed` stands
/// for the date of a feed without entries.
pub fn write(
    wanted: &Wanted,
    format: FeedFormat,
    data: &RawValue,
    base: &str,
    changed: Timestamp,
) -> Result<String, FeedError> {
    let data: data::Data = serde_json::from_str(data.get())?;
    let entries: Vec<Entry> = data.summaries.nodes.into_iter().map(Entry::of).collect();
    let feed = Feed {
        title: name(wanted),
        about: ABOUT,
        page: uri(base).into_owned(),
        address: address(wanted, format, base),
        language: wanted.languages.first().filter(|_| wanted.languages.len() == 1).map(ToString::to_string),
        updated: entries.iter().map(|entry| entry.updated).max().unwrap_or(changed),
        entries,
    };
    match format {
        FeedFormat::Atom => Ok(atom::write(&feed)?),
        FeedFormat::Rss => Ok(rss::write(&feed)?),
        FeedFormat::Json => Ok(json::write(&feed)?),
    }
}

/// A feed, ready to be written.
struct Feed {
    title: String,
    about: &'static str,
    /// The page of all of it.
    page: String,
    /// Where the feed itself is.
    address: String,
    language: Option<String>,
    updated: Timestamp,
    entries: Vec<Entry>,
}

/// An entry, ready to be written: titles and names are a line each, addresses are URIs.
struct Entry {
    /// The same for ever, and no other's.
    id: String,
    title: String,
    /// Where the item itself is.
    link: Option<String>,
    /// Plain, on one line.
    summary: String,
    /// HTML, in which nothing is active and no address is relative.
    content: String,
    language: Option<String>,
    published: Timestamp,
    updated: Timestamp,
    author: Option<String>,
    source: Source,
    /// Its category, and its tags.
    labels: Vec<Label>,
    enclosures: Vec<Enclosure>,
}

/// Where an item was published.
struct Source {
    id: String,
    name: String,
    page: Option<String>,
    feed: Option<String>,
    updated: Timestamp,
}

/// A category or a tag.
struct Label {
    slug: String,
    name: String,
}

/// A file.
struct Enclosure {
    url: String,
    mime_type: Option<String>,
    size: Option<u64>,
}

impl Entry {
    fn of(summary: data::Summary) -> Self {
        let data::Summary { source, episode, category, tags, .. } = summary;
        let mut known = HashSet::new();
        let labels = category.into_iter().chain(tags).map(|it| Label { slug: it.slug, name: line(&it.name) });
        let labels = labels.filter(|it| !it.name.is_empty() && known.insert(it.name.to_lowercase())).collect();
        let source = Source {
            id: id(&source.id, source.created_at.0),
            name: shown::title(&source.name),
            page: web(source.homepage.as_deref()),
            feed: web(source.feed_url.as_deref()),
            updated: source.updated_at.0,
        };
        Self {
            id: id(&summary.id, summary.created_at.0),
            title: shown::title(&summary.title),
            link: web(episode.url.as_deref()),
            summary: line(&summary.tldr),
            content: content(&summary.body.value, &summary.key_points),
            language: Some(summary.language).filter(|it| it != "und"),
            published: summary.published_at.unwrap_or(summary.created_at).0,
            // Whichever changed last of what stands in it.
            updated: summary.updated_at.0.max(episode.updated_at.0),
            author: episode.author.as_deref().map(line).filter(|it| !it.is_empty()),
            source,
            labels,
            enclosures: episode.enclosures.into_iter().filter_map(Enclosure::of).collect(),
        }
    }

    /// Who wrote it, or else who published it.
    fn author(&self) -> &str {
        self.author.as_deref().unwrap_or(&self.source.name)
    }
}

impl Enclosure {
    fn of(file: data::Enclosure) -> Option<Self> {
        let mime_type = file.mime_type.filter(|it| is_mime_type(it));
        Some(Self { url: web(Some(&file.url))?, mime_type, size: file.size.and_then(|it| it.parse().ok()) })
    }
}

/// An address of the web as a URI.
fn web(url: Option<&str>) -> Option<String> {
    url.and_then(web_address).map(|url| uri(url).into_owned())
}

/// `audio/mpeg`: two names (RFC 6838, section 4.2), perhaps with parameters.
fn is_mime_type(text: &str) -> bool {
    let is_of_name = |it: char| it.is_ascii_alphanumeric() || "!#$&-^_.+".contains(it);
    let is_name = |name: &str| name.starts_with(|it: char| it.is_ascii_alphanumeric()) && name.chars().all(is_of_name);
    text.split(';')
        .next()
        .unwrap_or_default()
        .trim()
        .split_once('/')
        .is_some_and(|(one, two)| is_name(one) && is_name(two))
        && text.is_ascii()
}

/// What an entry says at length: the text, and what to remember of it.
fn content(body: &str, key_points: &[String]) -> String {
    let item = |point: &String| {
        let paragraph = of_plain(&line(point));
        let text = paragraph.strip_prefix("<p>").and_then(|it| it.strip_suffix("</p>")).unwrap_or_default();
        format!("<li>{text}</li>")
    };
    let list: String = key_points.iter().map(item).collect();
    let html = if list.is_empty() { body.to_owned() } else { format!("{body}\n<ul>{list}</ul>") };
    for_xml(&html).into_owned()
}

/// The name of a node for ever, among those of all servers: a UUID (RFC 9562, version 8) of its id and of when it was made,
/// neither of which changes. Servers count their ids for themselves.
fn id(node: &str, created: Timestamp) -> String {
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&blake3::hash(format!("{node} {created}").as_bytes()).as_bytes()[..16]);
    bytes[6] = bytes[6] & 0x0f | 0x80;
    bytes[8] = bytes[8] & 0x3f | 0x80;
    let hex = format!("{:032x}", u128::from_be_bytes(bytes));
    format!("urn:uuid:{}-{}-{}-{}-{}", &hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..])
}

/// What a feed is called, by its filter: `Précis: backend, en`.
fn name(wanted: &Wanted) -> String {
    let filters = ["tag", "category", "source", "series", "language", "search"];
    let values = wanted.given().iter().filter(|(name, _)| filters.contains(name)).map(|(_, value)| line(value));
    let values: Vec<String> = values.filter(|value| !value.is_empty()).collect();
    if values.is_empty() {
        "Précis".to_owned()
    } else {
        cut(&format!("Précis: {}", values.join(", ")), NAME).into_owned()
    }
}

/// Where the feed itself is.
fn address(wanted: &Wanted, format: FeedFormat, base: &str) -> String {
    let query = wanted.query();
    let mark = if query.is_empty() { "" } else { "?" };
    format!("{base}{}{mark}{query}", Output::Feed(format).file())
}
