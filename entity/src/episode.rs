//! One published item of a source.

use sea_orm::entity::prelude::*;

use crate::kinds::EpisodeKind;

/// An episode.
#[derive(Clone, Debug, Default, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "episode")]
pub struct Model {
    /// Inside only.
    #[sea_orm(primary_key)]
    pub id: i64,
    /// Where it was published. Never changes.
    pub source_id: i64,
    /// The series that it belongs to.
    pub series_id: Option<i64>,
    /// Of the series.
    pub season: Option<i32>,
    /// Within the series.
    pub number: Option<i32>,
    /// Season and number as one sort key; 0 where there is no number.
    pub number_key: i64,
    /// The story that it tells: the same for episodes that tell the same. Null until somebody looked.
    pub cluster_id: Option<i64>,
    /// What makes it the same item when it comes again, unique within the source.
    pub identity: String,
    /// As the feed gives it.
    pub guid: Option<String>,
    /// Where it can be read.
    pub url: Option<String>,
    /// The same without what only tracks readers.
    pub canonical_url: Option<String>,
    /// Text, sound or pictures.
    pub kind: EpisodeKind,
    /// Plain text.
    pub title: String,
    /// The title as a sort key, in bytes.
    pub title_key: String,
    /// Names, joined with a comma.
    pub author: Option<String>,
    /// BCP 47.
    pub language: Option<String>,
    /// Its picture.
    pub image_url: Option<String>,
    /// A JSON list of `{url, mime_type, size}`.
    pub enclosures: String,
    /// Of its sound or film.
    pub duration_seconds: Option<i32>,
    /// Of its text.
    pub word_count: Option<i32>,
    /// A JSON list, as written, without `#`.
    pub hashtags: String,
    /// The beginning of its text, plain.
    pub excerpt: String,
    /// When it was published, or first seen where nobody knows.
    pub published_at: i64,
    /// Whether that is a guess.
    pub published_at_is_estimated: bool,
    /// When the source says that it changed.
    pub source_updated_at: Option<i64>,
    /// Of the text, or of the title where there is none: equal for equal stories.
    pub content_hash: i64,
    /// Of everything that came in: equal means that there is nothing to do.
    pub import_hash: i64,
    /// How new the input was that it was last written from; an older one changes nothing.
    pub input_version: i64,
    /// When it was first seen.
    pub created_at: i64,
    /// When anything above last changed.
    pub updated_at: i64,
}

/// Relations are the foreign keys that the migrations declare.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
