//! Summaries: one for each episode out of its own beginning, unless the input brings one.

use std::collections::{HashMap, HashSet};

use entity::{
    episode,
    kinds::{NodeKind, SummaryOrigin, SummaryStatus},
    summary::{ActiveModel, Column, Entity, Model},
};
use sea_orm::{
    ActiveModelTrait, ActiveValue::NotSet, ColumnTrait, DbErr, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder,
    QuerySelect,
};
use serde_json::json;

use super::{
    Item, Outcome, ROWS,
    episodes::Written,
    filing, fingerprint, json_list,
    log::Log,
    parts::{self, Parts},
    series, title_key, words,
};
use crate::{
    clock::Timestamp,
    config::CategoryRule,
    content::{EpisodeDraft, Error, SummaryDraft},
    db::Transaction,
    text::{LanguageTag, Slug, cut::first_sentences},
};

/// The most characters of a tldr that is cut out of an episode's beginning.
const TLDR_CHARS: usize = 280;

/// Stores the summaries of these items, whose episodes are written already, and says what became of
/// each item in all.
pub(super) async fn store(
    tx: &Transaction,
    items: &[Item],
    written: &[Written],
    rules: &[CategoryRule],
    now: Timestamp,
    log: &mut Log,
) -> Result<Vec<Outcome>, Error> {
    let parts = parts::of(tx, items, log).await?;
    let mut outcomes: Vec<Outcome> = written.iter().map(|it| it.outcome).collect();
    // One item after the other, as if each were stored alone; then each summary is written once.
    let mut slots = find(tx, written).await?;
    for (place, (item, episode)) in items.iter().zip(written).enumerate() {
        let row = row(item, &parts[place], &episode.row, now);
        put(slots.entry(episode.row.id).or_default(), row, place);
    }
    let (mut new, mut changed) = (Vec::new(), Vec::new());
    for Slot { old, row, place } in slots.into_values().flatten() {
        let Some(place) = place else { continue };
        if outcomes[place] == Outcome::Unchanged {
            outcomes[place] = Outcome::Changed;
        }
        match old {
            None => new.push((place, row)),
            Some(old) => changed.push((place, old, row)),
        }
    }
    new.sort_unstable_by_key(|(place, row)| (*place, row.episode_id));
    changed.sort_unstable_by_key(|(place, _, row)| (*place, row.id));
    let rows = new.iter_mut().map(|(place, row)| (*place, row));
    let rows = rows.chain(changed.iter_mut().map(|(place, _, row)| (*place, row)));
    let without = rows.filter(|(place, _)| items[*place].episode.category.is_none());
    let to_file = without.map(|(place, row)| (row, &written[place].row, &parts[place].tags)).collect();
    filing::file(tx, rules, to_file, log).await?;

    for (place, old, row) in changed {
        let old_tags = parts::take_parts(tx, old.id).await?;
        parts::count(log, &old, &old_tags, -1);
        row.clone().into_active_model().reset_all().update(tx.connection()).await?;
        log.updated(NodeKind::Summary, row.id);
        parts::attach(tx, &[(&row, &parts[place])]).await?;
        words::index(tx, &[(&row, parts[place].body.as_deref())]).await?;
        parts::count(log, &row, &parts[place].tags, 1);
    }
    // Behind the changed ones: an excerpt may have left its language to one that is new.
    insert(tx, items, new, &parts, log).await?;
    for episode in written.iter().filter(|it| it.outcome == Outcome::Changed) {
        series::move_summaries(tx, episode.row.id, episode.row.series_id, now, log).await?;
    }
    Ok(outcomes)
}

/// A summary of an episode, as it will be.
struct Slot {
    /// As it is stored, if it is.
    old: Option<Model>,
    row: Model,
    /// The item that it is to be written from, if it is to be written.
    place: Option<usize>,
}

/// Puts a summary among those of its episode, in the place of its rival if it has one and may. An excerpt
/// is for episodes that nobody wrote a summary of.
fn put(slots: &mut Vec<Slot>, row: Model, place: usize) {
    let is_excerpt = |it: &Model| it.origin == SummaryOrigin::Excerpt;
    let same = slots.iter().position(|slot| slot.row.language == row.language);
    // Two excerpts are one, whose language was taken for another one.
    let rival = same.or_else(|| slots.iter().position(|slot| is_excerpt(&row) && is_excerpt(&slot.row)));
    let Some(slot) = rival.map(|rival| &mut slots[rival]) else {
        if slots.is_empty() || !is_excerpt(&row) {
            slots.push(Slot { old: None, row, place: Some(place) });
        }
        return;
    };
    if !may_replace(&row, &slot.row) {
        return;
    }
    slot.row = match &slot.old {
        None => row,
        Some(old) => Model {
            id: old.id,
            slug: old.slug.clone(),
            status: old.status,
            created_at: old.created_at,
            revision: old.revision.saturating_add(1),
            ..row
        },
    };
    slot.place = Some(place);
}

/// Whether a summary may take the place of another. What a person edited stays, what somebody wrote
/// does not give way to an excerpt, and what is older does not undo what is newer.
fn may_replace(row: &Model, old: &Model) -> bool {
    let is_written = |it: &Model| it.origin != SummaryOrigin::Excerpt;
    let newer =
        row.input_hash != old.input_hash && (row.input_version, row.input_hash) > (old.input_version, old.input_hash);
    !old.edited
        && match (is_written(row), is_written(old)) {
            (true, false) => true,
            (false, true) => false,
            _ => newer,
        }
}

