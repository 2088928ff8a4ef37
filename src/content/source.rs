//! Sources, as they are read.

use std::sync::Arc;

use super::{
    Error, Page, PageArgs, PageProjection, Reading, Source, SourceKind,
    filter::Condition,
    named::{NamedTable, by_id, by_slug},
};

/// Which source.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SourceBy {
    /// Its number.
    Id(i64),
    /// Its name in addresses.
    Slug(String),
    /// Where its feed is, normalised.
    FeedUrl(String),
}

const SOURCES: NamedTable<Source> = NamedTable { from: "source n", letter: b'o', of: |names| &names.sources };

impl Reading {
    /// A page of the sources of these kinds, or of all, by slug.
    pub async fn list_sources(
        &self,
        kinds: Option<&[SourceKind]>,
        args: &PageArgs,
        wanted: &PageProjection<()>,
    ) -> Result<Page<Arc<Source>>, Error> {
        let kinds = kinds.map(|kinds| kinds.iter().map(|kind| kind.as_str().to_owned()).collect());
        self.list_named(&SOURCES, Condition::texts("n.kind", kinds), args, wanted).await
    }

    /// One source.
    pub async fn find_source(&self, by: &SourceBy) -> Result<Option<Arc<Source>>, Error> {
        let condition = match by {
            SourceBy::Id(id) => by_id(*id),
            SourceBy::Slug(slug) => by_slug(slug),
            SourceBy::FeedUrl(url) => Condition::Texts("n.feed_url", vec![url.clone()]),
        };
        self.find_named(&SOURCES, &condition).await
    }
    /// The sources with these numbers, in no order.
    pub async fn load_sources(&self, ids: Vec<i64>) -> Result<Vec<(i64, Arc<Source>)>, Error> {
        self.load_named(&SOURCES, ids).await
    }
}
