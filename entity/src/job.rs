//! Work that waits to be done, and who does it.

use sea_orm::entity::prelude::*;

use crate::kinds::JobKind;

/// A job. When it is done, its row goes.
#[derive(Clone, Debug, Default, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "job")]
pub struct Model {
    /// Inside only.
    #[sea_orm(primary_key)]
    pub id: i64,
    /// What is to be done.
    pub kind: JobKind,
    /// To which row; the kind says of which table. One job of a kind and subject lives at a time.
    pub subject_id: i64,
    /// Not before this.
    pub run_at: i64,
    /// How often somebody began.
    pub attempts: i32,
    /// What whoever does it just now has to show, to write anything.
    pub lease_token: Option<String>,
    /// Until when.
    pub lease_until: Option<i64>,
    /// What went wrong the last time.
    pub last_error: Option<String>,
    /// When it was given up.
    pub died_at: Option<i64>,
    /// When it came.
    pub created_at: i64,
}

/// Relations are the foreign keys that the migrations declare.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
