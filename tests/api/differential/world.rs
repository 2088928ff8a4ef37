//! The data as the interpreter sees it: the rows of all tables, read with the entities and nothing else,
//! and the plain questions that can be asked of them.

use std::{
    cell::RefCell,
    collections::{BTreeMap, HashMap},
};

use chrono::{DateTime, SecondsFormat};
use entity::{
    category, episode, kinds::SummaryStatus, series, source, source_fetch, summary, summary_body, summary_tag, tag,
    tag_alias,
};
use precis::{
    content::{NodeId, NodeKind},
    text::{markdown, search::Document},
};
use sea_orm::{DatabaseConnection, EntityTrait as _, QueryOrder as _};
use serde_json::{Value as Json, json};

use super::{
    answer::Cursors,
    search::{Searches, search, text_of},
};
use crate::filters::naive::{Row, holds_with};

/// All there is, in the order of ids.
#[derive(Default)]
pub(super) struct World {
    pub(super) sources: Vec<source::Model>,
    pub(super) fetches: Vec<source_fetch::Model>,
    pub(super) series: Vec<series::Model>,
    pub(super) categories: Vec<category::Model>,
    pub(super) tags: Vec<tag::Model>,
    pub(super) aliases: Vec<tag_alias::Model>,
    pub(super) episodes: Vec<episode::Model>,
    /// Those that nobody may see too.
    pub(super) summaries: Vec<summary::Model>,
    pub(super) links: Vec<summary_tag::Model>,
    /// Long texts, by summary.
    pub(super) bodies: HashMap<i64, String>,
    /// The words of summaries.
    pub(super) documents: BTreeMap<i64, Document>,
    /// Summaries under the names that filters use.
    rows: HashMap<i64, Row>,
    /// Those that were made.
    pub(super) searches: RefCell<Searches>,
    /// Those that answers have told.
    pub(super) cursors: RefCell<Cursors>,
}

impl World {
    /// What lies in the tables.
    pub(super) async fn read(connection: &DatabaseConnection) -> Self {
        /// The rows of a table.
        macro_rules! all {
            ($table:ident by $($column:ident),+) => {
                $table::Entity::find()$(.order_by_asc($table::Column::$column))+.all(connection).await.expect("rows")
            };
        }
        let bodies = all!(summary_body by SummaryId);
        let mut world = Self {
            sources: all!(source by Id),
            fetches: all!(source_fetch by SourceId),
            series: all!(series by Id),
            categories: all!(category by Id),
            tags: all!(tag by Id),
            aliases: all!(tag_alias by Alias),
            episodes: all!(episode by Id),
            summaries: all!(summary by Id),
            links: all!(summary_tag by SummaryId, TagId),
            bodies: bodies.into_iter().map(|it| (it.summary_id, it.markdown)).collect(),
            ..Self::default()
        };
        world.documents = world.summaries.iter().map(|it| (it.id, world.document(it))).collect();
        world.rows = world.summaries.iter().map(|it| (it.id, world.row_of_summary(it))).collect();
        world
    }

    /// The words of a summary.
    fn document(&self, it: &summary::Model) -> Document {
        let key_points: Vec<String> = serde_json::from_str(&it.key_points).expect("a list");
        let body = self.bodies.get(&it.id).map(|markdown| markdown::to_plain(markdown));
        Document::new(&it.title, &it.tldr, &key_points, body.as_deref(), &it.language)
    }

    /// Whether a filter, whose texts are not too long, lets a summary through. Null lets everything through.
    pub(super) fn summary_passes(&self, id: i64, filter: &Json) -> bool {
        let finds = |level: &Json| {
            let found = text_of(level).map(|text| search(self, &text).expect("a text that is short enough"));
            found.is_none_or(|it| it.ids.contains(&id))
        };
        filter.is_null() || holds_with(&self.rows[&id], filter, &finds)
    }

    /// The source with that number.
    pub(super) fn source(&self, id: i64) -> &source::Model {
        self.sources.iter().find(|it| it.id == id).expect("a source that rows lead to")
    }

    /// The series with that number.
    pub(super) fn one_series(&self, id: i64) -> &series::Model {
        self.series.iter().find(|it| it.id == id).expect("a series that rows lead to")
    }

    /// The category with that number.
    pub(super) fn category(&self, id: i64) -> &category::Model {
        self.categories.iter().find(|it| it.id == id).expect("a category that rows lead to")
    }

    /// The tag with that number.
    pub(super) fn tag(&self, id: i64) -> &tag::Model {
        self.tags.iter().find(|it| it.id == id).expect("a tag that rows lead to")
    }

    /// The episode with that number.
    pub(super) fn episode(&self, id: i64) -> &episode::Model {
        self.episodes.iter().find(|it| it.id == id).expect("an episode that rows lead to")
    }

    /// The summary with that number.
    pub(super) fn summary(&self, id: i64) -> &summary::Model {
        self.summaries.iter().find(|it| it.id == id).expect("a summary that rows lead to")
    }

    /// The summaries that everybody may see.
    pub(super) fn published(&self) -> Vec<&summary::Model> {
        self.summaries.iter().filter(|it| it.status == SummaryStatus::Published).collect()
    }

    /// The published summaries of an episode, the original language first.
    pub(super) fn summaries_of(&self, episode: i64) -> Vec<&summary::Model> {
        let mut found: Vec<_> = self.published().into_iter().filter(|it| it.episode_id == episode).collect();
        found.sort_by_key(|it| (!it.is_original, it.id));
        found
    }

