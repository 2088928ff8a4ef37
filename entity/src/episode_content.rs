//! The text of an episode. Apart, so that no list reads it by accident.

use sea_orm::entity::prelude::*;

/// An episode’s text.
#[derive(Clone, Debug, Default, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "episode_content")]
pub struct Model {
    /// Whose text it is.
    #[sea_orm(primary_key, auto_increment = false)]
    pub episode_id: i64,
    /// Sanitised HTML.
    pub html: String,
}

/// Relations are the foreign keys that the migrations declare.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
