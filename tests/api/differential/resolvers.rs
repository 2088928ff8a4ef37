//! What each field is, in the plainest words there are for it. To teach the interpreter a new field, add
//! its line under its type; a new type of plain values is an [`Object::Record`].

use std::collections::BTreeSet;

use precis::{
    content::{Enclosure, NodeId, NodeKind},
    text::cut::cut,
};
use serde_json::{Value as Json, json};

use super::{
    coerce::Values,
    find::{by_slug, episode_by, episodes, is_by, node, summary_by},
    objects::{Object, Refused, Value, leaf},
    shelf::Shelf,
    stories::{duplicates, neighbour},
    world::{World, instant},
};
use crate::filters::naive::names_hold;

/// An instant.
fn at(seconds: i64) -> Value {
    leaf(instant(seconds))
}

/// The opaque id of a row.
fn id(kind: NodeKind, number: i64) -> Value {
    leaf(NodeId::new(kind, number).to_string())
}

/// What a field of an object is, given these arguments.
pub(super) fn resolve(
    world: &World,
    object: &Object,
    (ty, field): (&str, &str),
    arguments: &Values,
) -> Result<Value, Refused> {
    match object {
        Object::Root => query(world, field, arguments),
        Object::Row(NodeKind::Source, id) => source(world, *id, field, arguments),
        Object::Row(NodeKind::Series, id) => series(world, *id, field, arguments),
        Object::Row(NodeKind::Category, id) => category(world, *id, field, arguments),
        Object::Row(NodeKind::Tag, id) => tag(world, *id, field, arguments),
        Object::Row(NodeKind::Episode, id) => episode(world, *id, field, arguments),
        Object::Row(NodeKind::Summary, id) => summary(world, *id, field, arguments),
        Object::Record(_, fields) => {
            let value = fields.iter().find(|(name, _)| *name == field).map(|(_, value)| value);
            value.unwrap_or_else(|| unknown(ty, field)).made(world, arguments)
        }
    }
}

/// A field that the interpreter has to be taught.
fn unknown(ty: &str, field: &str) -> ! {
    panic!("teach the interpreter `{ty}.{field}` (tests/api/differential/resolvers.rs)")
}

/// `Query`.
fn query(world: &World, field: &str, arguments: &Values) -> Result<Value, Refused> {
    let by = &arguments.get("by").cloned().unwrap_or_default();
    Ok(match field {
        "node" => node(world, &arguments["id"]),
        "nodes" => {
            let ids = arguments["ids"].as_array().expect("a list");
            if ids.len() > 100 {
                return Err(Refused);
            }
            Value::List(ids.iter().map(|id| node(world, id)).collect())
        }
        "summary" => Value::maybe(NodeKind::Summary, summary_by(world, by)),
        "summaries" => Shelf::of(world, |_| true, arguments)?.page(world, arguments)?,
        "summaryDays" => Shelf::of(world, |_| true, arguments)?.days(world, arguments)?,
        "episode" => Value::maybe(NodeKind::Episode, episode_by(world, by)),
        "episodes" => episodes(world, |_| true, arguments)?,
        "source" => {
            let is = |id, slug: &str, feed: Option<&str>| {
                is_by(by, NodeKind::Source, id, slug) || by["feedUrl"].is_string() && by["feedUrl"].as_str() == feed
            };
            let found = world.sources.iter().find(|it| is(it.id, &it.slug, it.feed_url.as_deref()));
            Value::maybe(NodeKind::Source, found.map(|it| it.id))
        }
        "sources" => {
            let kinds = arguments.get("kinds").and_then(Json::as_array);
            let of_kinds = |kind: &str| kinds.is_none_or(|kinds| kinds.contains(&json!(kind)));
            let found = world.sources.iter().filter(|it| of_kinds(it.kind.as_str()));
            by_slug(world, NodeKind::Source, found.map(|it| it.id), arguments)?
        }
        "series" => {
            let found = world.series.iter().find(|it| is_by(by, NodeKind::Series, it.id, &it.slug));
            Value::maybe(NodeKind::Series, found.map(|it| it.id))
        }
        "allSeries" => {
            let sources = arguments.get("sources").filter(|it| !it.is_null());
            let runs = |source: &str| sources.is_none_or(|filter| names_hold(&[source], filter));
            let found = world.series.iter().filter(|it| runs(&world.source(it.source_id).slug));
            by_slug(world, NodeKind::Series, found.map(|it| it.id), arguments)?
        }
        "tag" => {
            let goes_by = |slug: &str, id| world.aliases_of(id).contains(&slug);
            let is = |id, slug: &str| {
                is_by(by, NodeKind::Tag, id, slug) || by["slug"].as_str().is_some_and(|slug| goes_by(slug, id))
            };
            Value::maybe(NodeKind::Tag, world.tags.iter().find(|it| is(it.id, &it.slug)).map(|it| it.id))
        }
        "tags" => {
            let prefix = arguments.get("prefix").and_then(Json::as_str).unwrap_or_default().to_lowercase();
            let found = world.tags.iter().filter(|it| it.slug.starts_with(&prefix));
            by_slug(world, NodeKind::Tag, found.map(|it| it.id), arguments)?
        }
        "category" => {
            let found = world.categories.iter().find(|it| is_by(by, NodeKind::Category, it.id, &it.slug));
            Value::maybe(NodeKind::Category, found.map(|it| it.id))
        }
        "categories" => by_slug(world, NodeKind::Category, world.categories.iter().map(|it| it.id), arguments)?,
        "viewer" => Value::record("Viewer", [("name", Value::Null), ("scopes", Value::List(Vec::new()))]),
        _ => unknown("Query", field),
    })
}

