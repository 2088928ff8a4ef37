//! Tags, as they are read.

use std::sync::Arc;

use super::{
    Error, Page, PageArgs, PageProjection, Reading, Tag,
    filter::Condition,
    named::{NamedTable, by_id},
};

/// Which tag.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TagBy {
    /// Its number.
    Id(i64),
    /// Its name in addresses, or another name that leads to it.
    Slug(String),
}

const TAGS: NamedTable<Tag> = NamedTable { from: "tag n", letter: b't', of: |names| &names.tags };

impl Reading {
    /// A page of the tags whose slug begins like that, or of all, by slug.
    pub async fn list_tags(
        &self,
        prefix: Option<&str>,
        args: &PageArgs,
        wanted: &PageProjection<()>,
    ) -> Result<Page<Arc<Tag>>, Error> {
        let condition = prefix.map_or(Condition::Always, |prefix| Condition::prefix("n.slug", prefix));
        self.list_named(&TAGS, condition, args, wanted).await
    }

    /// One tag.
    pub async fn find_tag(&self, by: &TagBy) -> Result<Option<Arc<Tag>>, Error> {
        let condition = match by {
            TagBy::Id(id) => by_id(*id),
            TagBy::Slug(slug) => {
                let names = self.names_of_input(|names| names.tags.find(slug).is_some()).await?;
                let Some(id) = names.tags.find(slug) else { return Ok(None) };
                by_id(id)
            }
        };
        self.find_named(&TAGS, &condition).await
    }
    /// The tags with these numbers, in no order.
    pub async fn load_tags(&self, ids: Vec<i64>) -> Result<Vec<(i64, Arc<Tag>)>, Error> {
        self.load_named(&TAGS, ids).await
    }
}
