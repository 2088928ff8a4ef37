//! Series: those that items name, and those that are found in the titles of a whole source. Where an
//! episode goes, its summaries go with it.

use std::collections::{BTreeMap, HashMap};

use entity::{
    kinds::NodeKind,
    series::{ActiveModel, Column, Entity},
    source,
};
use sea_orm::{
    ActiveValue::{NotSet, Set},
    ColumnTrait, DbErr, EntityTrait, QueryFilter,
};

use super::{Item, log::Log};
use crate::{
    clock::Timestamp,
    content::Error,
    db::{self, Transaction},
    text::Slug,
};

/// An episode of a source, as far as series go.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Titled {
    /// Plain text.
    pub title: String,
    /// The title of the series that it is in.
    pub series: Option<String>,
    /// Its number within the series.
    pub number: Option<i32>,
    row: Row,
}

/// Where an episode belongs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// The title of the series.
    pub series: Option<String>,
    /// Its number within the series.
    pub number: Option<i32>,
}

/// What is there already.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Row {
    id: i64,
    series: Option<i64>,
    season: Option<i32>,
}

/// A series: its source, and its title without case and punctuation.
pub(super) type SeriesKey = (i64, String);

/// What titles of one series have in common.
pub(super) fn match_key(title: &str) -> String {
    Slug::of_title(title).match_key()
}

/// The series that these items name, made where there are none.
pub(super) async fn named_by_items(
    tx: &Transaction,
    items: &[Item],
    sources: &[i64],
    now: Timestamp,
    log: &mut Log,
) -> Result<HashMap<SeriesKey, i64>, Error> {
    let named = items.iter().zip(sources).filter_map(|(item, source)| Some((*source, item.episode.series.as_deref()?)));
    find_or_create(tx, named, now, log).await
}

async fn find_or_create(
    tx: &Transaction,
    named: impl Iterator<Item = (i64, &str)>,
    now: Timestamp,
    log: &mut Log,
) -> Result<HashMap<SeriesKey, i64>, Error> {
    let mut wanted: BTreeMap<SeriesKey, &str> = BTreeMap::new();
    for (source, title) in named {
        wanted.entry((source, match_key(title))).or_insert(title);
    }
    let mut found = HashMap::new();
    if wanted.is_empty() {
        return Ok(found);
    }
    let mut sources: Vec<i64> = wanted.keys().map(|(source, _)| *source).collect();
    sources.dedup();
    let there = Entity::find().filter(Column::SourceId.is_in(sources)).all(tx.connection()).await?;
    found.extend(there.into_iter().map(|row| ((row.source_id, row.match_key), row.id)));
    for ((source, key), title) in wanted {
        if found.contains_key(&(source, key.clone())) {
            continue;
        }
        let row = ActiveModel {
            id: NotSet,
            source_id: Set(source),
            slug: Set(free_slug(tx, source, title).await?),
            title: Set(title.to_owned()),
            match_key: Set(key.clone()),
            created_at: Set(now.0),
        };
        let id = Entity::insert(row).exec(tx.connection()).await?.last_insert_id;
        log.created(NodeKind::Series, id);
        found.insert((source, key), id);
    }
    Ok(found)
}

/// The slug of the source and that of the title, or just the one where they are the same; numbered
/// where another series has it.
async fn free_slug(tx: &Transaction, source: i64, title: &str) -> Result<String, Error> {
    let source = source_of(tx, source).await?.slug;
    let own = Slug::of_title(title);
    let plain = if own.as_str() == source { source } else { format!("{source}-{own}") };
    let mut slug = plain.clone();
    for number in 2.. {
        if Entity::find().filter(Column::Slug.eq(slug.as_str())).one(tx.connection()).await?.is_none() {
            break;
        }
        slug = format!("{plain}-{number}");
    }
    Ok(slug)
}

async fn source_of(tx: &Transaction, id: i64) -> Result<source::Model, Error> {
    let row = source::Entity::find_by_id(id).one(tx.connection()).await?;
    Ok(row.ok_or_else(|| DbErr::RecordNotFound(format!("source {id}")))?)
}

/// The name of a source, and all its episodes, the oldest first.
pub(super) async fn titled(tx: &Transaction, source: i64) -> Result<(String, Vec<Titled>), Error> {
    let name = source_of(tx, source).await?.name;
    let mut sql = tx.sql();
    sql.push("SELECT e.title, r.title, e.number, e.id, e.series_id, e.season FROM episode e ");
    sql.push("LEFT JOIN series r ON r.id = e.series_id WHERE e.source_id = ").bind(source.into());
    sql.push(" ORDER BY e.published_at, e.id");
    let read = |row: &db::Row| {
        let there =
            Row { id: row.try_get_by_index(3)?, series: row.try_get_by_index(4)?, season: row.try_get_by_index(5)? };
        Ok(Titled {
            title: row.try_get_by_index(0)?,
            series: row.try_get_by_index(1)?,
            number: row.try_get_by_index(2)?,
            row: there,
        })
    };
    let episodes: Result<_, DbErr> = tx.rows(sql).await?.iter().map(read).collect();
    Ok((name, episodes?))
}

/// Moves episodes to the places that were found for them, their summaries with them, and says how many
/// that were. An episode for which no series was found stays where it is.
pub(super) async fn assign(
    tx: &Transaction,
    source: i64,
    episodes: &[Titled],
    places: &[Place],
    now: Timestamp,
    log: &mut Log,
) -> Result<usize, Error> {
    let named = places.iter().filter_map(|place| Some((source, place.series.as_deref()?)));
    let ids = find_or_create(tx, named, now, log).await?;
    let mut moved = 0;
    for (episode, place) in episodes.iter().zip(places) {
        let found = place.series.as_ref().and_then(|title| ids.get(&(source, match_key(title))).copied());
        let series = found.or(episode.row.series);
        if (series, place.number) == (episode.row.series, episode.number) {
            continue;
        }
        let mut sql = tx.sql();
        sql.push("UPDATE episode SET series_id = ").bind(series.into()).push(", number = ").bind(place.number.into());
        sql.push(", number_key = ").bind(number_key(episode.row.season, place.number).into());
        sql.push(", updated_at = ").bind(now.0.into()).push(" WHERE id = ").bind(episode.row.id.into());
        tx.execute(sql).await?;
        log.updated(NodeKind::Episode, episode.row.id);
        move_summaries(tx, episode.row.id, series, now, log).await?;
        moved += 1;
    }
    Ok(moved)
}

/// The summaries of an episode follow it to another series.
pub(super) async fn move_summaries(
    tx: &Transaction,
    episode: i64,
    series: Option<i64>,
    now: Timestamp,
    log: &mut Log,
) -> Result<(), Error> {
    let mut sql = tx.sql();
    sql.push("UPDATE summary SET series_id = ").bind(series.into()).push(", revision = revision + 1");
    sql.push(", updated_at = ").bind(now.0.into()).push(" WHERE episode_id = ").bind(episode.into());
    sql.push(" AND series_id IS DISTINCT FROM ").bind(series.into()).push(" RETURNING id");
    for row in tx.rows(sql).await? {
        log.updated(NodeKind::Summary, row.try_get_by_index(0)?);
    }
    Ok(())
}

/// Season and number as one sort key, above 0; 0 where there is no number.
pub(super) fn number_key(season: Option<i32>, number: Option<i32>) -> i64 {
    number.map_or(0, |number| (i64::from(season.unwrap_or(0)) << 32) + i64::from(number) + 1)
}
