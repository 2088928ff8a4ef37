//! Tags, as they are read.

use std::sync::Arc;

use entity::kinds::Dimension;
use futures_util::{FutureExt, future::BoxFuture};

use super::{
    Content, Error, Numbered, Page, PageArgs, PageProjection, Reading, SummaryFilter, Tag,
    counters::{self, Counted},
    filter::Condition,
    named::{FirstBelow, NamedTable, Nodes, Surroundings, by_id},
};

/// Which tag.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TagBy {
    /// Its number.
    Id(i64),
    /// Its name in addresses, or another name that leads to it.
    Slug(String),
}

/// A tag, with what was asked for around it.
#[derive(Debug, Default)]
pub struct TagNode {
    /// The tag.
    pub it: Arc<Tag>,
    /// How many published summaries have it, under each filter of the projection.
    pub counts: Vec<i64>,
}

/// What is wanted around each tag. Its own fields are in memory.
#[derive(Debug, Default)]
pub struct TagProjection {
    /// The filters under which its published summaries are to be counted.
    pub counts: Vec<SummaryFilter>,
}

impl Surroundings for TagProjection {
    type It = Tag;
    type Node = TagNode;

    const TABLE: NamedTable<Tag> = NamedTable { from: "tag n", letter: b't', of: |names| &names.tags };

    fn bare(it: Arc<Tag>) -> TagNode {
        TagNode { it, counts: Vec::new() }
    }

    fn is_bare(&self) -> bool {
        let Self { counts } = self;
        counts.is_empty()
    }

    fn fill<'a>(
        &'a self,
        reading: &'a Reading,
        nodes: &'a mut Numbered<TagNode>,
        _: FirstBelow,
    ) -> BoxFuture<'a, Result<(), Error>> {
        counters::fill(reading, Counted::Tag, &self.counts, nodes, |node| &mut node.counts).boxed()
    }
}

impl Content {
    /// All tags, by slug, each with how many published summaries have it. Read on a connection that no caller
    /// waits for.
    pub async fn tags(&self) -> Result<Vec<(Arc<Tag>, i64)>, Error> {
        let reader = self.db.reader_for_upkeep();
        let names = self.catalogue.refresh(&reader).await?;
        let counts = counters::kept(&reader, Dimension::Tag).await?;
        reader.finish().await?;
        let count = |tag: &Arc<Tag>| counts.get(&tag.it.id.to_string()).copied().unwrap_or_default();
        let mut tags: Vec<_> = names.tags.rows().map(|tag| (tag.clone(), count(tag))).collect();
        tags.sort_by(|(one, _), (other, _)| one.it.slug.cmp(&other.it.slug));
        Ok(tags)
    }
}

impl Reading {
    /// A page of the tags whose slug begins like that, or of all, by slug.
    pub async fn list_tags(
        &self,
        prefix: Option<&str>,
        args: &PageArgs,
        wanted: &PageProjection<TagProjection>,
    ) -> Result<Page<Arc<TagNode>>, Error> {
        let condition = prefix.map_or(Condition::Always, |prefix| Condition::prefix("n.slug", prefix));
        self.list_nodes(condition, args, wanted).await
    }

    /// One tag.
    pub async fn find_tag(&self, by: &TagBy, wanted: &TagProjection) -> Result<Option<Arc<TagNode>>, Error> {
        let condition = match by {
            TagBy::Id(id) => by_id(*id),
            TagBy::Slug(slug) => {
                let names = self.names_of_input(|names| names.tags.find(slug).is_some()).await?;
                let Some(id) = names.tags.find(slug) else { return Ok(None) };
                by_id(id)
            }
        };
        self.find_node(condition, wanted).await
    }

    /// The tags with these numbers.
    pub async fn load_tags(&self, ids: Vec<i64>, wanted: &TagProjection) -> Result<Nodes<TagNode>, Error> {
        self.load_nodes(ids, wanted).await
    }
}
