//! What a case expects of a field, and whether it holds.

use precis::{
    clock::Timestamp,
    content::{EpisodeDraft, SourceDraft},
    ingest::{
        dates,
        feed::{Origin, ParsedFeed},
        tags::tags,
    },
    text::{
        LanguageTag, Slug,
        html::{to_line, to_plain},
        web::{canonical_url, normalise_url},
    },
};
use serde_json::Value;
use url::Url;

use crate::{
    active,
    stages::{Fault, Stages, no_panic},
    tally::Tally,
};

/// A field of an item or of a source.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Field {
    /// The title, or the source's name.
    Title,
    /// The page.
    Link,
    /// Where a source's feed is.
    FeedUrl,
    Guid,
    Published,
    Updated,
    Author,
    /// A summary, a content or a description.
    Text,
    Tag,
    EnclosureUrl,
    EnclosureType,
    EnclosureSize,
    Image,
    /// Seconds.
    Duration,
    Language,
}

/// That a field has one of these values.
pub(crate) struct Expectation {
    /// Which item, from 0; `None` is the source.
    item: Option<usize>,
    field: Field,
    values: Vec<String>,
}

/// What a case expects.
#[derive(Default)]
pub(crate) struct Expectations {
    all: Vec<Expectation>,
    in_any_order: bool,
}

impl Expectations {
    /// None yet, of items that may stand at other places than those that are named.
    pub(crate) fn in_any_order() -> Self {
        Self { in_any_order: true, ..Self::default() }
    }

    /// Adds that a field has this value, which may be a text or a number. Nothing is expected where it is empty
    /// or neither.
    pub(crate) fn add(&mut self, item: Option<usize>, field: Field, value: &Value) {
        self.add_any(item, field, [value]);
    }

    /// Adds that a field has one of these values.
    pub(crate) fn add_any<'a>(
        &mut self,
        item: Option<usize>,
        field: Field,
        values: impl IntoIterator<Item = &'a Value>,
    ) {
        let values: Vec<String> = values.into_iter().filter_map(written).collect();
        if !values.is_empty() {
            self.all.push(Expectation { item, field, values });
        }
    }

    /// Reads a feed and counts which of these hold. A feed that is refused holds none; a panic is a failure by
    /// itself.
    pub(crate) fn count(&self, case: &str, bytes: &[u8], origin: &Origin<'_>, stages: &mut Stages, tally: &mut Tally) {
        let read = stages.feed(case, bytes, origin);
        let panic = no_panic(&read);
        if panic.is_err() && self.all.is_empty() {
            tally.check(case, "no panic", panic);
        }
        let read = read.map_err(Fault::into_text);
        for expectation in &self.all {
            let found = read.as_ref().map_err(Clone::clone).and_then(|feed| {
                // Where items were left out, it is another one.
                let in_any_order = self.in_any_order || !feed.skipped.is_empty();
                expectation.holds(feed, origin.url, in_any_order)
            });
            tally.check(case, &expectation.to_string(), found);
        }
    }
}

impl Expectation {
    fn holds(&self, feed: &ParsedFeed, base: Option<&Url>, in_any_order: bool) -> Result<(), String> {
        let any = |found: Found| {
            let holds = self.values.iter().any(|it| found.is(self.field, it, base));
            if holds { Ok(()) } else { Err(found.shown(self.field)) }
        };
        let Some(item) = self.item else { return any(Found::of_source(&feed.source)) };
        let at_place = feed.episodes.get(item).map_or_else(|| Err("no such item".to_owned()), |it| any(Found::of(it)));
        let elsewhere = || in_any_order && feed.episodes.iter().any(|it| any(Found::of(it)).is_ok());
        if at_place.is_err() && elsewhere() { Ok(()) } else { at_place }
    }
}

impl std::fmt::Display for Expectation {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.item {
            Some(item) => write!(f, "item {item}: {:?} {:?}", self.field, self.values),
            None => write!(f, "source: {:?} {:?}", self.field, self.values),
        }
    }
}

