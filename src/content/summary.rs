//! Summaries, as they are read: lists under a filter, and single ones. Readers see what is published,
//! and nothing else.

use std::{
    collections::{BTreeMap, HashMap},
    sync::Arc,
};

use entity::summary::{Column, Model};
use futures_util::{FutureExt, future::BoxFuture};
use sea_orm::QueryResult;

use super::{
    Category, Columns, Direction, Error, Page, PageArgs, PageProjection, Reading, SummaryFilter, Tag,
    columns::readable,
    counters,
    cursor::OrderTag,
    episode::{Episode, EpisodeBy, EpisodeProjection},
    filter::Condition,
    nested, page,
    scan::Scan,
    source::{SourceNode, SourceProjection},
};
use crate::db::Sql;

pub use entity::summary::Column as SummaryColumn;

readable!(summary:
    Id id, EpisodeId episode_id, SourceId source_id, SeriesId series_id, Language language, IsPrimary is_primary,
    Slug slug, Title title, TitleKey title_key, SortAt sort_at, Tldr tldr, KeyPoints key_points,
    CategoryId category_id, Status status, Origin origin, Model model, PromptVersion prompt_version,
    InputHash input_hash, InputVersion input_version, Edited edited, PublishedAt published_at, Revision revision, CreatedAt created_at,
    UpdatedAt updated_at,
);

/// A summary, with what was asked for of it.
#[derive(Debug, Default)]
pub struct Summary {
    /// Its row; columns that nobody asked for hold defaults.
    pub it: Model,
    /// Where its episode was published.
    pub source: Option<Arc<SourceNode>>,
    /// The shelf it stands on.
    pub category: Option<Arc<Category>>,
    /// Sorted by slug.
    pub tags: Vec<Arc<Tag>>,
    /// What it sums up.
    pub episode: Option<Arc<Episode>>,
    /// The same in other languages.
    pub translations: Vec<Arc<Summary>>,
}

/// What to read of each summary.
#[derive(Debug, Default)]
pub struct SummaryProjection {
    /// Of its own row.
    pub columns: Columns<Column>,
    /// What is wanted of its source.
    pub source: Option<Box<SourceProjection>>,
    /// Whether its category is.
    pub category: Option<()>,
    /// Whether its tags are.
    pub tags: Option<()>,
    /// What is wanted of its episode.
    pub episode: Option<Box<EpisodeProjection>>,
    /// What is wanted of its translations.
    pub translations: Option<Box<SummaryProjection>>,
}

/// What summaries are sorted by. Ties are broken by id.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum SummaryOrder {
    /// When they were published.
    #[default]
    PublishedAt,
    /// When they last changed.
    UpdatedAt,
    /// Their titles, case apart.
    Title,
}

/// Which list of summaries, and which page of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SummaryList {
    /// Which summaries.
    pub filter: SummaryFilter,
    /// What they are sorted by.
    pub order: SummaryOrder,
    /// Which way.
    pub direction: Direction,
    /// Which part.
    pub page: PageArgs,
}

/// Which summary.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SummaryBy {
    /// Its number.
    Id(i64),
    /// Its name in addresses.
    Slug(String),
    /// The one in the original language of this episode, else its first.
    Episode(EpisodeBy),
}

const PUBLISHED: &str = "s.status = 'PUBLISHED'";

impl Reading {
    /// A page of the published summaries that the filter lets through.
    pub async fn list_summaries(
        &self,
        list: &SummaryList,
        wanted: &PageProjection<SummaryProjection>,
    ) -> Result<Page<Summary>, Error> {
        let condition = list.filter.resolve(self).await?;
        // A counter knows some totals; it stands in the same snapshot as the page.
        let counted = if wanted.total { counters::total(self, &condition).await? } else { None };
        let scan = scan_by_tag(condition, list.order, list.direction);
        let nothing = SummaryProjection::default();
        let projection = wanted.rows.as_ref().unwrap_or(&nothing);
        let (select, read) = (|sql: &mut Sql| projection.select(sql), |row: &QueryResult, at| projection.read(row, at));
        let page = page::read(self, &scan, &list.page, wanted.shape(), select, read).await?;
        let (rows, page) = page.split();
        let page = page.with_rows(self.relate_summaries(rows, projection).await?);
        let total = match counted {
            Some(total) => total,
            None if wanted.total => page::count(self, &scan).await?,
            None => 0,
        };
        Ok(Page { total, ..page })
    }

