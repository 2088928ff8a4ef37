//! Sources: which one an input means, and what it adds to what is known of it.

use std::collections::HashMap;

use entity::{
    kinds::{NodeKind, SourceKind},
    source::{ActiveModel, Column, Entity, Model},
};
use sea_orm::{
    ActiveModelTrait, ActiveValue::NotSet, ColumnTrait, Condition, EntityTrait, IntoActiveModel, QueryFilter,
    QueryOrder,
};

use super::{log::Log, places};
use crate::{
    clock::Timestamp,
    content::{Error, SourceDraft},
    db::Transaction,
    text::Slug,
};

/// The number of each draft's source, made where there is none.
pub(super) async fn ids(
    tx: &Transaction,
    drafts: &[&SourceDraft],
    now: Timestamp,
    log: &mut Log,
) -> Result<Vec<i64>, Error> {
    let mut known: HashMap<&SourceDraft, i64> = HashMap::new();
    let distinct = places(drafts.iter().copied());
    let mut distinct: Vec<_> = distinct.into_iter().collect();
    distinct.sort_unstable_by_key(|(_, place)| *place);
    for (draft, _) in distinct {
        let id = match find(tx, draft).await? {
            Some(there) => complete(tx, there, draft, now, log).await?,
            None => create(tx, draft, now, log).await?,
        };
        known.insert(draft, id);
    }
    Ok(drafts.iter().filter_map(|draft| known.get(draft).copied()).collect())
}

/// By slug, where the input gives one; else by its feed; else by its name and homepage together. What
/// an input leaves out decides nothing: without a homepage the name is enough, unless a slug was given,
/// which is no other's; and a source whose feed or homepage isn't known yet may turn out to have them.
async fn find(tx: &Transaction, draft: &SourceDraft) -> Result<Option<Model>, Error> {
    let first = async |condition: Condition| {
        Entity::find().filter(condition).order_by_asc(Column::Id).one(tx.connection()).await
    };
    if let Some(slug) = &draft.slug
        && let Some(there) = first(Condition::all().add(Column::Slug.eq(slug.as_str()))).await?
    {
        return Ok(Some(there));
    }
    let mut namesake = Condition::all().add(Column::Name.eq(draft.name.as_str()));
    if let Some(feed_url) = &draft.feed_url {
        if let Some(there) = first(Condition::all().add(Column::FeedUrl.eq(feed_url.as_str()))).await? {
            return Ok(Some(there));
        }
        namesake = namesake.add(Column::FeedUrl.is_null());
    }
    match (&draft.homepage, &draft.slug) {
        (Some(homepage), _) => {
            let same = namesake.clone().add(Column::Homepage.eq(homepage.as_str()));
            match first(same).await? {
                None if draft.slug.is_none() => Ok(first(namesake.add(Column::Homepage.is_null())).await?),
                found => Ok(found),
            }
        }
        (None, None) if draft.feed_url.is_some() => Ok(first(namesake.add(Column::Homepage.is_null())).await?),
        (None, None) => Ok(first(namesake).await?),
        (None, Some(_)) => Ok(None),
    }
}

/// Fills in what wasn't known. What is known stays: two inputs that call one source by two names
/// must not take turns.
async fn complete(
    tx: &Transaction,
    there: Model,
    draft: &SourceDraft,
    now: Timestamp,
    log: &mut Log,
) -> Result<i64, Error> {
    let or = |known: &Option<String>, new: Option<String>| known.clone().or(new);
    let mut completed = Model {
        feed_url: or(&there.feed_url, draft.feed_url.clone()),
        homepage: or(&there.homepage, draft.homepage.clone()),
        icon_url: or(&there.icon_url, draft.icon_url.clone()),
        description: or(&there.description, draft.description.clone()),
        language: or(&there.language, draft.language.as_ref().map(ToString::to_string)),
        kind: if there.kind == SourceKind::Blog { draft.kind.unwrap_or_default() } else { there.kind },
        ..there.clone()
    };
    // A slug that somebody chose is worth more than one that was made of the name.
    if let Some(slug) = &draft.slug
        && there.slug != slug.as_str()
        && there.slug == Slug::of_title(&there.name).as_str()
    {
        completed.slug = slug.to_string();
    }
    if completed.feed_url != there.feed_url && is_taken(tx, Column::FeedUrl, completed.feed_url.as_deref()).await? {
        completed.feed_url = None;
    }
    let id = there.id;
    if completed != there {
        completed.updated_at = now.0;
        completed.into_active_model().reset_all().update(tx.connection()).await?;
        log.updated(NodeKind::Source, id);
    }
    Ok(id)
}

async fn create(tx: &Transaction, draft: &SourceDraft, now: Timestamp, log: &mut Log) -> Result<i64, Error> {
    let slug = match &draft.slug {
        Some(slug) => slug.clone(),
        None => free_slug(tx, &draft.name).await?,
    };
    let mut feed_url = draft.feed_url.clone();
    if is_taken(tx, Column::FeedUrl, feed_url.as_deref()).await? {
        feed_url = None;
    }
    let row = Model {
        id: 0,
        slug: slug.to_string(),
        name: draft.name.clone(),
        kind: draft.kind.unwrap_or_default(),
        feed_url,
        homepage: draft.homepage.clone(),
        icon_url: draft.icon_url.clone(),
        description: draft.description.clone(),
        language: draft.language.as_ref().map(ToString::to_string),
        created_at: now.0,
        updated_at: now.0,
    };
    let row = ActiveModel { id: NotSet, ..row.into_active_model().reset_all() };
    let id = row.insert(tx.connection()).await?.id;
    log.created(NodeKind::Source, id);
    Ok(id)
}

async fn free_slug(tx: &Transaction, name: &str) -> Result<Slug, Error> {
    let plain = Slug::of_title(name);
    let mut slug = plain.clone();
    for number in 2.. {
        if !is_taken(tx, Column::Slug, Some(slug.as_str())).await? {
            break;
        }
        slug = plain.numbered(number);
    }
    Ok(slug)
}

async fn is_taken(tx: &Transaction, column: Column, value: Option<&str>) -> Result<bool, Error> {
    let Some(value) = value else { return Ok(false) };
    Ok(Entity::find().filter(column.eq(value)).one(tx.connection()).await?.is_some())
}
