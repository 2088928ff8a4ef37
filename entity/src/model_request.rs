//! Requests to models, kept for as long as they count against what may be asked for.

use sea_orm::entity::prelude::*;

/// A request.
#[derive(Clone, Debug, Default, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "model_request")]
pub struct Model {
    /// Inside only.
    #[sea_orm(primary_key)]
    pub id: i64,
    /// When it was let go.
    pub begun_at: i64,
    /// What it took, in tokens of input and output; until that is known, what it may take at most.
    pub tokens: i64,
}

/// Relations are the foreign keys that the migrations declare.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
