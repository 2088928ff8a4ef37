//! Sources, as they are read, and what lies below them.

use std::{collections::BTreeMap, sync::Arc};

use futures_util::{FutureExt, future::BoxFuture};

use super::{
    Error, Lists, Nested, Page, PageArgs, PageProjection, Reading, Source, SourceKind,
    episode::{Episode, EpisodeList, EpisodeProjection},
    filter::Condition,
    named::{NamedTable, by_id, by_ids, by_slug, in_order},
    series::{SeriesNode, SeriesProjection},
    summary::{Summary, SummaryList, SummaryProjection},
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

/// A source, with what was asked for below it: a page for each list of the projection.
#[derive(Debug, Default)]
pub struct SourceNode {
    /// The source.
    pub it: Arc<Source>,
    /// Its series.
    pub series: Vec<Page<Arc<SeriesNode>>>,
    /// Its episodes.
    pub episodes: Vec<Page<Episode>>,
    /// Its published summaries.
    pub summaries: Vec<Page<Summary>>,
}

/// What is wanted below each source. Its own fields are in memory.
#[derive(Debug, Default)]
pub struct SourceProjection {
    /// Pages of its series.
    pub series: Lists<PageArgs, SeriesProjection>,
    /// Pages of its episodes.
    pub episodes: Lists<EpisodeList, EpisodeProjection>,
    /// Pages of its published summaries.
    pub summaries: Lists<SummaryList, SummaryProjection>,
}

const SOURCES: NamedTable<Source> = NamedTable { from: "source n", letter: b'o', of: |names| &names.sources };

impl Reading {
    /// A page of the sources of these kinds, or of all, by slug.
    pub async fn list_sources(
        &self,
        kinds: Option<&[SourceKind]>,
        args: &PageArgs,
        wanted: &PageProjection<SourceProjection>,
    ) -> Result<Page<Arc<SourceNode>>, Error> {
        let kinds = kinds.map(|kinds| kinds.iter().map(|kind| kind.as_str().to_owned()).collect());
        let page = self.list_named(&SOURCES, Condition::texts("n.kind", kinds), args, wanted).await?;
        let (ids, page) = page.split();
        let nothing = SourceProjection::default();
        let rows = self.source_nodes(ids.clone(), wanted.rows.as_ref().unwrap_or(&nothing)).await?;
        Ok(page.with_rows(in_order(&ids, &rows)))
    }

    /// One source.
    pub async fn find_source(
        &self,
        by: &SourceBy,
        wanted: &SourceProjection,
    ) -> Result<Option<Arc<SourceNode>>, Error> {
        let condition = match by {
            SourceBy::Id(id) => by_id(*id),
            SourceBy::Slug(slug) => by_slug(slug),
            SourceBy::FeedUrl(url) => Condition::Texts("n.feed_url", vec![url.clone()]),
        };
        let ids = self.find_named(&SOURCES, &condition).await?;
        Ok(self.source_nodes(ids, wanted).await?.into_values().next())
    }

    /// The sources with these numbers.
    pub async fn load_sources(
        &self,
        ids: Vec<i64>,
        wanted: &SourceProjection,
    ) -> Result<BTreeMap<i64, Arc<SourceNode>>, Error> {
        let ids = self.find_named(&SOURCES, &by_ids(ids)).await?;
        self.source_nodes(ids, wanted).await
    }

    /// The sources with these numbers, which exist, and what is wanted below them: a statement for each list.
    pub(super) fn source_nodes<'a>(
        &'a self,
        ids: Vec<i64>,
        wanted: &'a SourceProjection,
    ) -> BoxFuture<'a, Result<BTreeMap<i64, Arc<SourceNode>>, Error>> {
        async move {
            let sources = self.named(&SOURCES, ids).await?;
            let ids: Vec<i64> = sources.keys().copied().collect();
            let mut nodes: BTreeMap<i64, SourceNode> =
                sources.into_iter().map(|(id, it)| (id, SourceNode { it, ..SourceNode::default() })).collect();
            for Nested { list, page } in &wanted.series {
                for (id, page) in self.series_below(&ids, list, page).await? {
                    nodes.entry(id).or_default().series.push(page);
                }
            }
            for Nested { list, page } in &wanted.episodes {
                for (id, page) in self.episodes_below("e.source_id", &ids, list, page).await? {
                    nodes.entry(id).or_default().episodes.push(page);
                }
            }
            for Nested { list, page } in &wanted.summaries {
                for (id, page) in self.summaries_below("s.source_id", &ids, list, page).await? {
                    nodes.entry(id).or_default().summaries.push(page);
                }
            }
            Ok(nodes.into_iter().map(|(id, node)| (id, Arc::new(node))).collect())
        }
        .boxed()
    }
}
