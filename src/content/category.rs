//! Categories, as they are read.

use std::{collections::BTreeMap, sync::Arc};

use super::{
    Category, Error, Page, PageArgs, PageProjection, Reading,
    filter::Condition,
    named::{NamedTable, by_id, by_ids, by_slug, in_order},
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
        let (ids, page) = self.list_named(&CATEGORIES, Condition::Always, args, wanted).await?.split();
        let rows = self.named(&CATEGORIES, ids.clone()).await?;
        Ok(page.with_rows(in_order(&ids, &rows)))
    }

    /// One category.
    pub async fn find_category(&self, by: &CategoryBy) -> Result<Option<Arc<Category>>, Error> {
        let condition = match by {
            CategoryBy::Id(id) => by_id(*id),
            CategoryBy::Slug(slug) => by_slug(slug),
        };
        let ids = self.find_named(&CATEGORIES, &condition).await?;
        Ok(self.named(&CATEGORIES, ids).await?.into_values().next())
    }

    /// The categories with these numbers.
    pub async fn load_categories(&self, ids: Vec<i64>) -> Result<BTreeMap<i64, Arc<Category>>, Error> {
        let ids = self.find_named(&CATEGORIES, &by_ids(ids)).await?;
        self.named(&CATEGORIES, ids).await
    }
}
