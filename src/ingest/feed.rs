//! A feed, from its bytes to drafts: RSS, Atom and JSON Feed.

mod json;
mod xml;

use std::collections::HashMap;

use url::Url;

use super::{
    decode::{self, DecodeError},
    discover::{self, FeedLink},
    kinds, normalise,
    raw::{RawFeed, RawItem},
    tree,
};
use crate::{
    content::{EpisodeDraft, SourceDraft},
    text::{LanguageTag, cut::cut},
};

/// The largest feed, in bytes after unpacking.
pub const MAX_BYTES: usize = 10 * 1024 * 1024;

/// The most items that are taken of one feed; the rest is reported.
pub const MAX_ITEMS: usize = 1_000;

/// The most authors, categories or files of one item that are looked at.
const MAX_LISTED: usize = 1_000;

/// The most feeds of a page that are told.
const MAX_ANNOUNCED: usize = 5;

/// How much of what can't be used is told, in characters.
const MAX_TOLD: usize = 100;

/// Where a feed comes from.
#[derive(Clone, Copy, Debug)]
pub struct Origin<'a> {
    /// Its address: what relative links are relative to.
    pub url: Option<&'a Url>,
    /// The `Content-Type` that came with it over HTTP, as it was sent: `text/xml; charset=utf-8`.
    pub content_type: Option<&'a str>,
    /// The `Content-Language` that came with it over HTTP: the language of what does not say its own.
    pub content_language: Option<&'a str>,
    /// The name of its file without extension: what the source is called if nothing else names it.
    pub file_stem: Option<&'a str>,
    /// The largest size, in bytes after unpacking.
    pub max_bytes: usize,
    /// The most items; the first ones are taken.
    pub max_items: usize,
}

impl Default for Origin<'_> {
    /// Nothing known, and the limits for what comes from the network.
    fn default() -> Self {
        Self {
            url: None,
            content_type: None,
            content_language: None,
            file_stem: None,
            max_bytes: MAX_BYTES,
            max_items: MAX_ITEMS,
        }
    }
}

/// What was found in a feed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ParsedFeed {
    /// What publishes it.
    pub source: SourceDraft,
    /// Its items, in its order.
    pub episodes: Vec<EpisodeDraft>,
    /// Items that were left out.
    pub skipped: Vec<Skip>,
    /// Faults of the feed as a whole that cost no item by themselves, as sentences.
    pub notes: Vec<String>,
}

impl ParsedFeed {
    /// What is wrong with the feed as a whole, where something is. No text of its items stands in it.
    pub fn fault(&self) -> Option<&str> {
        self.notes.first().map(String::as_str).filter(|note| note.starts_with(OF_ALL))
    }
}

/// How a note begins that is about the feed as a whole; they stand before the others.
const OF_ALL: &str = "The feed ";

/// Something that was left out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Skip {
    /// Where it stood: `item 3 (line 41)`, `line 7`.
    pub place: String,
    /// Why, as a sentence without its dot.
    pub reason: String,
}

