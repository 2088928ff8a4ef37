//! Episodes: what is new, what is different, and what is as it was.

use std::collections::{HashMap, HashSet};

use entity::{
    episode::{ActiveModel, Column, Entity, Model},
    episode_content,
    kinds::NodeKind,
};
use sea_orm::{
    ActiveModelTrait,
    ActiveValue::{NotSet, Set},
    ColumnTrait, DbErr, EntityTrait, IntoActiveModel, QueryFilter,
    sea_query::OnConflict,
};
use serde_json::json;

use super::{
    Item, Outcome, ROWS, fingerprint, json_list,
    log::Log,
    places,
    series::{SeriesKey, match_key, number_key},
    title_key,
};
use crate::{
    clock::Timestamp,
    content::{EpisodeDraft, Error},
    db::Transaction,
    text::{LanguageTag, html::to_plain},
};

/// An item's episode, as it stands now.
pub(super) struct Written {
    pub(super) row: Model,
    pub(super) outcome: Outcome,
    /// Its title before, as a sort key, where it was another one.
    pub(super) was_called: Option<String>,
}

/// Which episode an item means.
type Identity<'i> = (i64, &'i str);

/// Stores the episodes of these items, and gives one for each item, in their order. Of items that
/// mean one episode, the last one is stored.
pub(super) async fn store(
    tx: &Transaction,
    items: &[Item],
    sources: &[i64],
    series: &HashMap<SeriesKey, i64>,
    now: Timestamp,
    log: &mut Log,
) -> Result<Vec<Written>, Error> {
    let identity = |place: usize| (sources[place], items[place].episode.identity.as_str());
    let there = find(tx, items, sources).await?;
    let last: HashMap<Identity, usize> = (0..items.len()).map(|place| (identity(place), place)).collect();

    let (mut new, mut changed) = (Vec::new(), Vec::new());
    for place in (0..items.len()).filter(|place| last[&identity(*place)] == *place) {
        let row = row(&items[place], sources[place], series, there.get(&owned(identity(place))), now);
        match there.get(&owned(identity(place))) {
            None => new.push((place, row)),
            Some(old) if is_newer(&row, old) => changed.push((place, row)),
            Some(_) => {}
        }
    }
    insert(tx, new.iter().map(|(_, row)| row)).await?;
    for (_, row) in &changed {
        row.clone().into_active_model().reset_all().update(tx.connection()).await?;
        log.updated(NodeKind::Episode, row.id);
    }

    let old_title = |row: &Model| {
        let old = there.get(&(row.source_id, row.identity.clone()))?;
        (old.title_key != row.title_key).then(|| (row.id, old.title_key.clone()))
    };
    let mut old_titles: HashMap<i64, String> = changed.iter().filter_map(|(_, row)| old_title(row)).collect();

    let touched: HashSet<usize> = new.iter().chain(&changed).map(|(place, _)| *place).collect();
    let now_there = if touched.is_empty() { there } else { find(tx, items, sources).await? };
    let mut written = Vec::with_capacity(items.len());
    let first = places((0..items.len()).map(identity));
    let is_new: HashSet<Identity> = new.iter().map(|(place, _)| identity(*place)).collect();
    for place in 0..items.len() {
        let row = now_there.get(&owned(identity(place))).cloned().ok_or(DbErr::RecordNotInserted)?;
        let outcome = match (touched.contains(&last[&identity(place)]), is_new.contains(&identity(place))) {
            (true, true) if first[&identity(place)] == place => Outcome::New,
            (true, false) if last[&identity(place)] == place => Outcome::Changed,
            _ => Outcome::Unchanged,
        };
        if outcome == Outcome::New {
            log.created(NodeKind::Episode, row.id);
        }
        let was_called = old_titles.remove(&row.id);
        written.push(Written { row, outcome, was_called });
    }
    let texts = touched.iter().map(|place| (written[*place].row.id, items[*place].episode.content.as_deref()));
    store_texts(tx, texts.collect()).await?;
    Ok(written)
}

fn owned((source, identity): Identity) -> (i64, String) {
    (source, identity.to_owned())
}

async fn find(tx: &Transaction, items: &[Item], sources: &[i64]) -> Result<HashMap<(i64, String), Model>, Error> {
    let mut found = HashMap::new();
    let places: Vec<usize> = (0..items.len()).collect();
    for places in places.chunks(ROWS) {
        let identities = places.iter().map(|place| items[*place].episode.identity.as_str());
        let among: HashSet<i64> = places.iter().map(|place| sources[*place]).collect();
        let rows = Entity::find()
            .filter(Column::SourceId.is_in(among))
            .filter(Column::Identity.is_in(identities))
            .all(tx.connection())
            .await?;
        found.extend(rows.into_iter().map(|row| ((row.source_id, row.identity.clone()), row)));
    }
    Ok(found)
}

/// Whether a row is to take the place of the one that is there. Between two inputs that are equally
/// new, any rule serves that does not depend on which came first.
fn is_newer(row: &Model, old: &Model) -> bool {
    row.import_hash != old.import_hash && (row.input_version, row.import_hash) > (old.input_version, old.import_hash)
}

async fn insert(tx: &Transaction, rows: impl Iterator<Item = &Model>) -> Result<(), Error> {
    let new = |row: &Model| ActiveModel { id: NotSet, ..row.clone().into_active_model().reset_all() };
    let rows: Vec<ActiveModel> = rows.map(new).collect();
    for rows in rows.chunks(ROWS) {
        Entity::insert_many(rows.iter().cloned()).exec_without_returning(tx.connection()).await?;
    }
    Ok(())
}

