//! Sources, as they are read, and what lies below them.

use std::sync::Arc;

use futures_util::{FutureExt, future::BoxFuture};

use super::{
    Columns, Error, Lists, Nested, Numbered, Page, PageArgs, PageProjection, Reading, Source, SourceKind,
    SummaryFilter,
    counters::{self, Counted},
    episode::{Episode, EpisodeList, EpisodeProjection},
    fetching::{FetchColumn, FetchState},
    filter::Condition,
    list::Above,
    named::{FirstBelow, Found, NamedTable, Nodes, Surroundings, by_id, by_slug},
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
    /// How many of them there are, under each filter of the projection.
    pub counts: Vec<i64>,
    /// How fetching it goes, where that was wanted and it was ever fetched.
    pub fetch_state: Option<FetchState>,
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
    /// The filters under which they are to be counted.
    pub counts: Vec<SummaryFilter>,
    /// What is wanted of how fetching it goes, where something is.
    pub fetch_state: Option<Columns<FetchColumn>>,
}

impl Surroundings for SourceProjection {
    type It = Source;
    type Node = SourceNode;

    const TABLE: NamedTable<Source> = NamedTable { from: "source n", letter: b'o', of: |names| &names.sources };

    fn bare(it: Arc<Source>) -> SourceNode {
        SourceNode { it, ..SourceNode::default() }
    }

    fn is_bare(&self) -> bool {
        let Self { series, episodes, summaries, counts, fetch_state } = self;
        let has_lists = !(series.is_empty() && episodes.is_empty() && summaries.is_empty());
        !has_lists && counts.is_empty() && fetch_state.is_none()
    }

    fn first_below<'a>(
        &'a self,
        reading: &'a Reading,
        above: &'a Above<'a>,
    ) -> BoxFuture<'a, Result<Option<Found>, Error>> {
        async move {
            if let Some(Nested { by, wanted }) = self.episodes.first() {
                return Ok(reading.episodes_along(above, "e.source_id", by, wanted).await?.map(FirstBelow::episodes));
            }
            let Some(Nested { by, wanted }) = self.summaries.first() else { return Ok(None) };
            Ok(reading.summaries_along(above, "s.source_id", by, wanted).await?.map(FirstBelow::summaries))
        }
        .boxed()
    }

    fn fill<'a>(
        &'a self,
        reading: &'a Reading,
        nodes: &'a mut Numbered<SourceNode>,
        mut first: FirstBelow,
    ) -> BoxFuture<'a, Result<(), Error>> {
        async move {
            let ids: Vec<i64> = nodes.numbers().collect();
            for Nested { by, wanted } in &self.series {
                let mut pages = reading.series_below(&ids, by, wanted).await?;
                for (id, node) in nodes.iter_mut() {
                    node.series.push(pages.remove(&id).unwrap_or_default());
                }
            }
            for Nested { by, wanted } in &self.episodes {
                let mut pages = match first.episodes.take() {
                    Some(pages) => pages,
                    None => reading.episodes_below("e.source_id", &ids, by, wanted).await?,
                };
                for (id, node) in nodes.iter_mut() {
                    node.episodes.push(pages.remove(&id).unwrap_or_default());
                }
            }
            for Nested { by, wanted } in &self.summaries {
                let mut pages = match first.summaries.take() {
                    Some(pages) => pages,
                    None => reading.summaries_below("s.source_id", &ids, by, wanted).await?,
                };
                for (id, node) in nodes.iter_mut() {
                    node.summaries.push(pages.remove(&id).unwrap_or_default());
                }
            }
            if let Some(columns) = self.fetch_state {
                let mut states = reading.fetch_states(ids, columns).await?;
                for (id, node) in nodes.iter_mut() {
                    node.fetch_state = states.remove(&id);
                }
            }
            counters::fill(reading, Counted::Source, &self.counts, nodes, |node| &mut node.counts).await
        }
        .boxed()
    }
}

impl Reading {
    /// A page of the sources of these kinds, or of all, by slug.
    pub async fn list_sources(
        &self,
        kinds: Option<&[SourceKind]>,
        args: &PageArgs,
        wanted: &PageProjection<SourceProjection>,
    ) -> Result<Page<Arc<SourceNode>>, Error> {
        let kinds = kinds.map(|kinds| kinds.iter().map(|kind| kind.as_str().to_owned()).collect());
        self.list_nodes(Condition::texts("n.kind", kinds), args, wanted).await
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
        self.find_node(condition, wanted).await
    }

    /// The sources with these numbers.
    pub async fn load_sources(&self, ids: Vec<i64>, wanted: &SourceProjection) -> Result<Nodes<SourceNode>, Error> {
        self.load_nodes(ids, wanted).await
    }
}