    /// A page of the published summaries of each of these parents, which that column names.
    pub(super) async fn summaries_below(
        &self,
        column: &'static str,
        parents: &[i64],
        list: &SummaryList,
        wanted: &PageProjection<SummaryProjection>,
    ) -> Result<HashMap<i64, Page<Summary>>, Error> {
        let scan = scan(list.filter.resolve(self).await?, list.order, list.direction);
        let nothing = SummaryProjection::default();
        let projection = wanted.rows.as_ref().unwrap_or(&nothing);
        let (select, read) = (|sql: &mut Sql| projection.select(sql), |row: &QueryResult, at| projection.read(row, at));
        let pages = nested::read(self, (column, parents), &scan, &list.page, wanted.shape(), select, read).await?;
        let (rows, shapes) = nested::split(pages);
        let mut pages = nested::join(self.relate_summaries(rows, projection).await?, shapes);
        if wanted.total {
            nested::add_totals(&mut pages, nested::count(self, (column, parents), &scan).await?);
        }
        Ok(pages)
    }

    /// All the published summaries of these episodes, the original language first.
    pub(super) async fn summaries_of(
        &self,
        mut episodes: Vec<i64>,
        wanted: &SummaryProjection,
    ) -> Result<HashMap<i64, Vec<Summary>>, Error> {
        episodes.sort_unstable();
        episodes.dedup();
        let mut found: HashMap<i64, Vec<Summary>> = HashMap::new();
        if episodes.is_empty() {
            return Ok(found);
        }
        let mut sql = self.sql();
        sql.push("SELECT s.episode_id");
        wanted.select(&mut sql);
        sql.push(" FROM summary s WHERE ").push(PUBLISHED).push(" AND ").any_of("s.episode_id", episodes);
        sql.push(" ORDER BY s.is_primary DESC, s.id");
        let rows = self.rows(sql).await?;
        for (episode, summary) in self.read_numbered(&rows, wanted).await? {
            found.entry(episode).or_default().push(summary);
        }
        Ok(found)
    }

    /// One published summary.
    pub async fn find_summary(&self, by: &SummaryBy, wanted: &SummaryProjection) -> Result<Option<Summary>, Error> {
        let mut sql = self.sql();
        sql.push("SELECT s.id");
        wanted.select(&mut sql);
        sql.push(" FROM summary s WHERE ").push(PUBLISHED).push(" AND ");
        match by {
            SummaryBy::Id(id) => drop(sql.push("s.id = ").bind((*id).into())),
            SummaryBy::Slug(slug) => drop(sql.push("s.slug = ").bind(slug.clone().into())),
            SummaryBy::Episode(by) => {
                let Some(episode) = self.find_episode(by, &EpisodeProjection::only_id()).await? else {
                    return Ok(None);
                };
                sql.push("s.episode_id = ").bind(episode.it.id.into());
                sql.push(" ORDER BY s.is_primary DESC, s.id LIMIT 1");
            }
        }
        let rows = self.rows(sql).await?;
        Ok(self.read_numbered(&rows, wanted).await?.pop().map(|(_, summary)| summary))
    }

    /// The published summaries with these numbers, in no order.
    pub async fn load_summaries(
        &self,
        ids: Vec<i64>,
        wanted: &SummaryProjection,
    ) -> Result<Vec<(i64, Summary)>, Error> {
        let mut sql = self.sql();
        sql.push("SELECT s.id");
        wanted.select(&mut sql);
        sql.push(" FROM summary s WHERE ").push(PUBLISHED).push(" AND ").any_of("s.id", ids);
        let rows = self.rows(sql).await?;
        self.read_numbered(&rows, wanted).await
    }

    /// Rows behind a number each, and what is wanted around them.
    async fn read_numbered(
        &self,
        rows: &[QueryResult],
        wanted: &SummaryProjection,
    ) -> Result<Vec<(i64, Summary)>, Error> {
        let numbers = rows.iter().map(|row| row.try_get_by_index(0)).collect::<Result<Vec<i64>, _>>()?;
        let read = rows.iter().map(|row| wanted.read(row, 1)).collect::<Result<Vec<_>, _>>()?;
        Ok(numbers.into_iter().zip(self.relate_summaries(read, wanted).await?).collect())
    }

