//! What an input says of a source, an episode and its summary, before it is stored.
//!
//! Drafts are valid already: who makes one has parsed, cleaned and bounded what it holds. What is
//! missing is missing; storing fills it in (an estimated date, a slug, a summary out of the excerpt).

use super::{EpisodeKind, SourceKind, SummaryOrigin};
use crate::{
    clock::Timestamp,
    text::{LanguageTag, Slug},
};

/// A source, as an input names it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct SourceDraft {
    /// Given by the input; else made from the name.
    pub slug: Option<Slug>,
    /// What it calls itself. Never empty.
    pub name: String,
    /// What it publishes, where that can be told.
    pub kind: Option<SourceKind>,
    /// Where its feed is, normalised.
    pub feed_url: Option<String>,
    /// Where people read it, normalised.
    pub homepage: Option<String>,
    /// Its picture.
    pub icon_url: Option<String>,
    /// Plain text.
    pub description: Option<String>,
    /// Of its episodes, where they don't say otherwise.
    pub language: Option<LanguageTag>,
}

/// A file that belongs to an episode: audio, video, a document.
#[derive(Clone, Debug, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
pub struct Enclosure {
    /// Normalised.
    pub url: String,
    /// As the feed says: `audio/mpeg`.
    pub mime_type: Option<String>,
    /// Bytes.
    pub size: Option<u64>,
}

/// An episode, as an input tells it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct EpisodeDraft {
    /// What makes it the same item when it comes again, unique within its source: `guid:…`, else
    /// `url:…`, else `hash:…`.
    pub identity: String,
    /// As the feed gives it.
    pub guid: Option<String>,
    /// Where it can be read, normalised.
    pub url: Option<String>,
    /// The same without what only tracks readers: equal for equal stories.
    pub canonical_url: Option<String>,
    /// Text, sound or pictures.
    pub kind: EpisodeKind,
    /// Plain text. Never empty.
    pub title: String,
    /// Names, joined with a comma.
    pub author: Option<String>,
    /// As the item or its feed says, else detected.
    pub language: Option<LanguageTag>,
    /// Its picture.
    pub image_url: Option<String>,
    /// In the order of the feed.
    pub enclosures: Vec<Enclosure>,
    /// Of its sound or film.
    pub duration_seconds: Option<i32>,
    /// Of its text, where the whole text came.
    pub word_count: Option<i32>,
    /// As written in the item, without `#`.
    pub hashtags: Vec<String>,
    /// The title of the series that the item itself names.
    pub series: Option<String>,
    /// Of the series.
    pub season: Option<i32>,
    /// Within the series.
    pub number: Option<i32>,
    /// As the item says, whatever year that is; `None` where it says nothing that can be read.
    pub published_at: Option<Timestamp>,
    /// When the item says that it changed.
    pub source_updated_at: Option<Timestamp>,
    /// The beginning of its text, plain, at most [`EXCERPT_CHARS`] characters.
    pub excerpt: String,
    /// Sanitised HTML, where there is more than the excerpt.
    pub content: Option<String>,
    /// Categories and hashtags, as written.
    pub tags: Vec<String>,
    /// The name of the shelf it belongs on, where the input knows one.
    pub category: Option<String>,
    /// Where the input brings one; else it is made from the excerpt.
    pub summary: Option<SummaryDraft>,
}

/// The most that is kept of an episode's beginning.
pub const EXCERPT_CHARS: usize = 1_000;

/// A summary that came with its episode.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct SummaryDraft {
    /// Of the summary, which may be another than the episode's.
    pub language: Option<LanguageTag>,
    /// Plain text; the episode's where `None`.
    pub title: Option<String>,
    /// One to three plain sentences. Never empty.
    pub tldr: String,
    /// Plain text each.
    pub key_points: Vec<String>,
    /// Markdown.
    pub body: Option<String>,
    /// Who wrote it.
    pub origin: SummaryOrigin,
    /// The model's name, where one wrote it.
    pub model: Option<String>,
}
