//! A shelf. A summary stands on one at most.

use sea_orm::entity::prelude::*;

/// A category.
#[derive(Clone, Debug, Default, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "category")]
pub struct Model {
    /// Inside only.
    #[sea_orm(primary_key)]
    pub id: i64,
    /// Its name in addresses, unique.
    pub slug: String,
    /// Its name in print.
    pub name: String,
}

/// Relations are the foreign keys that the migrations declare.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