    /// The tags of a summary, by slug.
    pub(super) fn tags_of(&self, summary: i64) -> Vec<&tag::Model> {
        let links = self.links.iter().filter(|it| it.summary_id == summary);
        let mut tags: Vec<_> = links.map(|it| self.tag(it.tag_id)).collect();
        tags.sort_by_key(|it| &it.slug);
        tags
    }

    /// Other slugs of a tag, sorted.
    pub(super) fn aliases_of(&self, tag: i64) -> Vec<&str> {
        let mut aliases: Vec<_> =
            self.aliases.iter().filter(|it| it.tag_id == tag).map(|it| it.alias.as_str()).collect();
        aliases.sort_unstable();
        aliases
    }

    /// The slugs by which filters name things of this kind; none where they don't.
    pub(super) fn slugs(&self, kind: &str) -> Option<Vec<String>> {
        Some(match kind {
            "tags" => {
                let slugs = self.tags.iter().map(|it| &it.slug);
                slugs.chain(self.aliases.iter().map(|it| &it.alias)).cloned().collect()
            }
            "categories" => self.categories.iter().map(|it| it.slug.clone()).collect(),
            "sources" => self.sources.iter().map(|it| it.slug.clone()).collect(),
            "series" => self.series.iter().map(|it| it.slug.clone()).collect(),
            _ => return None,
        })
    }

    /// What filters name like that among things of this kind: its number, and its own slug.
    pub(super) fn named(&self, kind: &str, slug: &str) -> Option<(i64, String)> {
        let aliased = || self.aliases.iter().find(|it| it.alias == slug).map(|it| self.tag(it.tag_id));
        match kind {
            "tags" => {
                let tag = self.tags.iter().find(|it| it.slug == slug).or_else(aliased);
                tag.map(|it| (it.id, it.slug.clone()))
            }
            "categories" => self.categories.iter().find(|it| it.slug == slug).map(|it| (it.id, it.slug.clone())),
            "sources" => self.sources.iter().find(|it| it.slug == slug).map(|it| (it.id, it.slug.clone())),
            other => panic!("nothing counts {other}"),
        }
    }

    /// The kind and number of what has this id, if anybody may see it.
    pub(super) fn find(&self, id: &str) -> Option<(NodeKind, i64)> {
        let published = self.published();
        let all = self.sources.iter().map(|it| (NodeKind::Source, it.id));
        let all = all.chain(self.series.iter().map(|it| (NodeKind::Series, it.id)));
        let all = all.chain(self.categories.iter().map(|it| (NodeKind::Category, it.id)));
        let all = all.chain(self.tags.iter().map(|it| (NodeKind::Tag, it.id)));
        let all = all.chain(self.episodes.iter().map(|it| (NodeKind::Episode, it.id)));
        let mut all = all.chain(published.iter().map(|it| (NodeKind::Summary, it.id)));
        all.find(|(kind, number)| NodeId::new(*kind, *number).to_string() == id)
    }

    /// A summary under the names that filters use. A tag goes by its aliases too.
    fn row_of_summary(&self, it: &summary::Model) -> Row {
        let tags = self.tags_of(it.id);
        let source = self.source(it.source_id);
        row([
            (
                "tags",
                json!(
                    tags.iter()
                        .flat_map(|it| [vec![it.slug.as_str()], self.aliases_of(it.id)].concat())
                        .collect::<Vec<_>>()
                ),
            ),
            ("categories", json!(it.category_id.map(|id| &self.category(id).slug).into_iter().collect::<Vec<_>>())),
            ("sources", json!([source.slug])),
            ("series", self.series_slugs(self.episode(it.episode_id).series_id)),
            ("languages", json!(it.language)),
            ("sourceKinds", json!(source.kind.as_str())),
            ("origins", json!(it.origin.as_str())),
            ("publishedAt", json!(it.published_at.map(instant))),
            ("updatedAt", json!(instant(it.updated_at))),
            ("primaryOnly", json!(it.is_primary)),
        ])
    }

    /// An episode under the names that filters use.
    pub(super) fn row_of_episode(&self, it: &episode::Model) -> Row {
        row([
            ("sources", json!([self.source(it.source_id).slug])),
            ("series", self.series_slugs(it.series_id)),
            ("hashtags", serde_json::from_str(&it.hashtags).expect("a list")),
            ("kinds", json!(it.kind.as_str())),
            ("languages", json!(it.language)),
            ("number", json!(it.number)),
            ("publishedAt", json!(instant(it.published_at))),
            ("hasSummary", json!(!self.summaries_of(it.id).is_empty())),
        ])
    }

    /// The series that something is in, as a list of slugs.
    fn series_slugs(&self, series: Option<i64>) -> Json {
        json!(series.map(|id| &self.one_series(id).slug).into_iter().collect::<Vec<_>>())
    }
}

/// A row of these values.
fn row<const MANY: usize>(values: [(&str, Json); MANY]) -> Row {
    values.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
}

/// Seconds since 1970, as answers write them.
pub(super) fn instant(seconds: i64) -> String {
    let at = DateTime::from_timestamp(seconds, 0).expect("an instant of these centuries");
    at.to_rfc3339_opts(SecondsFormat::Secs, true)
}
