//! What a model could not do for an episode, so that it is not asked for the same again and again.

use sea_orm::entity::prelude::*;

/// A fault.
#[derive(Clone, Debug, Default, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "model_fault")]
pub struct Model {
    /// Which episode.
    #[sea_orm(primary_key, auto_increment = false)]
    pub episode_id: i64,
    /// Of what it was given.
    pub input_hash: i64,
    /// Which model.
    pub model: String,
    /// How it was asked.
    pub prompt_version: String,
    /// What was wrong with its last answer, in our words.
    pub fault: String,
    /// When.
    pub at: i64,
}

/// Relations are the foreign keys that the migrations declare.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
