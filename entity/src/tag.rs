//! A subject, under one name.

use sea_orm::entity::prelude::*;

/// A tag.
#[derive(Clone, Debug, Default, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "tag")]
pub struct Model {
    /// Inside only.
    #[sea_orm(primary_key)]
    pub id: i64,
    /// Its name in addresses, unique.
    pub slug: String,
    /// The slug without hyphens, unique: spellings that mean one tag have the same.
    pub match_key: String,
    /// Its name in print, as first seen.
    pub name: String,
}

/// Relations are the foreign keys that the migrations declare.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
