//! Summaries: one for each episode out of its own beginning, unless the input brings one.

use std::collections::{HashMap, HashSet};

use entity::{
    episode,
    kinds::{NodeKind, SummaryOrigin, SummaryStatus},
    summary::{ActiveModel, Column, Entity, Model},
};
use sea_orm::{
    ActiveModelTrait, ActiveValue::NotSet, ColumnTrait, DbErr, EntityTrait, IntoActiveModel, QueryFilter, QuerySelect,
};

use super::{
    Item, Outcome, ROWS,
    episodes::Written,
    fingerprint, json_list,
    log::Log,
    parts::{self, Parts},
    series, title_key,
};
use crate::{
    clock::Timestamp,
    content::{Error, SummaryDraft},
    db::Transaction,
    text::{Slug, cut::first_sentences},
};

/// The most characters of a tldr that is cut out of an episode's beginning.
const TLDR_CHARS: usize = 280;

/// A language that nobody knows (BCP 47, section 4.1).
const UNDETERMINED: &str = "und";

/// Stores the summaries of these items, whose episodes are written already, and says what became of
/// each item in all.
pub(super) async fn store(
    tx: &Transaction,
    items: &[Item],
    written: &[Written],
    now: Timestamp,
    log: &mut Log,
) -> Result<Vec<Outcome>, Error> {
    let parts = parts::of(tx, items, log).await?;
    let there = find(tx, written).await?;

    // Of items that mean one summary, the last one is stored.
    let mut last: HashMap<(i64, String), (usize, Model)> = HashMap::new();
    for (place, (item, episode)) in items.iter().zip(written).enumerate() {
        let row = row(item, &parts[place], &episode.row, now);
        last.insert((row.episode_id, row.language.clone()), (place, row));
    }
    let mut last: Vec<_> = last.into_values().collect();
    last.sort_unstable_by_key(|(place, _)| *place);
    let (mut new, mut changed) = (Vec::new(), Vec::new());
    for (place, row) in last {
        match there.get(&row.episode_id).and_then(|there| rival(&row, there)) {
            None => new.push((place, row)),
            Some(old) => changed.extend(replacement(row, old).map(|row| (place, old, row))),
        }
    }

    let mut outcomes: Vec<Outcome> = written.iter().map(|it| it.outcome).collect();
    for place in new.iter().map(|(place, _)| *place).chain(changed.iter().map(|(place, ..)| *place)) {
        if outcomes[place] == Outcome::Unchanged {
            outcomes[place] = Outcome::Changed;
        }
    }
    insert(tx, items, new, &parts, log).await?;
    for (place, old, row) in changed {
        let old_tags = parts::take_tags(tx, old.id).await?;
        parts::count(log, old, &old_tags, -1);
        row.clone().into_active_model().reset_all().update(tx.connection()).await?;
        log.updated(NodeKind::Summary, row.id);
        parts::attach(tx, &[(&row, &parts[place])]).await?;
        parts::count(log, &row, &parts[place].tags, 1);
    }
    for episode in written.iter().filter(|it| it.outcome == Outcome::Changed) {
        series::move_summaries(tx, episode.row.id, episode.row.series_id, now, log).await?;
    }
    Ok(outcomes)
}

/// Every summary of these episodes, by episode.
async fn find(tx: &Transaction, written: &[Written]) -> Result<HashMap<i64, Vec<Model>>, Error> {
    let mut found: HashMap<i64, Vec<Model>> = HashMap::new();
    let known: HashSet<i64> = written.iter().filter(|it| it.outcome != Outcome::New).map(|it| it.row.id).collect();
    let known: Vec<i64> = known.into_iter().collect();
    for ids in known.chunks(ROWS) {
        let ids = Column::EpisodeId.is_in(ids.iter().copied());
        for row in Entity::find().filter(ids).all(tx.connection()).await? {
            found.entry(row.episode_id).or_default().push(row);
        }
    }
    Ok(found)
}

/// The one whose place a summary would take: in its language; or, where nobody wrote either of them,
/// the one out of the episode's beginning, whose language was taken for another one.
fn rival<'m>(row: &Model, there: &'m [Model]) -> Option<&'m Model> {
    let is_excerpt = |it: &Model| it.origin == SummaryOrigin::Excerpt;
    let same = there.iter().find(|it| it.language == row.language);
    same.or_else(|| there.iter().find(|it| is_excerpt(row) && is_excerpt(it)))
}

/// The row that takes the place of another, if it may. What a person edited stays, what somebody
/// wrote does not give way to an excerpt, and what is older does not undo what is newer.
fn replacement(row: Model, old: &Model) -> Option<Model> {
    let is_written = |it: &Model| it.origin != SummaryOrigin::Excerpt;
    let newer =
        row.input_hash != old.input_hash && (row.input_version, row.input_hash) > (old.input_version, old.input_hash);
    let may = match (is_written(&row), is_written(old)) {
        (true, false) => true,
        (false, true) => false,
        _ => newer,
    };
    (may && !old.edited).then(|| Model {
        id: old.id,
        slug: old.slug.clone(),
        status: old.status,
        created_at: old.created_at,
        revision: old.revision.saturating_add(1),
        ..row
    })
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
        for (row, parts) in attached {
            parts::count(log, row, &parts.tags, 1);
        }
    }
    Ok(())
}

/// Names in addresses: the title's; where that is taken, with a few characters behind it that are
/// always the same for the same summary.
async fn give_slugs(tx: &Transaction, items: &[Item], new: &mut [(usize, Model)]) -> Result<(), Error> {
    let plain: Vec<Slug> = new.iter().map(|(_, row)| Slug::of_title(&row.title)).collect();
    let mut taken: HashSet<String> = HashSet::new();
    for slugs in plain.chunks(ROWS) {
        let slugs = Column::Slug.is_in(slugs.iter().map(Slug::as_str));
        let there = Entity::find().filter(slugs).select_only().column(Column::Slug).into_tuple().all(tx.connection());
        taken.extend(there.await?);
    }
    for ((place, row), plain) in new.iter_mut().zip(plain) {
        let identity = (row.source_id, &items[*place].episode.identity, &row.language);
        row.slug = if taken.contains(plain.as_str()) {
            plain.suffixed(&format!("{:010x}", fingerprint(&identity).cast_unsigned() >> 24))
        } else {
            plain
        }
        .to_string();
        taken.insert(row.slug.clone());
    }
    Ok(())
}

/// The row that an item's summary comes to, without its number and its slug: the one that the item
/// brings, or the one that the episode's beginning makes.
fn row(item: &Item, parts: &Parts, episode: &episode::Model, now: Timestamp) -> Model {
    let draft = item.episode.summary.clone().unwrap_or_else(|| excerpt(item));
    let said = (&draft, &item.episode.title, &item.episode.tags, &item.episode.category, item.episode.published_at);
    let input_hash = Some(fingerprint(&said));
    let language = draft.language.as_ref().or(item.episode.language.as_ref()).or(item.source.language.as_ref());
    let language = language.map_or_else(|| UNDETERMINED.to_owned(), ToString::to_string);
    let title = draft.title.unwrap_or_else(|| item.episode.title.clone());
    Model {
        id: 0,
        episode_id: episode.id,
        source_id: episode.source_id,
        series_id: episode.series_id,
        is_primary: episode.language.as_ref().is_none_or(|original| *original == language),
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
        input_hash,
        input_version: item.version,
        edited: false,
        published_at: Some(episode.published_at),
        revision: 1,
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
