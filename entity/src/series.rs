//! A numbered run of episodes inside one source.

use sea_orm::entity::prelude::*;

/// A series.
#[derive(Clone, Debug, Default, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "series")]
pub struct Model {
    /// Inside only.
    #[sea_orm(primary_key)]
    pub id: i64,
    /// Where it runs. Never changes.
    pub source_id: i64,
    /// Its name in addresses: the slug of the source and that of the title. Unique.
    pub slug: String,
    /// What it is called.
    pub title: String,
    /// The title without case and punctuation, unique within the source.
    pub match_key: String,
    /// When it was first seen.
    pub created_at: i64,
}

/// Relations are the foreign keys that the migrations declare.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
