//! How fetching a source goes. Apart from the source, so that polling writes no row that readers read.

use sea_orm::entity::prelude::*;

use crate::kinds::SourceHealth;

/// The state of fetching one source. A source that was never fetched has none.
#[derive(Clone, Debug, Default, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "source_fetch")]
pub struct Model {
    /// Which source.
    #[sea_orm(primary_key, auto_increment = false)]
    pub source_id: i64,
    /// How it is, in a word.
    pub health: SourceHealth,
    /// What the server called its last answer, to be sent along.
    pub etag: Option<String>,
    /// When it said that it last changed, to be sent along.
    pub last_modified: Option<String>,
    /// Of the last body that was read to its end: the same one brings nothing new.
    pub body_hash: Option<i64>,
    /// When the server was last asked.
    pub last_fetched_at: Option<i64>,
    /// When it is asked again; null for never.
    pub next_fetch_at: Option<i64>,
    /// How often it went wrong since it last went well.
    pub consecutive_errors: i32,
    /// The last status over HTTP, where there was one.
    pub last_status: Option<i32>,
    /// What went wrong the last time, where something did.
    pub last_error: Option<String>,
}

/// Relations are the foreign keys that the migrations declare.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
