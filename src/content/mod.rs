//! The domain: what can be read and what can be written, on either database.
//!
//! Reading: a [`Reading`] is one consistent look. Its `list_*` and `find_*` take a projection (which
//! columns, which relations, whether anyone wants a total) and give rows that hold just that.
//! Writing: [`Content::store`] takes drafts, in one transaction. Nothing here knows of GraphQL, HTTP
//! or feeds.

mod catalogue;
pub mod category;
mod columns;
mod counters;
mod cursor;
pub mod days;
pub mod digest;
pub mod draft;
pub mod episode;
mod episode_filter;
mod error;
pub mod export;
pub mod facets;
pub mod fetching;
mod filter;
mod id;
mod list;
mod named;
mod nested;
mod numbered;
pub mod page;
mod reading;
mod related;
mod scan;
mod selected;
pub mod series;
mod slice;
pub mod source;
pub mod store;
pub mod summarising;
pub mod summary;
mod summary_filter;
pub mod tag;
mod unknown;
mod zone;

use std::sync::Arc;

pub use catalogue::{Category, Series, Source, Tag};
pub use columns::Columns;
pub use draft::{Enclosure, EpisodeDraft, SourceDraft, SummaryDraft};
pub use entity::kinds::{EpisodeKind, NodeKind, SourceHealth, SourceKind, SummaryOrigin, SummaryStatus};
pub use episode_filter::EpisodeFilter;
pub use error::Error;
pub use filter::{IntRange, SlugFilter, TimeRange};
pub use id::NodeId;
pub use nested::{Lists, Nested};
pub use numbered::Numbered;
pub use page::{Direction, Edge, Ends, Page, PageArgs, PageProjection};
pub use reading::Reading;
pub use summary_filter::SummaryFilter;
pub use unknown::UnknownName;

pub use crate::db::Ended;

use crate::{
    clock::{Clock, Timestamp},
    config::CategoryRule,
    db::Db,
    jobs::Lease,
};
use catalogue::Catalogue;

/// What is kept, and the way to it. A clone is the same content.
#[derive(Clone)]
pub struct Content {
    db: Db,
    clock: Arc<dyn Clock>,
    catalogue: Arc<Catalogue>,
    /// What everything is written under, where somebody else may write it as well.
    lease: Option<Arc<Lease>>,
    /// By which summaries are filed whose inputs name no category.
    rules: Arc<[CategoryRule]>,
}

impl Content {
    /// The content of a database whose schema is up to date.
    pub fn new(db: Db, clock: Arc<dyn Clock>) -> Self {
        Self { db, clock, catalogue: Arc::default(), lease: None, rules: Arc::default() }
    }

    /// The same content, whose summaries are filed by these rules, where their inputs name no category.
    #[must_use]
    pub fn filed_by(self, rules: &[CategoryRule]) -> Self {
        Self { rules: rules.into(), ..self }
    }

    /// One consistent look, at what is there when the first thing is read.
    pub fn reading(&self) -> Reading {
        Reading::new(self, self.db.reader())
    }

    /// The same for what is expected to take one statement: see [`Ended::NotAlone`].
    pub fn reading_of_one(&self) -> Reading {
        Reading::new(self, self.db.reader_of_one())
    }

    /// The time by the content's clock.
    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// When anything was last changed or removed, of all that is kept; never, where nothing is. One statement.
    pub async fn changed_at(&self) -> Result<Option<Timestamp>, Error> {
        let reader = self.db.reader_of_one();
        let mut sql = reader.sql();
        sql.push("SELECT at FROM change ORDER BY seq DESC LIMIT 1");
        let newest = reader.row(sql).await?;
        reader.finish().await?;
        Ok(newest.map(|row| row.try_get_by_index(0)).transpose()?.map(Timestamp))
    }

    /// Whether the database answers, with our tables in it. Asked on a connection apart: that others are busy
    /// is no reason to say no.
    pub async fn probe(&self) -> Result<(), Error> {
        self.db.check_file()?;
        let reader = self.db.reader_for_probe();
        let mut sql = reader.sql();
        sql.push("SELECT seq FROM change_head");
        reader.row(sql).await?;
        reader.finish().await?;
        Ok(())
    }

    /// Follows what other processes do to the names in memory. Ends when it is dropped.
    pub async fn follow_names(&self) {
        catalogue::follow(&self.catalogue, &self.db).await;
    }
}
