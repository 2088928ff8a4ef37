//! Series, as they are read, and the episodes below them.

use std::{collections::HashMap, sync::Arc};

use futures_util::{FutureExt, future::BoxFuture};

use super::{
    Error, Lists, Nested, Numbered, Page, PageArgs, PageProjection, Reading, Series, SlugFilter, SummaryFilter,
    counters::{self, Counted},
    episode::{Episode, EpisodeList, EpisodeProjection},
    filter::{Condition, NameColumn, check_parts},
    list::Above,
    named::{FirstBelow, Found, NamedTable, Nodes, Surroundings, by_id, by_slug},
    nested::Below,
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
    /// The greatest number of any of its episodes.
    pub latest: Option<i32>,
    /// The different numbers of its episodes, from the least on.
    pub numbers: Vec<i32>,
    /// How many published summaries its episodes have, where that is wanted.
    pub counts: Vec<i64>,
}

impl SeriesNode {
    /// The first so many numbers between its least and its greatest that no episode has.
    pub fn missing_numbers(&self, most: usize) -> Vec<i32> {
        let gaps = self.numbers.iter().zip(self.numbers.iter().skip(1)).flat_map(|(one, next)| one + 1..*next);
        gaps.take(most).collect()
    }
}

/// What is wanted around each series. Its own fields are in memory.
#[derive(Debug, Default)]
pub struct SeriesProjection {
    /// What is wanted of its source.
    pub source: Option<Box<SourceProjection>>,
    /// Pages of its episodes.
    pub episodes: Lists<EpisodeList, EpisodeProjection>,
    /// Whether the greatest number of its episodes is wanted.
    pub latest: bool,
    /// Whether all their numbers are.
    pub numbers: bool,
    /// Whether the number of its published summaries is.
    pub count: bool,
}

const SOURCE: NameColumn = NameColumn { column: "n.source_id", empty: None };

impl Surroundings for SeriesProjection {
    type It = Series;
    type Node = SeriesNode;

    const TABLE: NamedTable<Series> = NamedTable { from: "series n", letter: b'r', of: |names| &names.series };

    fn bare(it: Arc<Series>) -> SeriesNode {
        SeriesNode { it, ..SeriesNode::default() }
    }

    fn is_bare(&self) -> bool {
        let Self { source, episodes, latest, numbers, count } = self;
        source.is_none() && episodes.is_empty() && !latest && !numbers && !count
    }

    fn first_below<'a>(
        &'a self,
        reading: &'a Reading,
        above: &'a Above<'a>,
    ) -> BoxFuture<'a, Result<Option<Found>, Error>> {
        async move {
            let Some(Nested { by, wanted }) = self.episodes.first() else { return Ok(None) };
            Ok(reading.episodes_along(above, "e.series_id", by, wanted).await?.map(FirstBelow::episodes))
        }
        .boxed()
    }

    fn fill<'a>(
        &'a self,
        reading: &'a Reading,
        nodes: &'a mut Numbered<SeriesNode>,
        mut first: FirstBelow,
    ) -> BoxFuture<'a, Result<(), Error>> {
        async move {
            let ids: Vec<i64> = nodes.numbers().collect();
            if let Some(wanted) = self.source.as_deref() {
                let sources = reading.nodes(nodes.items().map(|node| node.it.source_id), wanted).await?;
                for (_, node) in nodes.iter_mut() {
                    node.source = sources.get(node.it.source_id).cloned();
                }
            }
            for Nested { by, wanted } in &self.episodes {
                let mut pages = match first.episodes.take() {
                    Some(pages) => pages,
                    None => reading.episodes_below("e.series_id", &ids, by, wanted).await?,
                };
                for (id, node) in nodes.iter_mut() {
                    node.episodes.push(pages.remove(&id).unwrap_or_default());
                }
            }
            if self.numbers || self.latest {
                let mut numbers = reading.numbers_of_series(&ids, self.numbers).await?;
                for (id, node) in nodes.iter_mut() {
                    node.numbers = numbers.remove(&id).unwrap_or_default();
                    node.latest = node.numbers.last().copied();
                }
            }
            if self.count {
                let everything = [SummaryFilter::default()];
                counters::fill(reading, Counted::Series, &everything, nodes, |node| &mut node.counts).await?;
            }
            Ok(())
        }
        .boxed()
    }
}

/// Whether there can be such a page of series.
pub fn check(page: &PageArgs) -> Result<(), Error> {
    SeriesProjection::TABLE.check(page)
}

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
        check_parts(sources.map_or(0, SlugFilter::parts))?;
        let condition = Condition::named(sources, &known.await?.sources, SOURCE);
        self.list_nodes(condition, args, wanted).await
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
        self.find_node(condition, wanted).await
    }

    /// The series with these numbers.
    pub async fn load_series(&self, ids: Vec<i64>, wanted: &SeriesProjection) -> Result<Nodes<SeriesNode>, Error> {
        self.load_nodes(ids, wanted).await
    }

    /// A page of the series of each of these sources.
    pub(super) async fn series_below(
        &self,
        sources: &[i64],
        args: &PageArgs,
        wanted: &PageProjection<SeriesProjection>,
    ) -> Result<HashMap<i64, Page<Arc<SeriesNode>>>, Error> {
        self.nodes_below(&Below::column(SOURCE.column, sources), args, wanted).await
    }

    /// The different numbers of the episodes of each of these series, from the least on: all of them, or the
    /// greatest alone.
    async fn numbers_of_series(&self, series: &[i64], all: bool) -> Result<HashMap<i64, Vec<i32>>, Error> {
        let mut found: HashMap<i64, Vec<i32>> = HashMap::new();
        if series.is_empty() {
            return Ok(found);
        }
        let mut sql = self.sql();
        let number = if all { "e.number" } else { "MAX(e.number)" };
        sql.push("SELECT e.series_id, ").push(number).push(" FROM episode e WHERE e.number IS NOT NULL AND ");
        sql.any_of("e.series_id", series.to_vec()).push(" GROUP BY e.series_id");
        if all {
            sql.push(", e.number ORDER BY e.series_id, e.number");
        }
        for row in self.rows(sql).await? {
            found.entry(row.try_get_by_index(0)?).or_default().push(row.try_get_by_index(1)?);
        }
        Ok(found)
    }
}
