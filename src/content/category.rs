//! Categories, as they are read.

use std::sync::Arc;

use super::{
    Category, Error, Page, PageArgs, PageProjection, Reading,
    filter::Condition,
    named::{NamedTable, by_id, by_slug},
};

/// Which category.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CategoryBy {
    /// Its number.
    Id(i64),
    /// Its name in addresses.
    Slug(String),
}

const CATEGORIES: NamedTable<Category> = NamedTable { from: "category n", letter: b'c', of: |names| &names.categories };

impl Reading {
    /// A page of all categories, by slug.
    pub async fn list_categories(
        &self,
        args: &PageArgs,
        wanted: &PageProjection<()>,
    ) -> Result<Page<Arc<Category>>, Error> {
        self.list_named(&CATEGORIES, Condition::Always, args, wanted).await
    }

    /// One category.
    pub async fn find_category(&self, by: &CategoryBy) -> Result<Option<Arc<Category>>, Error> {
        let condition = match by {
            CategoryBy::Id(id) => by_id(*id),
            CategoryBy::Slug(slug) => by_slug(slug),
        };
        self.find_named(&CATEGORIES, &condition).await
    }
    /// The categories with these numbers, in no order.
    pub async fn load_categories(&self, ids: Vec<i64>) -> Result<Vec<(i64, Arc<Category>)>, Error> {
        self.load_named(&CATEGORIES, ids).await
    }
}
