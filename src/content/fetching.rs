//! How fetching goes, as it is read: by those who fetch, and by those who ask how it went.
//!
//! What is read here for fetching is read on a connection apart: no caller waits for it.

use std::{collections::HashMap, sync::Arc};

use entity::source;
pub use entity::source_fetch::{Column as FetchColumn, Model as FetchState};

use super::{Columns, Content, Error, Reading, Source, columns::readable};
use crate::{clock::Timestamp, db::Sql, jobs::Lease};

readable! { source_fetch:
    SourceId source_id, Health health, Etag etag, LastModified last_modified, BodyHash body_hash,
    LastFetchedAt last_fetched_at, NextFetchAt next_fetch_at, ConsecutiveErrors consecutive_errors,
    LastStatus last_status, LastError last_error,
}

/// A source, and how fetching it goes.
#[derive(Clone, Debug)]
pub struct Feed {
    /// The source, which need not have a feed.
    pub source: Source,
    /// None, if it was never fetched.
    pub state: Option<FetchState>,
}

impl Feed {
    /// The state, or one of which nothing is known.
    pub fn state(&self) -> FetchState {
        self.state.clone().unwrap_or_else(|| FetchState { source_id: self.source.id, ..FetchState::default() })
    }

    /// Whether it is to be asked by now.
    pub fn is_due(&self, now: Timestamp) -> bool {
        let is_time = |state: &FetchState| state.next_fetch_at.is_some_and(|next| next <= now.0);
        self.source.feed_url.is_some() && self.state.as_ref().is_none_or(is_time)
    }
}

impl Content {
    /// The same content, of which nothing is written once this lease is lost.
    #[must_use]
    pub fn under(&self, lease: Arc<Lease>) -> Self {
        Self { lease: Some(lease), ..self.clone() }
    }

    /// All sources, by slug.
    pub async fn feeds(&self) -> Result<Vec<Feed>, Error> {
        self.feeds_among(None).await
    }

    /// One source.
    pub async fn find_feed(&self, id: i64) -> Result<Option<Feed>, Error> {
        Ok(self.feeds_among(Some(id)).await?.pop())
    }

    async fn feeds_among(&self, only: Option<i64>) -> Result<Vec<Feed>, Error> {
        let reader = self.db.reader_for_upkeep();
        let among = |sql: &mut Sql, column: &str| {
            if let Some(id) = only {
                sql.push(" WHERE ").push(column).push(" = ").bind(id.into());
            }
        };
        let sources = Columns::<source::Column>::rows(&reader, |sql| {
            among(sql, "x.id");
            sql.push(" ORDER BY x.slug");
        });
        let sources = sources.await?;
        let states = Columns::<FetchColumn>::rows(&reader, |sql| among(sql, "x.source_id")).await?;
        reader.finish().await?;
        let mut states: HashMap<i64, FetchState> = states.into_iter().map(|it| (it.source_id, it)).collect();
        let feed = |source: Source| Feed { state: states.remove(&source.id), source };
        Ok(sources.into_iter().map(feed).collect())
    }

    /// How new the newest input was that any episode of a source was written from; 0, if there is none.
    pub async fn newest_input(&self, source: i64) -> Result<i64, Error> {
        let reader = self.db.reader_for_upkeep();
        let mut sql = reader.sql();
        sql.push("SELECT COALESCE(MAX(input_version), 0) FROM episode WHERE source_id = ").bind(source.into());
        let row = reader.row(sql).await?;
        reader.finish().await?;
        Ok(row.map_or(Ok(0), |row| row.try_get_by_index(0))?)
    }

    /// When the newest episodes of a source were published, as far as it said so; the newest first.
    pub async fn newest_dates(&self, source: i64, most: usize) -> Result<Vec<Timestamp>, Error> {
        let reader = self.db.reader_for_upkeep();
        let mut sql = reader.sql();
        sql.push("SELECT published_at FROM episode WHERE source_id = ").bind(source.into());
        sql.push(" AND NOT published_at_is_estimated ORDER BY published_at DESC, id DESC LIMIT ");
        sql.push(itoa::Buffer::new().format(most));
        let rows = reader.rows(sql).await?;
        reader.finish().await?;
        rows.iter().map(|row| Ok(Timestamp(row.try_get_by_index(0)?))).collect()
    }
}

impl Reading {
    /// How fetching these sources goes, in one statement; nothing of those that were never fetched.
    pub(super) async fn fetch_states(
        &self,
        sources: Vec<i64>,
        columns: Columns<FetchColumn>,
    ) -> Result<HashMap<i64, FetchState>, Error> {
        if sources.is_empty() {
            return Ok(HashMap::new());
        }
        let mut sql = self.sql();
        sql.push("SELECT f.source_id");
        columns.select("f", &mut sql);
        sql.push(" FROM source_fetch f WHERE ").any_of("f.source_id", sources);
        let rows = self.rows(sql).await?;
        rows.iter().map(|row| Ok((row.try_get_by_index(0)?, *columns.read(row, &mut 1)?))).collect()
    }
}