/// Every summary of these episodes, by episode.
async fn find(tx: &Transaction, written: &[Written]) -> Result<HashMap<i64, Vec<Slot>>, Error> {
    let mut found: HashMap<i64, Vec<Slot>> = HashMap::new();
    let known: HashSet<i64> = written.iter().filter(|it| it.outcome != Outcome::New).map(|it| it.row.id).collect();
    let known: Vec<i64> = known.into_iter().collect();
    for ids in known.chunks(ROWS) {
        let ids = Column::EpisodeId.is_in(ids.iter().copied());
        for row in Entity::find().filter(ids).order_by_asc(Column::Id).all(tx.connection()).await? {
            let slot = Slot { old: Some(row.clone()), row, place: None };
            found.entry(slot.row.episode_id).or_default().push(slot);
        }
    }
    Ok(found)
}

async fn insert(
    tx: &Transaction,
    items: &[Item],
    mut new: Vec<(usize, Model)>,
    parts: &[Parts],
    log: &mut Log,
) -> Result<(), Error> {
    give_slugs(tx, items, &mut new).await?;
    for rows in new.chunks_mut(ROWS) {
        let insert = |row: &Model| ActiveModel { id: NotSet, ..row.clone().into_active_model().reset_all() };
        let insert = Entity::insert_many(rows.iter().map(|(_, row)| insert(row)));
        insert.exec_without_returning(tx.connection()).await?;
        let slugs = rows.iter().map(|(_, row)| row.slug.as_str());
        let ids: HashMap<String, i64> = Entity::find()
            .filter(Column::Slug.is_in(slugs))
            .select_only()
            .columns([Column::Slug, Column::Id])
            .into_tuple()
            .all(tx.connection())
            .await?
            .into_iter()
            .collect();
        for (_, row) in rows.iter_mut() {
            row.id = *ids.get(&row.slug).ok_or(DbErr::RecordNotInserted)?;
            log.created(NodeKind::Summary, row.id);
        }
        let attached: Vec<_> = rows.iter().map(|(place, row)| (row, &parts[*place])).collect();
        parts::attach(tx, &attached).await?;
        let texts: Vec<_> = attached.iter().map(|(row, parts)| (*row, parts.body.as_deref())).collect();
        words::index(tx, &texts).await?;
        for (row, parts) in attached {
            parts::count(log, row, &parts.tags, 1);
        }
    }
    Ok(())
}

/// Names in addresses: the title's; where that is taken, with a few characters behind it that are
/// always the same for the same summary.
async fn give_slugs(tx: &Transaction, items: &[Item], new: &mut [(usize, Model)]) -> Result<(), Error> {
    let choices: Vec<[Slug; 3]> = new
        .iter()
        .map(|(place, row)| {
            let plain = Slug::of_title(&row.title);
            let own = fingerprint(&json!([row.source_id, items[*place].episode.identity, row.language]));
            let own = format!("{:016x}", own.cast_unsigned());
            [plain.clone(), plain.suffixed(&own[..10]), plain.suffixed(&own)]
        })
        .collect();
    let mut taken: HashSet<String> = HashSet::new();
    for choices in choices.chunks(ROWS) {
        let slugs = Column::Slug.is_in(choices.iter().flatten().map(Slug::as_str));
        let there = Entity::find().filter(slugs).select_only().column(Column::Slug).into_tuple().all(tx.connection());
        taken.extend(there.await?);
    }
    for ((_, row), choices) in new.iter_mut().zip(choices) {
        let [.., longest] = &choices;
        let free = choices.iter().find(|slug| !taken.contains(slug.as_str())).unwrap_or(longest);
        row.slug = free.to_string();
        taken.insert(row.slug.clone());
    }
    Ok(())
}

/// The row that an item's summary comes to, without its number and its slug: the one that the item
/// brings, or the one that the episode's beginning makes.
fn row(item: &Item, parts: &Parts, episode: &episode::Model, now: Timestamp) -> Model {
    let draft = item.episode.summary.clone().unwrap_or_else(|| excerpt(item));
    let language = draft.language.as_ref().or(item.episode.language.as_ref()).or(item.source.language.as_ref());
    let language = language.cloned().unwrap_or_else(LanguageTag::undetermined).to_string();
    let EpisodeDraft { title, tags, category, published_at, .. } = &item.episode;
    let SummaryDraft { language: _, title: own_title, tldr, key_points, body, origin, model } = &draft;
    let is_original = episode.language.as_ref().is_none_or(|original| *original == language);
    let input_hash = fingerprint(&json!([
        [title, tldr, language, origin.as_str()],
        [own_title, body, model, category],
        [key_points, tags, published_at.map(|at| at.0)],
    ]));
    let title = draft.title.unwrap_or_else(|| title.clone());
    Model {
        id: 0,
        episode_id: episode.id,
        source_id: episode.source_id,
        series_id: episode.series_id,
        is_original,
        is_primary: is_original, // unless another one stands for the story: see `stories`
        language,
        slug: String::new(),
        title_key: title_key(&title),
        title,
        sort_at: episode.published_at,
        tldr: draft.tldr,
        key_points: json_list(&draft.key_points),
        category_id: parts.category,
        status: SummaryStatus::Published,
        origin: draft.origin,
        model: draft.model,
        prompt_version: None,
        input_hash: Some(input_hash),
        input_version: item.version,
        edited: false,
        published_at: Some(episode.published_at),
        revision: 1,
        words_version: words::VERSION,
        created_at: now.0,
        updated_at: now.0,
    }
}

/// What the beginning of an episode's own text makes.
fn excerpt(item: &Item) -> SummaryDraft {
    let tldr = first_sentences(&item.episode.excerpt, TLDR_CHARS);
    SummaryDraft {
        language: None,
        title: None,
        tldr: if tldr.is_empty() { item.episode.title.clone() } else { tldr },
        key_points: Vec::new(),
        body: None,
        origin: SummaryOrigin::Excerpt,
        model: None,
    }
}
