//! Episodes, as they are read: lists under a filter, single ones, and those that summaries sum up.

mod rows;

pub(super) use rows::Bare;

use std::{collections::HashMap, sync::Arc};

use entity::episode::{Column, Model};

use super::{
    Columns, Direction, Enclosure, EpisodeFilter, Error, Lists, Page, PageArgs, PageProjection, Reading,
    columns::readable,
    cursor::OrderTag,
    error::stored,
    filter::Condition,
    list::Above,
    nested::Below,
    page::Total,
    scan::{From, Scan},
    selected::Selected,
    series::{SeriesNode, SeriesProjection},
    source::{SourceNode, SourceProjection},
    summary::{Summary, SummaryProjection},
};
use crate::db::Sql;
pub use entity::episode::Column as EpisodeColumn;

readable!(episode:
    Id id, SourceId source_id, SeriesId series_id, Season season, Number number, NumberKey number_key,
    ClusterId cluster_id, Identity identity, Guid guid, Url url, CanonicalUrl canonical_url, Kind kind, Title title, TitleKey title_key,
    Author author, Language language, ImageUrl image_url, Enclosures enclosures, DurationSeconds duration_seconds,
    WordCount word_count, Hashtags hashtags, Excerpt excerpt, PublishedAt published_at,
    PublishedAtIsEstimated published_at_is_estimated, SourceUpdatedAt source_updated_at, ContentHash content_hash,
    ImportHash import_hash, InputVersion input_version, CreatedAt created_at, UpdatedAt updated_at,
);

/// An episode, with what was asked for of it.
#[derive(Debug, Default)]
pub struct Episode {
    /// Its row; columns that nobody asked for hold defaults.
    pub it: Box<Model>,
    /// Where it was published.
    pub source: Option<Arc<SourceNode>>,
    /// The series that it belongs to.
    pub series: Option<Arc<SeriesNode>>,
    /// The one before it in its series.
    pub previous: Option<Arc<Episode>>,
    /// The one behind it.
    pub next: Option<Arc<Episode>>,
    /// Its published summaries, the original language first.
    pub summaries: Arc<Vec<Summary>>,
    /// Episodes that tell the same story: a page for each list of the projection.
    pub duplicates: Vec<Arc<Page<Episode>>>,
    /// Its whole text, as sanitised HTML, where the input brought one.
    pub content: Option<String>,
}

