//! Which tags a summary has, and where it stands in a tag’s newest page.

use sea_orm::entity::prelude::*;

/// A tag on a summary.
#[derive(Clone, Debug, Default, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "summary_tag")]
pub struct Model {
    /// The summary.
    #[sea_orm(primary_key, auto_increment = false)]
    pub summary_id: i64,
    /// One of its tags.
    #[sea_orm(primary_key, auto_increment = false)]
    pub tag_id: i64,
    /// The summary’s, while it is published, so that a tag’s newest page is a range read.
    pub published_at: Option<i64>,
}

/// Relations are the foreign keys that the migrations declare.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