    /// What is wanted around all these rows: names from memory, and a statement for each other relation.
    fn relate_summaries<'a>(
        &'a self,
        rows: Vec<Read>,
        wanted: &'a SummaryProjection,
    ) -> BoxFuture<'a, Result<Vec<Summary>, Error>> {
        async move {
            let names = if wanted.category.or(wanted.tags).is_some() {
                let known = self.names_of_rows(|names| {
                    rows.iter().all(|Read { it, tags }| {
                        it.category_id.is_none_or(|id| names.categories.get(id).is_some())
                            && tags.iter().all(|id| names.tags.get(*id).is_some())
                    })
                });
                Some(known.await?)
            } else {
                None
            };
            let sources = match &wanted.source {
                Some(wanted) => self.source_nodes(rows.iter().map(|row| row.it.source_id).collect(), wanted).await?,
                None => BTreeMap::new(),
            };
            let episodes = || rows.iter().map(|row| row.it.episode_id).collect();
            let summed_up: HashMap<i64, Arc<Episode>> = match &wanted.episode {
                Some(wanted) => {
                    let loaded = self.load_episodes(episodes(), wanted).await?;
                    loaded.into_iter().map(|(id, episode)| (id, Arc::new(episode))).collect()
                }
                None => HashMap::new(),
            };
            let siblings: HashMap<i64, Vec<Arc<Summary>>> = match &wanted.translations {
                Some(wanted) => {
                    let found = self.summaries_of(episodes(), wanted).await?;
                    found.into_iter().map(|(id, all)| (id, all.into_iter().map(Arc::new).collect())).collect()
                }
                None => HashMap::new(),
            };
            let relate = |Read { it, tags }: Read| {
                let mut summary = Summary {
                    source: sources.get(&it.source_id).cloned(),
                    episode: summed_up.get(&it.episode_id).cloned(),
                    ..Summary::default()
                };
                if let Some(names) = &names {
                    summary.category = it.category_id.and_then(|id| names.categories.get(id)).cloned();
                    summary.tags = tags.iter().filter_map(|id| names.tags.get(*id)).cloned().collect();
                    summary.tags.sort_unstable_by(|one, other| one.it.slug.cmp(&other.it.slug));
                }
                let same_episode = siblings.get(&it.episode_id).into_iter().flatten();
                summary.translations = same_episode.filter(|other| other.it.id != it.id).cloned().collect();
                Summary { it, ..summary }
            };
            Ok(rows.into_iter().map(relate).collect())
        }
        .boxed()
    }
}

/// A row as it comes, and the ids of its tags.
#[derive(Default)]
struct Read {
    it: Model,
    tags: Vec<i64>,
}

impl SummaryProjection {
    /// Asks for the translations. They need their ids, as a summary is none of its own.
    pub fn translations(&mut self) -> &mut Self {
        let translations = self.translations.get_or_insert_default();
        translations.columns.add(Column::Id);
        translations
    }

    /// The columns, and those that relations hang on.
    fn all_columns(&self) -> Columns<Column> {
        let mut columns = self.columns;
        if self.source.is_some() {
            columns.add(Column::SourceId);
        }
        if self.category.is_some() {
            columns.add(Column::CategoryId);
        }
        if self.episode.is_some() || self.translations.is_some() {
            columns.add(Column::EpisodeId);
        }
        if self.translations.is_some() {
            columns.add(Column::Id);
        }
        columns
    }

    /// Tags come with their row, as a list of ids: their names are in memory.
    fn select(&self, sql: &mut Sql) {
        self.all_columns().select("s", sql);
        if self.tags.is_some() {
            let joined = sql.dialect().joined("x.tag_id");
            sql.push(", (SELECT ").push(&joined).push(" FROM summary_tag x WHERE x.summary_id = s.id)");
        }
    }

    fn read(&self, row: &QueryResult, at: usize) -> Result<Read, Error> {
        let (it, at) = self.all_columns().read(row, at)?;
        let tags: Option<String> = if self.tags.is_some() { row.try_get_by_index(at)? } else { None };
        let tags = tags.as_deref().unwrap_or_default().split(',').filter_map(|id| id.parse().ok()).collect();
        Ok(Read { it, tags })
    }
}

/// Published summaries under a condition, in an order.
fn scan(condition: Condition, order: SummaryOrder, direction: Direction) -> Scan {
    let (key, key_is_text, letter) = match order {
        SummaryOrder::PublishedAt => ("s.sort_at", false, b'p'),
        SummaryOrder::UpdatedAt => ("s.updated_at", false, b'u'),
        SummaryOrder::Title => ("s.title_key", true, b't'),
    };
    Scan {
        from: "summary s",
        key,
        key_is_text,
        id: "s.id",
        direction,
        tag: OrderTag::new(b's', letter, direction),
        condition: Condition::all([Condition::Holds(PUBLISHED), condition]),
    }
}

/// The same; but where they all have one tag, and by date, they are read off that tag's own index.
fn scan_by_tag(condition: Condition, order: SummaryOrder, direction: Direction) -> Scan {
    let split = if order == SummaryOrder::PublishedAt { condition.split_tag() } else { None };
    let plain = scan(condition, order, direction);
    let Some((tag, rest)) = split else { return plain };
    let joined = "t.published_at IS NOT NULL AND s.id = t.summary_id";
    Scan {
        from: "summary_tag t CROSS JOIN summary s",
        key: "t.published_at",
        id: "t.summary_id",
        condition: Condition::all([Condition::ids("t.tag_id", vec![tag]), Condition::Holds(joined), rest]),
        ..plain
    }
}
