//! What an episode says, in one language.

use sea_orm::entity::prelude::*;

use crate::kinds::{SummaryOrigin, SummaryStatus};

/// A summary.
#[derive(Clone, Debug, Default, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "summary")]
pub struct Model {
    /// Inside only.
    #[sea_orm(primary_key)]
    pub id: i64,
    /// What it sums up. Unique together with the language.
    pub episode_id: i64,
    /// The episode’s, so that lists filter and sort on one table.
    pub source_id: i64,
    /// The episode’s, likewise.
    pub series_id: Option<i64>,
    /// BCP 47; `und` where nobody knows.
    pub language: String,
    /// Whether it is in its episode’s own language.
    pub is_original: bool,
    /// Whether it stands for its story: of the published summaries of the first episode that tells it, the
    /// one in the original language.
    pub is_primary: bool,
    /// Its name in addresses, unique.
    pub slug: String,
    /// Plain text.
    pub title: String,
    /// The title as a sort key, in bytes.
    pub title_key: String,
    /// Where it stands in time: published, or else made.
    pub sort_at: i64,
    /// One to three plain sentences.
    pub tldr: String,
    /// A JSON list of plain texts.
    pub key_points: String,
    /// The shelf it stands on.
    pub category_id: Option<i64>,
    /// Who may see it.
    pub status: SummaryStatus,
    /// Who wrote it.
    pub origin: SummaryOrigin,
    /// The model that wrote it.
    pub model: Option<String>,
    /// The version of the prompt that it was written by.
    pub prompt_version: Option<String>,
    /// Of what it was made from.
    pub input_hash: Option<i64>,
    /// How new that was when it was written; what is older does not replace it.
    pub input_version: i64,
    /// Whether a person has changed it, so that no machine may.
    pub edited: bool,
    /// Null while it was never published.
    pub published_at: Option<i64>,
    /// Grows by one with each change.
    pub revision: i32,
    /// How its words were indexed: see `content::store::words`. 0 while they are not.
    pub words_version: i32,
    /// When it was made.
    pub created_at: i64,
    /// When anything above last changed.
    pub updated_at: i64,
}

/// Relations are the foreign keys that the migrations declare.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