/// What was made of an item or of a source, as far as it is compared.
#[derive(Default)]
struct Found<'a> {
    title: &'a str,
    link: Option<&'a str>,
    feed_url: Option<&'a str>,
    guid: Option<&'a str>,
    dates: [Option<Timestamp>; 2],
    author: Option<&'a str>,
    texts: [Option<&'a str>; 2],
    tags: &'a [String],
    enclosures: &'a [precis::content::Enclosure],
    image: Option<&'a str>,
    duration: Option<i32>,
    language: Option<&'a LanguageTag>,
}

impl<'a> Found<'a> {
    fn of(it: &'a EpisodeDraft) -> Self {
        Self {
            title: &it.title,
            link: it.url.as_deref(),
            feed_url: None,
            guid: it.guid.as_deref(),
            dates: [it.published_at, it.source_updated_at],
            author: it.author.as_deref(),
            texts: [Some(&it.excerpt), it.content.as_deref()],
            tags: &it.tags,
            enclosures: &it.enclosures,
            image: it.image_url.as_deref(),
            duration: it.duration_seconds,
            language: it.language.as_ref(),
        }
    }

    fn of_source(it: &'a SourceDraft) -> Self {
        Self {
            title: &it.name,
            link: it.homepage.as_deref(),
            feed_url: it.feed_url.as_deref(),
            texts: [Some(it.description.as_deref().unwrap_or_default()), None],
            image: it.icon_url.as_deref(),
            language: it.language.as_ref(),
            ..Self::default()
        }
    }

    fn is(&self, field: Field, expected: &str, base: Option<&Url>) -> bool {
        match field {
            Field::Title => self.title == to_line(expected),
            Field::Link => is_page(self.link, expected, base),
            Field::FeedUrl => is_page(self.feed_url, expected, base),
            Field::Guid => self.guid.map_or_else(|| self.is_at(expected, base), |it| it == expected.trim()),
            Field::Published => self.dates[0].is_some() && self.dates[0] == instant(expected),
            Field::Updated => self.dates.iter().flatten().any(|it| Some(*it) == instant(expected)),
            Field::Author => self.author.is_some_and(|it| it.contains(&name(expected))),
            Field::Text => self.is_text(expected),
            Field::Tag => is_tag(self.tags, expected),
            Field::EnclosureUrl => {
                let is_image = self.image.is_some() && is_picture(expected);
                is_image || self.enclosures.iter().any(|it| is_page(Some(&it.url), expected, base))
            }
            Field::EnclosureType => {
                let expected = expected.to_ascii_lowercase();
                let is_image = expected.starts_with("image/") && self.image.is_some();
                is_image || self.enclosures.iter().any(|it| it.mime_type.as_deref() == Some(&expected))
            }
            Field::EnclosureSize => {
                let is_image = self.enclosures.is_empty() && self.image.is_some();
                is_image || self.enclosures.iter().any(|it| it.size.is_some_and(|it| it.to_string() == expected))
            }
            Field::Image => is_page(self.image, expected, base),
            Field::Duration => self.duration.is_some_and(|it| it.to_string() == expected),
            Field::Language => {
                self.language.is_some_and(|it| LanguageTag::lenient(expected).is_ok_and(|tag| *it == tag))
            }
        }
    }

    fn shown(&self, field: Field) -> String {
        match field {
            Field::Title => format!("{:?}", self.title),
            Field::Link => format!("{:?}", self.link),
            Field::FeedUrl => format!("{:?}", self.feed_url),
            Field::Guid => format!("{:?}", self.guid),
            Field::Published | Field::Updated => format!("{:?}", self.dates.map(|it| it.map(|it| it.to_string()))),
            Field::Author => format!("{:?}", self.author),
            Field::Text => format!("{:?}", self.texts),
            Field::Tag => format!("{:?}", self.tags),
            Field::EnclosureUrl | Field::EnclosureType | Field::EnclosureSize => {
                format!("{:?}, picture {:?}", self.enclosures, self.image)
            }
            Field::Image => format!("{:?}", self.image),
            Field::Duration => format!("{:?}", self.duration),
            Field::Language => format!("{:?}", self.language),
        }
    }