/// The whole texts; what has none any more loses it.
async fn store_texts(tx: &Transaction, texts: Vec<(i64, Option<&str>)>) -> Result<(), Error> {
    let gone = texts.iter().filter(|(_, html)| html.is_none()).map(|(id, _)| *id);
    let gone = episode_content::Column::EpisodeId.is_in(gone);
    episode_content::Entity::delete_many().filter(gone).exec(tx.connection()).await?;
    let row = |(id, html): &(i64, Option<&str>)| {
        let html = (*html)?.to_owned();
        Some(episode_content::ActiveModel { episode_id: Set(*id), html: Set(html) })
    };
    let rows: Vec<_> = texts.iter().filter_map(row).collect();
    for rows in rows.chunks(ROWS) {
        let replace = OnConflict::column(episode_content::Column::EpisodeId)
            .update_column(episode_content::Column::Html)
            .to_owned();
        let insert = episode_content::Entity::insert_many(rows.iter().cloned()).on_conflict(replace);
        insert.exec_without_returning(tx.connection()).await?;
    }
    Ok(())
}

/// The row that a draft comes to. What only its first import can know is kept from there.
fn row(item: &Item, source_id: i64, series: &HashMap<SeriesKey, i64>, old: Option<&Model>, now: Timestamp) -> Model {
    let draft = &item.episode;
    let named = draft.series.as_ref().and_then(|title| series.get(&(source_id, match_key(title))).copied());
    let (published_at, is_estimated) = published(item, old, now);
    // What was found in the title stays as long as the title does.
    let found = old.filter(|old| draft.series.is_none() && draft.title == old.title);
    let season = draft.season.or(found.and_then(|old| old.season));
    let number = draft.number.or(found.and_then(|old| old.number));
    Model {
        id: old.map_or(0, |old| old.id),
        source_id,
        series_id: named.or(old.and_then(|old| old.series_id)),
        season,
        number,
        number_key: number_key(season, number),
        cluster_id: old.and_then(|old| old.cluster_id),
        identity: draft.identity.clone(),
        guid: draft.guid.clone(),
        url: draft.url.clone(),
        canonical_url: draft.canonical_url.clone(),
        kind: draft.kind,
        title: draft.title.clone(),
        title_key: title_key(&draft.title),
        author: draft.author.clone(),
        language: draft.language.as_ref().map(ToString::to_string),
        image_url: draft.image_url.clone(),
        enclosures: json!(draft.enclosures).to_string(),
        duration_seconds: draft.duration_seconds,
        word_count: draft.word_count,
        hashtags: json_list(&draft.hashtags),
        excerpt: draft.excerpt.clone(),
        published_at: published_at.0,
        published_at_is_estimated: is_estimated,
        source_updated_at: draft.source_updated_at.map(|at| at.0),
        content_hash: content_hash(draft),
        import_hash: import_hash(draft),
        input_version: item.version,
        created_at: old.map_or(now.0, |old| old.created_at),
        updated_at: now.0,
    }
}

/// When it was published: as the item says, if that is not in the future; else as was known before; else
/// when its input was last changed, or now. A guess is made once, at the first import, and kept.
fn published(item: &Item, old: Option<&Model>, now: Timestamp) -> (Timestamp, bool) {
    let said = item.episode.published_at;
    match (old, said.filter(|said| *said <= now)) {
        (Some(old), None) => (Timestamp(old.published_at), old.published_at_is_estimated),
        (Some(old), Some(_)) if old.published_at_is_estimated => (Timestamp(old.published_at), true),
        (_, Some(said)) => (said, false),
        (None, None) if said.is_some() => (now, true),
        (None, None) => (item.as_of.map_or(now, |as_of| as_of.min(now)), true),
    }
}

/// The hash of texts that are too short to tell a story: “Listen now.”
pub(in crate::content) const SHORT_TEXT: i64 = 0;
/// The fewest characters of a text that tells one.
const TELLING_TEXT: usize = 200;

/// Of the text, without markup, spaces and case apart: two sources that publish one text have the same.
fn content_hash(draft: &EpisodeDraft) -> i64 {
    let text = draft.content.as_deref().map_or_else(|| draft.excerpt.clone(), to_plain);
    if text.chars().nth(TELLING_TEXT - 1).is_none() {
        return SHORT_TEXT;
    }
    let words: Vec<String> = text.split_whitespace().map(str::to_lowercase).collect();
    fingerprint(&json!(words))
}

/// Of everything that the item says of its episode. What it says of a summary is looked at apart.
fn import_hash(draft: &EpisodeDraft) -> i64 {
    let EpisodeDraft {
        identity,
        guid,
        url,
        canonical_url,
        kind,
        title,
        author,
        language,
        image_url,
        enclosures,
        duration_seconds,
        word_count,
        hashtags,
        series,
        season,
        number,
        published_at,
        source_updated_at,
        excerpt,
        content,
        tags: _,
        category: _,
        summary: _,
    } = draft;
    let language = language.as_ref().map(LanguageTag::as_str);
    let times = [published_at, source_updated_at].map(|at| at.map(|at| at.0));
    fingerprint(&json!([
        [identity, title, excerpt],
        [guid, url, canonical_url, author, image_url, series, content],
        [duration_seconds, word_count, season, number],
        [kind.as_str(), language, times, enclosures, hashtags],
    ]))
}
