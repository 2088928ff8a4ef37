//! Tags, as they are read.

use std::{collections::BTreeMap, sync::Arc};

use super::{
    Error, Page, PageArgs, PageProjection, Reading, Tag,
    filter::Condition,
    named::{NamedTable, by_id, by_ids, in_order},
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
        let (ids, page) = self.list_named(&TAGS, condition, args, wanted).await?.split();
        let rows = self.named(&TAGS, ids.clone()).await?;
        Ok(page.with_rows(in_order(&ids, &rows)))
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
        let ids = self.find_named(&TAGS, &condition).await?;
        Ok(self.named(&TAGS, ids).await?.into_values().next())
    }

    /// The tags with these numbers.
    pub async fn load_tags(&self, ids: Vec<i64>) -> Result<BTreeMap<i64, Arc<Tag>>, Error> {
        let ids = self.find_named(&TAGS, &by_ids(ids)).await?;
        self.named(&TAGS, ids).await
    }
}