/// `Source`.
fn source(world: &World, number: i64, field: &str, arguments: &Values) -> Result<Value, Refused> {
    let it = world.source(number);
    let is_own = |summary| world.episode(world.summary(summary).episode_id).source_id == it.id;
    Ok(match field {
        "id" => id(NodeKind::Source, it.id),
        "slug" => leaf(it.slug.clone()),
        "name" => leaf(it.name.clone()),
        "kind" => leaf(it.kind.as_str()),
        "homepage" => leaf(it.homepage.clone()),
        "feedUrl" => leaf(it.feed_url.clone()),
        "iconUrl" => leaf(it.icon_url.clone()),
        "description" => leaf(it.description.clone()),
        "language" => leaf(it.language.clone()),
        "createdAt" => at(it.created_at),
        "updatedAt" => at(it.updated_at),
        "series" => {
            let own = world.series.iter().filter(|series| series.source_id == it.id);
            by_slug(world, NodeKind::Series, own.map(|series| series.id), arguments)?
        }
        "episodes" => episodes(world, |episode| world.episode(episode).source_id == it.id, arguments)?,
        "summaries" => Shelf::of(world, is_own, arguments)?.page(world, arguments)?,
        "summaryCount" => count(world, is_own, arguments)?,
        "fetchState" => match world.fetches.iter().find(|state| state.source_id == it.id) {
            None => Value::Null,
            Some(state) => Value::record(
                "SourceFetchState",
                [
                    ("health", leaf(state.health.as_str())),
                    ("lastFetchedAt", state.last_fetched_at.map_or(Value::Null, at)),
                    ("nextFetchAt", state.next_fetch_at.map_or(Value::Null, at)),
                    ("consecutiveErrors", leaf(state.consecutive_errors)),
                    ("lastStatus", leaf(state.last_status)),
                    ("lastError", leaf(state.last_error.clone())),
                ],
            ),
        },
        _ => unknown("Source", field),
    })
}

/// `Series`.
fn series(world: &World, number: i64, field: &str, arguments: &Values) -> Result<Value, Refused> {
    let it = world.one_series(number);
    let own: Vec<_> = world.episodes.iter().filter(|episode| episode.series_id == Some(it.id)).collect();
    let numbers: BTreeSet<i32> = own.iter().filter_map(|episode| episode.number).collect();
    Ok(match field {
        "id" => id(NodeKind::Series, it.id),
        "slug" => leaf(it.slug.clone()),
        "title" => leaf(it.title.clone()),
        "source" => Value::row(NodeKind::Source, it.source_id),
        "episodes" => episodes(world, |episode| world.episode(episode).series_id == Some(it.id), arguments)?,
        "summaryCount" => {
            let is_own = |summary| own.iter().any(|episode| episode.id == world.summary(summary).episode_id);
            count(world, is_own, arguments)?
        }
        "latestNumber" => leaf(numbers.last().copied()),
        "missingNumbers" => {
            let first = arguments["first"].as_i64().and_then(|first| usize::try_from(first).ok());
            let first = first.filter(|first| *first <= 1_000).ok_or(Refused)?;
            let all = numbers.first().zip(numbers.last()).map(|(least, greatest)| *least..*greatest);
            let missing = all.into_iter().flatten().filter(|number| !numbers.contains(number));
            Value::List(missing.take(first).map(leaf).collect())
        }
        _ => unknown("Series", field),
    })
}

/// `Category`.
fn category(world: &World, number: i64, field: &str, arguments: &Values) -> Result<Value, Refused> {
    let it = world.category(number);
    Ok(match field {
        "id" => id(NodeKind::Category, it.id),
        "slug" => leaf(it.slug.clone()),
        "name" => leaf(it.name.clone()),
        "summaryCount" => count(world, |id| world.summary(id).category_id == Some(it.id), arguments)?,
        _ => unknown("Category", field),
    })
}

