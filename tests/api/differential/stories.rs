//! Episodes beside an episode: those next to it in its series, and those that tell the same story.

use precis::content::NodeKind;

use super::{
    coerce::Values,
    objects::{Refused, Value},
    pages::rows,
    world::World,
};

/// The episode before an episode in its series, or behind it: by number among those that have one, by date
/// among the others.
pub(super) fn neighbour(world: &World, episode: i64, is_behind: bool) -> Value {
    let it = world.episode(episode);
    let place = |it: &entity::episode::Model| {
        let number = it.number.map(|number| (it.season.unwrap_or(0), number));
        (number, it.published_at, it.id)
    };
    let same = |other: &&entity::episode::Model| {
        it.series_id.is_some() && other.series_id == it.series_id && other.number.is_some() == it.number.is_some()
    };
    let others = world.episodes.iter().filter(same);
    let found = if is_behind {
        others.filter(|other| place(other) > place(it)).min_by_key(|other| place(other))
    } else {
        others.filter(|other| place(other) < place(it)).max_by_key(|other| place(other))
    };
    Value::maybe(NodeKind::Episode, found.map(|it| it.id))
}

/// A page of the other episodes that tell the same story, the earliest first.
pub(super) fn duplicates(world: &World, episode: i64, arguments: &Values) -> Result<Value, Refused> {
    let story = world.episode(episode).cluster_id.expect("somebody looked for its story");
    let others = world.episodes.iter().filter(|it| it.cluster_id == Some(story) && it.id != episode);
    rows(world, NodeKind::Episode, "PUBLISHED_AT", others.map(|it| it.id), arguments)
}