impl Episode {
    /// The files that belong to it.
    pub fn enclosures(&self) -> Result<Vec<Enclosure>, Error> {
        stored(&self.it.enclosures)
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
    /// What is wanted of the one before it in its series.
    pub previous: Option<Box<EpisodeProjection>>,
    /// What is wanted of the one behind it.
    pub next: Option<Box<EpisodeProjection>>,
    /// What is wanted of its summaries.
    pub summaries: Option<Box<SummaryProjection>>,
    /// Pages of the episodes that tell the same story.
    pub duplicates: Lists<PageArgs, EpisodeProjection>,
    /// Whether its whole text is wanted.
    pub content: bool,
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

impl EpisodeList {
    /// Whether there can be such a list, whatever is in it.
    pub fn check(&self) -> Result<(), Error> {
        self.filter.check()?;
        scan(Condition::Never, self.order, self.direction).check(&self.page)
    }
}

/// Whether there can be such a page of duplicates.
pub fn check_duplicates(page: &PageArgs) -> Result<(), Error> {
    duplicates().check(page)
}

/// Other episodes: the earliest first.
fn duplicates() -> Scan {
    scan(Condition::Always, EpisodeOrder::PublishedAt, Direction::Asc)
}

impl Reading {
    /// A page of the episodes that the filter lets through.
    pub async fn list_episodes(
        &self,
        list: &EpisodeList,
        wanted: &PageProjection<EpisodeProjection>,
    ) -> Result<Page<Episode>, Error> {
        list.check()?;
        let scan = scan(list.filter.resolve(self).await?, list.order, list.direction);
        self.list(&scan, &list.page, wanted, &Total::counted(wanted.total)).await
    }

    /// A page of the episodes of each of these parents, which that column names.
    pub(super) async fn episodes_below(
        &self,
        column: &'static str,
        parents: &[i64],
        list: &EpisodeList,
        wanted: &PageProjection<EpisodeProjection>,
    ) -> Result<HashMap<i64, Page<Episode>>, Error> {
        if parents.is_empty() || !wanted.is_wanted(list.page.size) {
            return Ok(HashMap::new());
        }
        let scan = scan(list.filter.resolve(self).await?, list.order, list.direction);
        self.list_below(&Below::column(column, parents), &scan, &list.page, wanted, None).await
    }

    /// A page of rows with names, and one of the episodes of each of them, which that column names: in one statement, where
    /// that can be.
    pub(super) async fn episodes_along(
        &self,
        above: &Above<'_>,
        column: &'static str,
        list: &EpisodeList,
        wanted: &PageProjection<EpisodeProjection>,
    ) -> Result<Option<(Page<i64>, HashMap<i64, Page<Episode>>)>, Error> {
        if !self.may_come_along(&list.page, wanted) {
            return Ok(None);
        }
        let Some(condition) = list.filter.resolve_known(self).await? else { return Ok(None) };
        let scan = scan(condition, list.order, list.direction);
        self.list_along(above, column, &scan, &list.page, wanted).await
    }

    /// A page of the other episodes that tell the same story as each of these: the earliest first.
    pub(super) async fn duplicates_of(
        &self,
        episodes: &[i64],
        args: &PageArgs,
        wanted: &PageProjection<EpisodeProjection>,
    ) -> Result<HashMap<i64, Page<Episode>>, Error> {
        let scan = duplicates();
        let link = "e.cluster_id = (SELECT y.cluster_id FROM episode y WHERE y.id = p.value) AND e.id <> p.value";
        self.list_below(&Below { parents: episodes, link: link.to_owned() }, &scan, args, wanted, None).await
    }

    /// One episode.
    pub async fn find_episode(&self, by: &EpisodeBy, wanted: &EpisodeProjection) -> Result<Option<Episode>, Error> {
        let from = |sql: &mut Sql| {
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
        };
        Ok(self.look_up("e.id", wanted, from).await?.pop().map(|(_, episode)| episode))
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
        let from = |sql: &mut Sql| {
            sql.push(" FROM episode e WHERE ").any_of("e.id", ids);
        };
        self.look_up("e.id", wanted, from).await
    }

    /// The episode next to each of these in its series, on that side, where there is one.
    ///
    /// Numbered episodes follow their numbers, others their dates; neither leads to the other.
    async fn neighbours_of(
        &self,
        episodes: &[i64],
        side: Side,
        wanted: &EpisodeProjection,
    ) -> Result<HashMap<i64, Arc<Episode>>, Error> {
        if episodes.is_empty() {
            return Ok(HashMap::new());
        }
        let (comparison, way) = match side {
            Side::Before => (" < ", " DESC"),
            Side::Behind => (" > ", " ASC"),
        };
        let mut sql = self.sql();
        sql.push("SELECT p.value");
        wanted.select(&mut sql);
        sql.push(" FROM ").each(episodes).push(" JOIN episode y ON y.id = p.value JOIN episode e ON e.id = (");
        sql.push("SELECT z.id FROM episode z WHERE z.series_id = y.series_id");
        sql.push(" AND (z.number IS NULL) = (y.number IS NULL) AND (z.number_key, z.published_at, z.id)");
        sql.push(comparison).push("(y.number_key, y.published_at, y.id)");
        sql.push(" ORDER BY z.number_key").push(way).push(", z.published_at").push(way).push(", z.id").push(way);
        sql.push(" LIMIT 1)");
        let found = self.numbered(sql, wanted).await?;
        Ok(found.into_iter().map(|(id, episode)| (id, Arc::new(episode))).collect())
    }
}

/// A side of an episode in its series.
#[derive(Clone, Copy)]
enum Side {
    Before,
    Behind,
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
        from: From::Table("episode e"),
        key,
        key_is_text,
        id: "e.id",
        direction,
        tag: OrderTag::new(b'e', letter, direction),
        condition,
    }
}
