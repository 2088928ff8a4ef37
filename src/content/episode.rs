//! Episodes, as they are read: lists under a filter, single ones, and those that summaries sum up.

use std::{
    collections::{BTreeMap, HashMap},
    sync::Arc,
};

use entity::episode::{Column, Model};
use sea_orm::QueryResult;

use super::{
    Columns, Direction, Enclosure, EpisodeFilter, Error, Page, PageArgs, PageProjection, Reading,
    columns::readable,
    cursor::OrderTag,
    filter::Condition,
    nested, page,
    scan::Scan,
    series::{SeriesNode, SeriesProjection},
    source::{SourceNode, SourceProjection},
    summary::{Summary, SummaryProjection},
};
use crate::db::Sql;

pub use entity::episode::Column as EpisodeColumn;

readable!(episode:
    Id id, SourceId source_id, SeriesId series_id, Season season, Number number, NumberKey number_key,
    Identity identity, Guid guid, Url url, CanonicalUrl canonical_url, Kind kind, Title title, TitleKey title_key,
    Author author, Language language, ImageUrl image_url, Enclosures enclosures, DurationSeconds duration_seconds,
    WordCount word_count, Hashtags hashtags, Excerpt excerpt, PublishedAt published_at,
    PublishedAtIsEstimated published_at_is_estimated, SourceUpdatedAt source_updated_at, ContentHash content_hash,
    ImportHash import_hash, InputVersion input_version, CreatedAt created_at, UpdatedAt updated_at,
);

/// An episode, with what was asked for of it.
#[derive(Debug, Default)]
pub struct Episode {
    /// Its row; columns that nobody asked for hold defaults.
    pub it: Model,
    /// Where it was published.
    pub source: Option<Arc<SourceNode>>,
    /// The series that it belongs to.
    pub series: Option<Arc<SeriesNode>>,
    /// Its published summaries, the original language first.
    pub summaries: Vec<Summary>,
}

impl Episode {
    /// The files that belong to it.
    pub fn enclosures(&self) -> Result<Vec<Enclosure>, Error> {
        let unreadable = |error: serde_json::Error| Error::Database(sea_orm::DbErr::Json(error.to_string()));
        serde_json::from_str(&self.it.enclosures).map_err(unreadable)
    }
}

/// What to read of each episode.
#[derive(Debug, Default)]
pub struct EpisodeProjection {
    /// Of its own row.
    pub columns: Columns<Column>,
    /// What is wanted of its source.
    pub source: Option<Box<SourceProjection>>,
    /// What is wanted of its series.
    pub series: Option<Box<SeriesProjection>>,
    /// What is wanted of its summaries.
    pub summaries: Option<Box<SummaryProjection>>,
}

/// What episodes are sorted by. Ties are broken by id.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum EpisodeOrder {
    /// When they were published.
    #[default]
    PublishedAt,
    /// When they last changed.
    UpdatedAt,
    /// By season, then by number; those without a number are the least.
    Number,
    /// Their titles, case apart.
    Title,
}

/// Which list of episodes, and which page of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct EpisodeList {
    /// Which episodes.
    pub filter: EpisodeFilter,
    /// What they are sorted by.
    pub order: EpisodeOrder,
    /// Which way.
    pub direction: Direction,
    /// Which part.
    pub page: PageArgs,
}

/// Which episode.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum EpisodeBy {
    /// Its number in the database.
    Id(i64),
    /// Where it can be read; the earliest, where several sources publish that.
    Url {
        /// As canonical as [`crate::text::web::canonical_url`] makes it.
        canonical: String,
        /// The slug of its source.
        source: Option<String>,
    },
    /// The earliest with this number in a series.
    SeriesNumber {
        /// The slug of the series.
        series: String,
        /// Of the series; any where `None`.
        season: Option<i32>,
        /// Within the series.
        number: i32,
    },
}

impl Reading {
    /// A page of the episodes that the filter lets through.
    pub async fn list_episodes(
        &self,
        list: &EpisodeList,
        wanted: &PageProjection<EpisodeProjection>,
    ) -> Result<Page<Episode>, Error> {
        let scan = scan(list.filter.resolve(self).await?, list.order, list.direction);
        let nothing = EpisodeProjection::default();
        let projection = wanted.rows.as_ref().unwrap_or(&nothing);
        let select = |sql: &mut Sql| projection.all_columns().select("e", sql);
        let read = |row: &QueryResult, at| projection.read(row, at);
        let page = page::read(self, &scan, &list.page, wanted.shape(), select, read).await?;
        let (rows, page) = page.split();
        let page = page.with_rows(self.relate_episodes(rows, projection).await?);
        let total = if wanted.total { page::count(self, &scan).await? } else { 0 };
        Ok(Page { total, ..page })
    }

    /// A page of the episodes of each of these parents, which that column names.
    pub(super) async fn episodes_below(
        &self,
        column: &'static str,
        parents: &[i64],
        list: &EpisodeList,
        wanted: &PageProjection<EpisodeProjection>,
    ) -> Result<HashMap<i64, Page<Episode>>, Error> {
        let scan = scan(list.filter.resolve(self).await?, list.order, list.direction);
        let nothing = EpisodeProjection::default();
        let projection = wanted.rows.as_ref().unwrap_or(&nothing);
        let select = |sql: &mut Sql| projection.all_columns().select("e", sql);
        let read = |row: &QueryResult, at| projection.read(row, at);
        let pages = nested::read(self, (column, parents), &scan, &list.page, wanted.shape(), select, read).await?;
        let (rows, shapes) = nested::split(pages);
        let mut pages = nested::join(self.relate_episodes(rows, projection).await?, shapes);
        if wanted.total {
            nested::add_totals(&mut pages, nested::count(self, (column, parents), &scan).await?);
        }
        Ok(pages)
    }

