//! Which rows a field means: look-ups, and lists under a filter and in an order.

use precis::{
    content::{NodeId, NodeKind},
    text::web::canonical_url,
};
use serde_json::{Value as Json, json};

use super::{
    coerce::Values,
    objects::{Refused, Value},
    pages::{DOWNWARDS, rows},
    world::World,
};
use crate::filters::naive::holds;

/// What has this id.
pub(super) fn node(world: &World, id: &Json) -> Value {
    world.find(id.as_str().expect("a text")).map_or(Value::Null, |(kind, number)| Value::row(kind, number))
}

/// Whether a row with that id and slug is the one that is looked for.
pub(super) fn is_by(by: &Json, kind: NodeKind, number: i64, slug: &str) -> bool {
    by["id"] == json!(NodeId::new(kind, number).to_string()) || by["slug"] == json!(slug)
}

/// The published summary that is looked for.
pub(super) fn summary_by(world: &World, by: &Json) -> Option<i64> {
    if by["episode"].is_object() {
        let episode = episode_by(world, &by["episode"])?;
        return Some(world.summaries_of(episode).first()?.id);
    }
    let published = world.published();
    Some(published.iter().find(|it| is_by(by, NodeKind::Summary, it.id, &it.slug))?.id)
}

/// The earliest of the episodes that are looked for.
pub(super) fn episode_by(world: &World, by: &Json) -> Option<i64> {
    let (url, place) = (&by["url"], &by["seriesNumber"]);
    let at_url = url["url"].as_str().map(canonical_url);
    let mut episodes: Vec<_> = world.episodes.iter().collect();
    episodes.sort_by_key(|it| (it.published_at, it.id));
    let found = episodes.into_iter().find(|it| {
        if at_url.is_some() {
            let of_source = url["source"].is_null() || url["source"] == json!(world.source(it.source_id).slug);
            it.canonical_url == at_url && of_source
        } else if place.is_object() {
            let slug = it.series_id.map(|id| &world.one_series(id).slug);
            let of_season = place["season"].is_null() || place["season"] == json!(it.season);
            slug.is_some_and(|slug| place["series"] == json!(slug)) && place["number"] == json!(it.number) && of_season
        } else {
            by["id"] == json!(NodeId::new(NodeKind::Episode, it.id).to_string())
        }
    });
    Some(found?.id)
}

/// A page of those episodes that are meant, and that the filter lets through: the newest first, unless
/// another order was asked for.
pub(super) fn episodes(world: &World, is_meant: impl Fn(i64) -> bool, arguments: &Values) -> Result<Value, Refused> {
    let filter = arguments.get("filter").filter(|it| !it.is_null());
    let passes = |id| filter.is_none_or(|filter| holds(&world.row_of_episode(world.episode(id)), filter));
    let found = world.episodes.iter().map(|it| it.id).filter(|id| is_meant(*id) && passes(*id));
    let order = |part: &str| arguments.get("orderBy").and_then(|it| it[part].as_str());
    let (field, direction) = (order("field").unwrap_or("PUBLISHED_AT"), order("direction").unwrap_or("DESC"));
    let order = format!("{field}{}", if direction == "DESC" { DOWNWARDS } else { "" });
    rows(world, NodeKind::Episode, &order, found, arguments)
}

/// A page by slug.
pub(super) fn by_slug(
    world: &World,
    kind: NodeKind,
    ids: impl Iterator<Item = i64>,
    arguments: &Values,
) -> Result<Value, Refused> {
    rows(world, kind, "SLUG", ids, arguments)
}
