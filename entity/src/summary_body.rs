//! The long text of a summary, where it has one.

use sea_orm::entity::prelude::*;

/// A summary’s long text.
#[derive(Clone, Debug, Default, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "summary_body")]
pub struct Model {
    /// Whose text it is.
    #[sea_orm(primary_key, auto_increment = false)]
    pub summary_id: i64,
    /// Markdown.
    pub markdown: String,
    /// How many tokens of `o200k_base` that is. Null until somebody counted.
    pub tokens: Option<i32>,
}

/// Relations are the foreign keys that the migrations declare.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
