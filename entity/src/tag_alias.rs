//! Other slugs that lead to a tag.

use sea_orm::entity::prelude::*;

/// An alias.
#[derive(Clone, Debug, Default, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "tag_alias")]
pub struct Model {
    /// Another slug; no tag’s own.
    #[sea_orm(primary_key, auto_increment = false)]
    pub alias: String,
    /// Where it leads.
    pub tag_id: i64,
    /// The alias without hyphens, made by the database: all aliases with one key lead to one tag, and no other tag
    /// has it for its own.
    pub match_key: String,
}

/// Relations are the foreign keys that the migrations declare.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