    /// One episode.
    pub async fn find_episode(&self, by: &EpisodeBy, wanted: &EpisodeProjection) -> Result<Option<Episode>, Error> {
        let mut sql = self.sql();
        sql.push("SELECT e.id");
        wanted.all_columns().select("e", &mut sql);
        sql.push(" FROM episode e WHERE ");
        match by {
            EpisodeBy::Id(id) => drop(sql.push("e.id = ").bind((*id).into())),
            EpisodeBy::Url { canonical, source } => {
                sql.push("e.canonical_url = ").bind(canonical.clone().into());
                if let Some(slug) = source {
                    sql.push(" AND e.source_id = (SELECT k.id FROM source k WHERE k.slug = ");
                    sql.bind(slug.clone().into()).push(")");
                }
            }
            EpisodeBy::SeriesNumber { series, season, number } => {
                sql.push("e.series_id = (SELECT k.id FROM series k WHERE k.slug = ").bind(series.clone().into());
                sql.push(") AND e.number = ").bind((*number).into());
                if let Some(season) = season {
                    sql.push(" AND e.season = ").bind((*season).into());
                }
            }
        }
        sql.push(" ORDER BY e.published_at, e.id LIMIT 1");
        let rows = self.rows(sql).await?;
        let read = rows.iter().map(|row| wanted.read(row, 1)).collect::<Result<Vec<_>, _>>()?;
        Ok(self.relate_episodes(read, wanted).await?.pop())
    }

    /// The episodes with these numbers, in no order.
    pub async fn load_episodes(
        &self,
        mut ids: Vec<i64>,
        wanted: &EpisodeProjection,
    ) -> Result<Vec<(i64, Episode)>, Error> {
        ids.sort_unstable();
        ids.dedup();
        if ids.is_empty() {
            return Ok(Vec::new());
        }
        let mut sql = self.sql();
        sql.push("SELECT e.id");
        wanted.all_columns().select("e", &mut sql);
        sql.push(" FROM episode e WHERE ").any_of("e.id", ids);
        let rows = self.rows(sql).await?;
        let ids = rows.iter().map(|row| row.try_get_by_index(0)).collect::<Result<Vec<i64>, _>>()?;
        let read = rows.iter().map(|row| wanted.read(row, 1)).collect::<Result<Vec<_>, _>>()?;
        Ok(ids.into_iter().zip(self.relate_episodes(read, wanted).await?).collect())
    }

    /// What is wanted around all these rows: a statement for each relation that isn't in memory.
    async fn relate_episodes(&self, rows: Vec<Model>, wanted: &EpisodeProjection) -> Result<Vec<Episode>, Error> {
        let sources = match &wanted.source {
            Some(wanted) => self.source_nodes(rows.iter().map(|it| it.source_id).collect(), wanted).await?,
            None => BTreeMap::new(),
        };
        let series = match &wanted.series {
            Some(wanted) => self.series_nodes(rows.iter().filter_map(|it| it.series_id).collect(), wanted).await?,
            None => BTreeMap::new(),
        };
        let mut summaries = match &wanted.summaries {
            Some(wanted) => self.summaries_of(rows.iter().map(|it| it.id).collect(), wanted).await?,
            None => HashMap::new(),
        };
        let relate = |it: Model| Episode {
            source: sources.get(&it.source_id).cloned(),
            series: it.series_id.and_then(|id| series.get(&id)).cloned(),
            summaries: summaries.remove(&it.id).unwrap_or_default(),
            it,
        };
        Ok(rows.into_iter().map(relate).collect())
    }
}

impl EpisodeProjection {
    /// Nothing but the number.
    pub(super) fn only_id() -> Self {
        let mut wanted = Self::default();
        wanted.columns.add(Column::Id);
        wanted
    }

    /// The columns, and those that relations hang on.
    fn all_columns(&self) -> Columns<Column> {
        let mut columns = self.columns;
        if self.source.is_some() {
            columns.add(Column::SourceId);
        }
        if self.series.is_some() {
            columns.add(Column::SeriesId);
        }
        if self.summaries.is_some() {
            columns.add(Column::Id);
        }
        columns
    }

    fn read(&self, row: &QueryResult, at: usize) -> Result<Model, Error> {
        Ok(self.all_columns().read(row, at)?.0)
    }
}

/// Episodes under a condition, in an order.
fn scan(condition: Condition, order: EpisodeOrder, direction: Direction) -> Scan {
    let (key, key_is_text, letter) = match order {
        EpisodeOrder::PublishedAt => ("e.published_at", false, b'p'),
        EpisodeOrder::UpdatedAt => ("e.updated_at", false, b'u'),
        EpisodeOrder::Number => ("e.number_key", false, b'n'),
        EpisodeOrder::Title => ("e.title_key", true, b't'),
    };
    Scan {
        from: "episode e",
        key,
        key_is_text,
        id: "e.id",
        direction,
        tag: OrderTag::new(b'e', letter, direction),
        condition,
    }
}
