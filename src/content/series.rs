//! Series, as they are read, and the episodes below them.

use std::{
    collections::{BTreeMap, HashMap},
    sync::Arc,
};

use futures_util::{FutureExt, future::BoxFuture};

use super::{
    Error, Lists, Nested, Page, PageArgs, PageProjection, Reading, Series, SlugFilter,
    episode::{Episode, EpisodeList, EpisodeProjection},
    filter::{Condition, NameColumn},
    named::{NamedTable, by_id, by_ids, by_slug, in_order},
    source::{SourceNode, SourceProjection},
};

/// Which series.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SeriesBy {
    /// Its number.
    Id(i64),
    /// Its name in addresses.
    Slug(String),
}

/// A series, with what was asked for around it: a page for each list of the projection.
#[derive(Debug, Default)]
pub struct SeriesNode {
    /// The series.
    pub it: Arc<Series>,
    /// Where it runs.
    pub source: Option<Arc<SourceNode>>,
    /// Its episodes.
    pub episodes: Vec<Page<Episode>>,
}

/// What is wanted around each series. Its own fields are in memory.
#[derive(Debug, Default)]
pub struct SeriesProjection {
    /// What is wanted of its source.
    pub source: Option<Box<SourceProjection>>,
    /// Pages of its episodes.
    pub episodes: Lists<EpisodeList, EpisodeProjection>,
}

const SERIES: NamedTable<Series> = NamedTable { from: "series n", letter: b'r', of: |names| &names.series };
const SOURCE: NameColumn = NameColumn { column: "n.source_id", empty: None };

impl Reading {
    /// A page of the series that run in these sources, or of all, by slug.
    pub async fn list_series(
        &self,
        sources: Option<&SlugFilter>,
        args: &PageArgs,
        wanted: &PageProjection<SeriesProjection>,
    ) -> Result<Page<Arc<SeriesNode>>, Error> {
        let known = self.names_of_input(|names| {
            sources.into_iter().flat_map(SlugFilter::slugs).all(|slug| names.sources.find(slug).is_some())
        });
        let condition = Condition::named(sources, &known.await?.sources, SOURCE).bounded()?;
        let (ids, page) = self.list_named(&SERIES, condition, args, wanted).await?.split();
        let nothing = SeriesProjection::default();
        let rows = self.series_nodes(ids.clone(), wanted.rows.as_ref().unwrap_or(&nothing)).await?;
        Ok(page.with_rows(in_order(&ids, &rows)))
    }

    /// One series.
    pub async fn find_series(
        &self,
        by: &SeriesBy,
        wanted: &SeriesProjection,
    ) -> Result<Option<Arc<SeriesNode>>, Error> {
        let condition = match by {
            SeriesBy::Id(id) => by_id(*id),
            SeriesBy::Slug(slug) => by_slug(slug),
        };
        let ids = self.find_named(&SERIES, &condition).await?;
        Ok(self.series_nodes(ids, wanted).await?.into_values().next())
    }

    /// The series with these numbers.
    pub async fn load_series(
        &self,
        ids: Vec<i64>,
        wanted: &SeriesProjection,
    ) -> Result<BTreeMap<i64, Arc<SeriesNode>>, Error> {
        let ids = self.find_named(&SERIES, &by_ids(ids)).await?;
        self.series_nodes(ids, wanted).await
    }

    /// A page of the series of each of these sources.
    pub(super) async fn series_below(
        &self,
        sources: &[i64],
        args: &PageArgs,
        wanted: &PageProjection<SeriesProjection>,
    ) -> Result<HashMap<i64, Page<Arc<SeriesNode>>>, Error> {
        let pages = self.named_below(&SERIES, (SOURCE.column, sources), args, wanted).await?;
        let ids = pages.values().flat_map(|page| page.edges.iter().map(|edge| edge.row)).collect();
        let nothing = SeriesProjection::default();
        let rows = self.series_nodes(ids, wanted.rows.as_ref().unwrap_or(&nothing)).await?;
        let filled = pages.into_iter().map(|(source, page)| {
            let (ids, page) = page.split();
            (source, page.with_rows(in_order(&ids, &rows)))
        });
        Ok(filled.collect())
    }

    /// The series with these numbers, which exist, and what is wanted around them.
    pub(super) fn series_nodes<'a>(
        &'a self,
        ids: Vec<i64>,
        wanted: &'a SeriesProjection,
    ) -> BoxFuture<'a, Result<BTreeMap<i64, Arc<SeriesNode>>, Error>> {
        async move {
            let series = self.named(&SERIES, ids).await?;
            let ids: Vec<i64> = series.keys().copied().collect();
            let sources = match &wanted.source {
                Some(wanted) => self.source_nodes(series.values().map(|it| it.source_id).collect(), wanted).await?,
                None => BTreeMap::new(),
            };
            let node = |it: Arc<Series>| {
                let source = sources.get(&it.source_id).cloned();
                SeriesNode { it, source, episodes: Vec::new() }
            };
            let mut nodes: BTreeMap<i64, SeriesNode> = series.into_iter().map(|(id, it)| (id, node(it))).collect();
            for Nested { list, page } in &wanted.episodes {
                for (id, page) in self.episodes_below("e.series_id", &ids, list, page).await? {
                    nodes.entry(id).or_default().episodes.push(page);
                }
            }
            Ok(nodes.into_iter().map(|(id, node)| (id, Arc::new(node))).collect())
        }
        .boxed()
    }
}