    /// Whether what has no guid lies at the address that another reader takes for one.
    fn is_at(&self, expected: &str, base: Option<&Url>) -> bool {
        let mut addresses = self.link.into_iter().chain(self.enclosures.iter().map(|it| it.url.as_str()));
        addresses.any(|it| is_page(Some(it), expected, base))
    }

    /// Whether excerpt or content are that text, with its links.
    fn is_text(&self, expected: &str) -> bool {
        let readings = [dense(&to_plain(expected)), dense(&to_line(expected))];
        let [excerpt, content] = self.texts;
        if let Some(content) = content.filter(|it| readings.contains(&dense(&to_plain(it)))) {
            let kept = active::links(content);
            let is_kept = |it: &String| kept.iter().any(|kept| same_address(kept, it)) || self.image == Some(it);
            return active::links(expected).iter().all(is_kept);
        }
        let excerpt = dense(excerpt.unwrap_or_default());
        let beginning = excerpt.strip_suffix('…').unwrap_or(&excerpt);
        let is_same = |it: &String| *it == excerpt || (beginning != excerpt && it.starts_with(beginning));
        readings.iter().any(is_same)
    }
}

/// A value as text; `None` where it says nothing.
fn written(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()).filter(|it| !it.trim().is_empty()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

fn dense(text: &str) -> String {
    text.chars().filter(|it| !it.is_whitespace() && !it.is_control()).collect()
}

/// An instant as a reader gives it out, or as it stands in the feed.
fn instant(text: &str) -> Option<Timestamp> {
    text.parse().ok().or_else(|| dates::parse(text))
}

/// Whether an address leads to the expected page; or is none, where that is no page.
fn is_page(found: Option<&str>, expected: &str, base: Option<&Url>) -> bool {
    let expected = expected.trim();
    let is_relative = base.is_none() && Url::parse(expected) == Err(url::ParseError::RelativeUrlWithoutBase);
    match (found, normalise_url(expected, base)) {
        (Some(_), Some(wanted)) if is_proxy(&wanted) => true,
        // It was made absolute by what the feed says of itself.
        (Some(found), _) if is_relative => {
            let path = Url::parse("https://example.org/").and_then(|it| it.join(expected));
            path.is_ok_and(|path| found.ends_with(path.path()))
        }
        (found, wanted) => found.map(canonical_url) == wanted.as_deref().map(canonical_url),
    }
}

/// Whether an address only counts readers on their way to the page.
fn is_proxy(address: &str) -> bool {
    address.split_once("/~r/").is_some_and(|(_, rest)| rest.contains("/~3/"))
}

fn is_picture(address: &str) -> bool {
    let path = address.split(['?', '#']).next().unwrap_or_default().to_ascii_lowercase();
    [".avif", ".gif", ".jpeg", ".jpg", ".png", ".webp"].iter().any(|it| path.ends_with(it))
}

fn same_address(left: &str, right: &str) -> bool {
    left == right || Url::parse(left).is_ok_and(|left| Url::parse(right).is_ok_and(|right| left == right))
}

/// A name without addresses; an address where there is no name.
fn name(written: &str) -> String {
    let line = to_line(written);
    let words = line.split_whitespace().filter(|it| !it.contains('@')).collect::<Vec<_>>().join(" ");
    let name = words.trim_matches(|it: char| it.is_whitespace() || "()<>,\"".contains(it));
    if name.is_empty() { line.trim_matches(['<', '>', '(', ')']).to_owned() } else { name.to_owned() }
}

fn is_tag(found: &[String], expected: &str) -> bool {
    let line = to_line(expected);
    let meaning = |it: &str| Slug::of_tag(it).match_key();
    let said = tags([line.as_str()]);
    said.first().is_none_or(|said| found.iter().any(|it| meaning(it) == meaning(said)))
}