/// Why an input gives no feed.
#[derive(Debug, thiserror::Error)]
pub enum FeedError {
    /// The bytes are no text.
    #[error(transparent)]
    Decode(#[from] DecodeError),
    /// Nothing but white space.
    #[error("the input is empty")]
    Empty,
    /// A page for people.
    #[error("this is a web page, not a feed; {}", announced(.feeds))]
    WebPage {
        /// The feeds that it announces.
        feeds: Vec<FeedLink>,
    },
    /// JSON, but not JSON Feed.
    #[error("this is JSON, but no JSON Feed: it has no list named items")]
    OtherJson,
    /// JSON with a fault in it.
    #[error("this looks like JSON Feed, but can't be read")]
    BrokenJson(#[source] serde_json::Error),
    /// A list of feeds.
    #[error("this is a list of feeds (OPML), not a feed; import it as a list")]
    Opml,
    /// XML or something like it.
    #[error("this is no feed: it begins with <{root}>; expected <rss>, <feed> or <rdf:RDF>")]
    OtherXml {
        /// The first element.
        root: String,
    },
    /// Neither markup nor JSON.
    #[error("this is no feed: it is neither XML nor JSON")]
    NoMarkup,
}

/// Reads a feed of any kind.
///
/// Faults cost no more than they must: see [`ParsedFeed::skipped`] and [`ParsedFeed::notes`]. Of items
/// with the same identity the last one is kept.
pub fn parse(bytes: &[u8], origin: &Origin<'_>) -> Result<ParsedFeed, FeedError> {
    let unpacked = decode::unpack(bytes, origin.max_bytes)?;
    let text = decode::decode(&unpacked, origin.content_type.and_then(decode::charset));
    let feed = read(&text, origin.url, origin.max_items)?;
    Ok(drafts(&feed, origin))
}

fn read(text: &str, url: Option<&Url>, most: usize) -> Result<RawFeed, FeedError> {
    let text = text.trim_start_matches(|it: char| it.is_whitespace() || it == '\u{feff}');
    if text.is_empty() {
        return Err(FeedError::Empty);
    }
    if text.starts_with(['{', '[']) {
        return json::read(text, url, most).map_err(FeedError::BrokenJson)?.ok_or(FeedError::OtherJson);
    }
    let document = tree::read(text, xml::ROOTS);
    let is_page = match document.first.as_deref() {
        Some("html") => true,
        _ => document.is_html && document.root.is_none(),
    };
    match xml::read(&document, url, most) {
        // A page may show or embed a feed; what calls itself a page is one, unless it has items.
        Some(feed) if !(is_page && feed.items.is_empty()) => Ok(feed),
        _ if is_page => Err(FeedError::WebPage { feeds: discover::feeds(text, url) }),
        _ => Err(match document.first {
            None => FeedError::NoMarkup,
            Some(root) if root == "opml" => FeedError::Opml,
            Some(root) => FeedError::OtherXml { root },
        }),
    }
}

fn drafts(feed: &RawFeed, origin: &Origin<'_>) -> ParsedFeed {
    let mut source = normalise::source(feed, origin.url, origin.file_stem.unwrap_or("Unnamed source"));
    // A list of languages says who may read it, and not in which of them an item is.
    let by_http = origin.content_language.filter(|it| !it.contains(','));
    source.language = source.language.or_else(|| LanguageTag::lenient(by_http?).ok());
    let mut skipped = Vec::new();
    let mut notes = Vec::new();
    if feed.is_cut {
        notes.push("The feed ends in the middle; its complete items were taken.".to_owned());
    }
    if feed.left_out > 0 {
        let RawFeed { items, left_out, .. } = feed;
        notes.push(format!("The feed has {} items; the last {left_out} were left out.", items.len() + left_out));
    }
    let author = normalise::authors(&feed.authors);
    let mut no_pages = Lost::default();
    let mut no_dates = Lost::default();
    let mut episodes: Vec<Option<EpisodeDraft>> = Vec::new();
    let mut places: HashMap<String, (usize, &str)> = HashMap::new();
    for item in &feed.items {
        match normalise::episode(item, &source) {
            Ok(mut episode) => {
                episode.author = episode.author.or_else(|| author.clone());
                if let Some(address) = normalise::lost_address(item, &episode) {
                    no_pages.add(item, address);
                }
                if let Some(date) =
                    item.published.as_ref().or(item.updated.as_ref()).filter(|_| episode.published_at.is_none())
                {
                    no_dates.add(item, date);
                }
                if let Some((before, place)) = places.insert(episode.identity.clone(), (episodes.len(), &item.place)) {
                    episodes[before] = None;
                    skipped.push(Skip {
                        place: place.to_owned(),
                        reason: format!("{} has the same identity", item.place),
                    });
                }
                episodes.push(Some(episode));
            }
            Err(reason) => skipped.push(Skip { place: item.place.clone(), reason: reason.to_owned() }),
        }
    }
    notes.extend(no_pages.note("an address that leads to no page or file"));
    notes.extend(no_dates.note("a date that can't be read"));
    let episodes: Vec<EpisodeDraft> = episodes.into_iter().flatten().collect();
    source.kind = Some(kinds::of_source(&source, &episodes));
    ParsedFeed { source, episodes, skipped, notes }
}

/// Something of items that could not be used: how often, and the first of it.
#[derive(Default)]
struct Lost {
    times: usize,
    first: Option<String>,
}

impl Lost {
    fn add(&mut self, item: &RawItem, written: &str) {
        self.times += 1;
        self.first.get_or_insert_with(|| format!("{}: {}", item.place, cut(written, MAX_TOLD)));
    }

    /// One sentence for all of them: a feed that has one such item often has no others.
    fn note(&self, what: &str) -> Option<String> {
        let items = if self.times == 1 { "1 item has".to_owned() } else { format!("{} items have", self.times) };
        self.first.as_ref().map(|first| format!("{items} {what}; the first is {first}"))
    }
}

/// What a page announces, for whoever gave it instead of a feed.
fn announced(feeds: &[FeedLink]) -> String {
    let mut listed: Vec<String> = feeds.iter().take(MAX_ANNOUNCED).map(FeedLink::to_string).collect();
    if feeds.len() > MAX_ANNOUNCED {
        listed.push(format!("and {} more", feeds.len() - MAX_ANNOUNCED));
    }
    if listed.is_empty() { "it announces no feed".to_owned() } else { format!("it announces: {}", listed.join(", ")) }
}

#[cfg(test)]
mod mutations;
#[cfg(test)]
mod tests;
