//! How many published summaries there are, by one dimension: changed by the writing transaction, so that a total agrees with the page beside it.

use sea_orm::entity::prelude::*;

use crate::kinds::Dimension;

/// A count.
#[derive(Clone, Debug, Default, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "counter")]
pub struct Model {
    /// What is counted by.
    #[sea_orm(primary_key, auto_increment = false)]
    pub dimension: Dimension,
    /// The id of the source, category or tag; the language; empty for all.
    #[sea_orm(primary_key, auto_increment = false)]
    pub key: String,
    /// How many.
    pub count: i64,
}

/// Relations are the foreign keys that the migrations declare.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
