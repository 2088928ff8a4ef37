//! The change log: one row a node, its newest change, in commit order.

use sea_orm::entity::prelude::*;

use crate::kinds::{ChangeKind, NodeKind};

/// A change.
#[derive(Clone, Debug, Default, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "change")]
pub struct Model {
    /// What kind of node changed.
    #[sea_orm(primary_key, auto_increment = false)]
    pub node_kind: NodeKind,
    /// Which one.
    #[sea_orm(primary_key, auto_increment = false)]
    pub node_id: i64,
    /// Where the change stands in the log: unique, and in commit order. Positions are given out without a
    /// gap; a node's older change leaves one.
    pub seq: i64,
    /// What happened.
    pub kind: ChangeKind,
    /// When.
    pub at: i64,
}

/// Relations are the foreign keys that the migrations declare.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
