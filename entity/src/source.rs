//! A place that episodes come from.

use sea_orm::entity::prelude::*;

use crate::kinds::SourceKind;

/// A source.
#[derive(Clone, Debug, Default, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "source")]
pub struct Model {
    /// Inside only.
    #[sea_orm(primary_key)]
    pub id: i64,
    /// Its name in addresses, unique.
    pub slug: String,
    /// What it calls itself.
    pub name: String,
    /// What it publishes.
    pub kind: SourceKind,
    /// Where its feed is, unique.
    pub feed_url: Option<String>,
    /// Where people read it.
    pub homepage: Option<String>,
    /// Its picture.
    pub icon_url: Option<String>,
    /// Plain text.
    pub description: Option<String>,
    /// BCP 47.
    pub language: Option<String>,
    /// When it was first seen.
    pub created_at: i64,
    /// When anything above last changed.
    pub updated_at: i64,
}

/// Relations are the foreign keys that the migrations declare.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
