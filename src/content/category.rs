//! Categories, as they are read.

use std::sync::Arc;

use entity::kinds::Dimension;
use futures_util::{FutureExt, future::BoxFuture};

use super::{
    Category, Content, Error, Numbered, Page, PageArgs, PageProjection, Reading, SummaryFilter,
    counters::{self, Counted, UNCATEGORISED},
    filter::Condition,
    named::{FirstBelow, NamedTable, Nodes, Surroundings, by_id, by_slug},
};

/// Which category.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CategoryBy {
    /// Its number.
    Id(i64),
    /// Its name in addresses.
    Slug(String),
}

/// A category, with what was asked for around it.
#[derive(Debug, Default)]
pub struct CategoryNode {
    /// The category.
    pub it: Arc<Category>,
    /// How many published summaries stand on it, under each filter of the projection.
    pub counts: Vec<i64>,
}

/// What is wanted around each category. Its own fields are in memory.
#[derive(Debug, Default)]
pub struct CategoryProjection {
    /// The filters under which its published summaries are to be counted.
    pub counts: Vec<SummaryFilter>,
}

impl Surroundings for CategoryProjection {
    type It = Category;
    type Node = CategoryNode;

    const TABLE: NamedTable<Category> = NamedTable { from: "category n", letter: b'c', of: |names| &names.categories };

    fn bare(it: Arc<Category>) -> CategoryNode {
        CategoryNode { it, counts: Vec::new() }
    }

    fn is_bare(&self) -> bool {
        let Self { counts } = self;
        counts.is_empty()
    }

    fn fill<'a>(
        &'a self,
        reading: &'a Reading,
        nodes: &'a mut Numbered<CategoryNode>,
        _: FirstBelow,
    ) -> BoxFuture<'a, Result<(), Error>> {
        counters::fill(reading, Counted::Category, &self.counts, nodes, |node| &mut node.counts).boxed()
    }
}

impl Content {
    /// All categories, by slug, each with how many published summaries stand in it; and how many stand in none. Read
    /// on a connection that no caller waits for.
    pub async fn categories(&self) -> Result<(Vec<(Arc<Category>, i64)>, i64), Error> {
        let reader = self.db.reader_for_upkeep();
        let names = self.catalogue.refresh(&reader).await?;
        let counts = counters::kept(&reader, Dimension::Category).await?;
        reader.finish().await?;
        let count = |key: &str| counts.get(key).copied().unwrap_or_default();
        let rows = names.categories.rows();
        let mut categories: Vec<_> = rows.map(|it| (it.clone(), count(&it.id.to_string()))).collect();
        categories.sort_by(|(one, _), (other, _)| one.slug.cmp(&other.slug));
        Ok((categories, count(UNCATEGORISED)))
    }
}

impl Reading {
    /// A page of all categories, by slug.
    pub async fn list_categories(
        &self,
        args: &PageArgs,
        wanted: &PageProjection<CategoryProjection>,
    ) -> Result<Page<Arc<CategoryNode>>, Error> {
        self.list_nodes(Condition::Always, args, wanted).await
    }

    /// One category.
    pub async fn find_category(
        &self,
        by: &CategoryBy,
        wanted: &CategoryProjection,
    ) -> Result<Option<Arc<CategoryNode>>, Error> {
        let condition = match by {
            CategoryBy::Id(id) => by_id(*id),
            CategoryBy::Slug(slug) => by_slug(slug),
        };
        self.find_node(condition, wanted).await
    }

    /// The categories with these numbers.
    pub async fn load_categories(
        &self,
        ids: Vec<i64>,
        wanted: &CategoryProjection,
    ) -> Result<Nodes<CategoryNode>, Error> {
        self.load_nodes(ids, wanted).await
    }
}
