//! The fields of a line.

use serde::Deserialize;

/// A line with an `episode` in it.
#[derive(Debug, Default, Deserialize)]
pub struct Nested {
    /// An object, or a name.
    pub source: Option<SourceField>,
    /// The episode.
    pub episode: EpisodeLine,
    /// Its summary, if it has one.
    pub summary: Option<SummaryLine>,
}

/// A source, in short or in full.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
pub enum SourceField {
    /// Its name.
    Name(String),
    /// All of it.
    Full(Box<SourceLine>),
}

/// A source.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct SourceLine {
    /// Made from the name where it is missing.
    pub slug: Option<String>,
    /// What it calls itself. Needed, unless there is an address to take the host from.
    pub name: Option<String>,
    /// `BLOG`, `PUBLICATION`, `PODCAST`, `VIDEO_CHANNEL`, `NEWSLETTER`, `AGGREGATOR` or `MANUAL`, in any case.
    pub kind: Option<String>,
    /// Where people read it.
    pub homepage: Option<String>,
    /// Where its feed is.
    pub feed_url: Option<String>,
    /// Its picture.
    pub icon_url: Option<String>,
    /// Text or HTML; kept as plain text.
    pub description: Option<String>,
    /// BCP 47.
    pub language: Option<String>,
}

/// An episode.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct EpisodeLine {
    /// Text or HTML; kept as plain text. Made of the text where it is missing.
    pub title: Option<String>,
    /// Where it can be read.
    pub url: Option<String>,
    /// What makes it the same when it comes again; else the address does.
    pub guid: Option<String>,
    /// A name, or several joined with commas.
    pub author: Option<String>,
    /// BCP 47; detected where it is missing.
    pub language: Option<String>,
    /// RFC 3339, or any date that feeds use.
    pub published_at: Option<String>,
    /// The same.
    pub updated_at: Option<String>,
    /// `ARTICLE`, `AUDIO` or `VIDEO`, in any case; told by the enclosures where it is missing.
    pub kind: Option<String>,
    /// The title of its series.
    pub series: Option<String>,
    /// Of the series.
    pub season: Option<i32>,
    /// Within the series.
    pub number: Option<i32>,
    /// With or without `#`; those in the text count too.
    pub hashtags: Vec<String>,
    /// Its picture.
    pub image_url: Option<String>,
    /// Of its sound or film.
    pub duration_seconds: Option<i32>,
    /// Its files.
    pub enclosures: Vec<EnclosureLine>,
    /// The beginning of its text; made of the content where it is missing.
    pub excerpt: Option<String>,
    /// The whole text.
    pub content: Option<String>,
    /// `html`, `markdown` or `plain`, in any case; HTML where it is missing.
    pub content_format: Option<String>,
    /// Its tags, beside the hashtags.
    pub tags: Vec<String>,
    /// The name of its category.
    pub category: Option<String>,
}

/// A file of an episode.
#[derive(Debug, Deserialize)]
pub struct EnclosureLine {
    /// Where it is.
    pub url: String,
    /// `audio/mpeg`
    pub mime_type: Option<String>,
    /// Bytes.
    pub size: Option<u64>,
}

/// A summary.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct SummaryLine {
    /// BCP 47; the episode's where it is missing.
    pub language: Option<String>,
    /// The episode's where it is missing.
    pub title: Option<String>,
    /// One to three sentences. Needed.
    pub tldr: String,
    /// A sentence each.
    pub key_points: Vec<String>,
    /// Markdown.
    pub body: Option<String>,
    /// The name of its category.
    pub category: Option<String>,
    /// Its tags, beside the episode's hashtags.
    pub tags: Vec<String>,
    /// `HUMAN` (which is meant where it is missing), `MODEL` or `EXCERPT`, in any case.
    pub origin: Option<String>,
    /// The name of the model, where one wrote it.
    pub model: Option<String>,
}

/// A line without `episode`: everything beside everything.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Flat {
    /// The source's name.
    pub source: Option<String>,
    /// Its homepage.
    pub source_url: Option<String>,
    /// The episode's title.
    pub title: Option<String>,
    /// Where it can be read.
    pub url: Option<String>,
    /// RFC 3339, or any date that feeds use.
    pub published_at: Option<String>,
    /// As written.
    pub tags: Option<Vec<String>>,
    /// The name of its category.
    pub category: Option<String>,
    /// The title of its series.
    pub series: Option<String>,
    /// Within the series.
    pub episode_number: Option<i32>,
    /// The beginning of its text.
    pub excerpt: Option<String>,
    /// Names.
    pub authors: Option<Vec<String>>,
    /// `podcast`, `video`, `newsletter`; anything else is an article.
    pub kind: Option<String>,
    /// Its sound or film.
    pub media_url: Option<String>,
    /// The size of that.
    pub media_bytes: Option<u64>,
    /// How long that is.
    pub media_seconds: Option<i32>,
    /// Where it can be watched.
    pub video_url: Option<String>,
    /// What makes it the same when it comes again.
    pub guid: Option<String>,
    /// BCP 47.
    pub language: Option<String>,
}

impl From<Flat> for Nested {
    fn from(flat: Flat) -> Self {
        let kind = flat.kind.unwrap_or_default().to_ascii_lowercase();
        let source_kind = matches!(kind.as_str(), "podcast" | "newsletter").then(|| kind.clone());
        let source =
            SourceLine { name: flat.source, homepage: flat.source_url, kind: source_kind, ..SourceLine::default() };
        let sound = flat.media_url.map(|url| EnclosureLine { url, mime_type: None, size: flat.media_bytes });
        let film = flat.video_url.map(|url| EnclosureLine { url, mime_type: None, size: None });
        let episode_kind = match kind.as_str() {
            "podcast" | "audio" => Some("audio"),
            "video" => Some("video"),
            _ => None,
        };
        let tags = flat.tags.unwrap_or_default();
        let episode = EpisodeLine {
            title: flat.title,
            url: flat.url,
            guid: flat.guid,
            author: flat.authors.map(|it| it.join(", ")),
            language: flat.language,
            published_at: flat.published_at,
            kind: episode_kind.map(str::to_owned),
            series: flat.series,
            number: flat.episode_number,
            duration_seconds: flat.media_seconds,
            enclosures: sound.into_iter().chain(film).collect(),
            excerpt: flat.excerpt,
            tags,
            category: flat.category,
            ..EpisodeLine::default()
        };
        Self { source: Some(SourceField::Full(Box::new(source))), episode, summary: None }
    }
}
