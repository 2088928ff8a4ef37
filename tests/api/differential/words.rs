//! The words that occur in some content, by what they mean: what documents ask about.

use std::collections::BTreeSet;

use precis::content::{NodeId, NodeKind};

use super::{answer::Position, objects::type_of, world::World};

/// What content can be asked about.
#[derive(Default)]
pub(super) struct Words {
    tags: Vec<String>,
    categories: Vec<String>,
    sources: Vec<String>,
    series: Vec<String>,
    summaries: Vec<String>,
    pub(super) cursors: Vec<(String, Position)>,
    ids: Vec<String>,
    pub(super) urls: Vec<String>,
    pub(super) instants: Vec<i64>,
    hashtags: Vec<String>,
    texts: Vec<String>,
}

impl Words {
    /// The words that occur in some content, cursors that are known already among them.
    pub(super) fn of(world: &World) -> Self {
        let slugs = |kind: &str| world.slugs(kind).unwrap_or_default();
        let id = |kind, number| NodeId::new(kind, number).to_string();
        let mut ids: Vec<String> = world.summaries.iter().map(|it| id(NodeKind::Summary, it.id)).collect();
        ids.extend(world.episodes.iter().map(|it| id(NodeKind::Episode, it.id)));
        ids.extend(world.sources.iter().map(|it| id(NodeKind::Source, it.id)));
        ids.extend(world.series.iter().map(|it| id(NodeKind::Series, it.id)));
        ids.extend(world.tags.iter().map(|it| id(NodeKind::Tag, it.id)));
        ids.extend(world.categories.iter().map(|it| id(NodeKind::Category, it.id)));
        let urls = world.episodes.iter().filter_map(|it| it.url.clone());
        let times = world.episodes.iter().flat_map(|it| [it.published_at, it.updated_at]);
        Self {
            tags: slugs("tags"),
            categories: slugs("categories"),
            sources: slugs("sources"),
            series: slugs("series"),
            summaries: world.summaries.iter().map(|it| it.slug.clone()).collect(),
            cursors: world.cursors.borrow().all(),
            urls: urls.chain(world.sources.iter().filter_map(|it| it.feed_url.clone())).collect(),
            instants: times.chain(world.summaries.iter().map(|it| it.updated_at)).collect(),
            hashtags: hashtags(world),
            texts: texts(world),
            ids,
        }
    }

    /// The cursors of lists in this order.
    pub(super) fn cursors_of(&self, list: &(String, String)) -> Vec<&String> {
        let fits = |it: &Position| (&it.of, &it.order) == (&list.0, &list.1);
        self.cursors.iter().filter(|(_, it)| fits(it)).map(|(cursor, _)| cursor).collect()
    }

    /// The ids of what a field of this name gives, or of anything.
    pub(super) fn ids_of(&self, names: &[&str]) -> Vec<&String> {
        let all = || self.ids.iter();
        let kinds = NodeKind::ALL.iter().map(|kind| type_of(*kind));
        match kinds.map(str::to_lowercase).find(|kind| names.contains(&kind.as_str())) {
            Some(kind) => all().filter(|id| kind.starts_with(&id[..2])).collect(),
            None => all().collect(),
        }
    }

    /// The words that belong where these names lead, the innermost last.
    pub(super) fn meant_by(&self, names: &[&str]) -> Vec<&String> {
        let of = |name: &&str| match *name {
            "tags" | "tag" | "prefix" => Some(&self.tags),
            "categories" | "category" => Some(&self.categories),
            "sources" | "source" => Some(&self.sources),
            "series" | "allSeries" => Some(&self.series),
            "hashtags" => Some(&self.hashtags),
            "summary" => Some(&self.summaries),
            _ => None,
        };
        match names.iter().rev().find_map(of) {
            Some(words) => words.iter().collect(),
            None => [&self.tags, &self.categories, &self.sources, &self.series].into_iter().flatten().collect(),
        }
    }

    /// Texts of summaries.
    pub(super) fn texts(&self) -> &[String] {
        &self.texts
    }
}

/// The hashtags of episodes, as written and as others would write them.
fn hashtags(world: &World) -> Vec<String> {
    let written = world.episodes.iter().flat_map(|it| serde_json::from_str::<Vec<String>>(&it.hashtags));
    let written: BTreeSet<String> = written.flatten().collect();
    let others = written.iter().flat_map(|it| [it.to_lowercase(), it.replace('_', "-"), format!("#{it}")]);
    others.chain(written.iter().cloned()).collect()
}

/// What searches look into.
fn texts(world: &World) -> Vec<String> {
    let points = world.summaries.iter().flat_map(|it| serde_json::from_str::<Vec<String>>(&it.key_points));
    let texts = world.summaries.iter().flat_map(|it| [it.title.clone(), it.tldr.clone()]);
    let texts: BTreeSet<String> = texts.chain(points.flatten()).chain(world.bodies.values().cloned()).collect();
    texts.into_iter().collect()
}
