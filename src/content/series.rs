//! Series, as they are read.

use std::sync::Arc;

use super::{
    Error, Page, PageArgs, PageProjection, Reading, Series, SlugFilter,
    filter::{Condition, NameColumn},
    named::{NamedTable, by_id, by_slug},
};

/// Which series.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SeriesBy {
    /// Its number.
    Id(i64),
    /// Its name in addresses.
    Slug(String),
}

const SERIES: NamedTable<Series> = NamedTable { from: "series n", letter: b'r', of: |names| &names.series };
const SOURCE: NameColumn = NameColumn { column: "n.source_id", empty: None };

impl Reading {
    /// A page of the series that run in these sources, or of all, by slug.
    pub async fn list_series(
        &self,
        sources: Option<&SlugFilter>,
        args: &PageArgs,
        wanted: &PageProjection<()>,
    ) -> Result<Page<Arc<Series>>, Error> {
        let known = self.names_of_input(|names| {
            sources.into_iter().flat_map(SlugFilter::slugs).all(|slug| names.sources.find(slug).is_some())
        });
        let condition = Condition::named(sources, &known.await?.sources, SOURCE);
        self.list_named(&SERIES, condition, args, wanted).await
    }

    /// One series.
    pub async fn find_series(&self, by: &SeriesBy) -> Result<Option<Arc<Series>>, Error> {
        let condition = match by {
            SeriesBy::Id(id) => by_id(*id),
            SeriesBy::Slug(slug) => by_slug(slug),
        };
        self.find_named(&SERIES, &condition).await
    }
    /// The series with these numbers, in no order.
    pub async fn load_series(&self, ids: Vec<i64>) -> Result<Vec<(i64, Arc<Series>)>, Error> {
        self.load_named(&SERIES, ids).await
    }
}