/// `Tag`.
fn tag(world: &World, number: i64, field: &str, arguments: &Values) -> Result<Value, Refused> {
    let it = world.tag(number);
    Ok(match field {
        "id" => id(NodeKind::Tag, it.id),
        "slug" => leaf(it.slug.clone()),
        "name" => leaf(it.name.clone()),
        "aliases" => Value::texts(world.aliases_of(it.id)),
        "summaryCount" => count(world, |id| world.tags_of(id).iter().any(|tag| tag.id == it.id), arguments)?,
        _ => unknown("Tag", field),
    })
}

/// `Episode`.
fn episode(world: &World, number: i64, field: &str, arguments: &Values) -> Result<Value, Refused> {
    let it = world.episode(number);
    Ok(match field {
        "id" => id(NodeKind::Episode, it.id),
        "kind" => leaf(it.kind.as_str()),
        "title" => leaf(it.title.clone()),
        "url" => leaf(it.url.clone()),
        "author" => leaf(it.author.clone()),
        "language" => leaf(it.language.clone()),
        "source" => Value::row(NodeKind::Source, it.source_id),
        "series" => Value::maybe(NodeKind::Series, it.series_id),
        "previous" => neighbour(world, it.id, false),
        "next" => neighbour(world, it.id, true),
        "duplicates" => duplicates(world, it.id, arguments)?,
        "season" => leaf(it.season),
        "number" => leaf(it.number),
        "hashtags" => Value::texts(list::<String>(&it.hashtags)),
        "imageUrl" => leaf(it.image_url.clone()),
        "enclosures" => Value::List(list::<Enclosure>(&it.enclosures).into_iter().map(enclosure).collect()),
        "durationSeconds" => leaf(it.duration_seconds),
        "wordCount" => leaf(it.word_count),
        "publishedAt" => at(it.published_at),
        "publishedAtIsEstimated" => leaf(it.published_at_is_estimated),
        "createdAt" => at(it.created_at),
        "updatedAt" => at(it.updated_at),
        "summaries" => Value::rows(NodeKind::Summary, world.summaries_of(it.id).iter().map(|it| it.id)),
        "excerpt" => cut_to(&it.excerpt, arguments)?,
        _ => unknown("Episode", field),
    })
}

/// `Summary`.
fn summary(world: &World, number: i64, field: &str, arguments: &Values) -> Result<Value, Refused> {
    let it = world.summary(number);
    Ok(match field {
        "id" => id(NodeKind::Summary, it.id),
        "slug" => leaf(it.slug.clone()),
        "title" => leaf(it.title.clone()),
        "tldr" => cut_to(&it.tldr, arguments)?,
        "keyPoints" => Value::texts(list::<String>(&it.key_points)),
        "language" => leaf(it.language.clone()),
        "status" => leaf(it.status.as_str()),
        "origin" => leaf(it.origin.as_str()),
        "model" => leaf(it.model.clone()),
        "publishedAt" => it.published_at.map_or(Value::Null, at),
        "createdAt" => at(it.created_at),
        "updatedAt" => at(it.updated_at),
        "revision" => leaf(it.revision),
        "episode" => Value::row(NodeKind::Episode, it.episode_id),
        "source" => Value::row(NodeKind::Source, world.episode(it.episode_id).source_id),
        "category" => Value::maybe(NodeKind::Category, it.category_id),
        "tags" => Value::rows(NodeKind::Tag, world.tags_of(it.id).iter().map(|tag| tag.id)),
        "translations" => {
            let all = world.summaries_of(it.episode_id);
            Value::rows(NodeKind::Summary, all.iter().map(|other| other.id).filter(|other| *other != it.id))
        }
        _ => unknown("Summary", field),
    })
}

/// How many published summaries are meant, and pass the filter.
fn count(world: &World, is_meant: impl Fn(i64) -> bool, arguments: &Values) -> Result<Value, Refused> {
    Ok(leaf(Shelf::of(world, is_meant, arguments)?.found(world).len()))
}

/// `Enclosure`.
fn enclosure(it: Enclosure) -> Value {
    let size = it.size.map(|size| size.to_string());
    Value::record("Enclosure", [("url", leaf(it.url)), ("mimeType", leaf(it.mime_type)), ("size", leaf(size))])
}

/// A list that is kept as JSON.
fn list<T: serde::de::DeserializeOwned>(json: &str) -> Vec<T> {
    serde_json::from_str(json).expect("a list")
}

/// A text, or as much of it as `maxChars` says.
fn cut_to(text: &str, arguments: &Values) -> Result<Value, Refused> {
    match arguments.get("maxChars").and_then(Json::as_i64) {
        None => Ok(leaf(text)),
        Some(most) => Ok(leaf(cut(text, usize::try_from(most).ok().filter(|most| *most > 0).ok_or(Refused)?))),
    }
}
