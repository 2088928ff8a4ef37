//! What comes of fetching, as it is written: how it went, and when it is to be tried again.
//!
//! That is no change to any node, so it stands in no log; but where a feed moves, its source changes.

use entity::{
    kinds::{JobKind, NodeKind, SourceHealth},
    source,
    source_fetch::{Column, Entity, Model},
};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter,
    sea_query::{IntoIden, OnConflict},
};

use crate::{
    clock::Timestamp,
    content::{Content, Error, fetching::FetchState},
    db::Transaction,
    jobs,
};

/// What became of a feed's new address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Moved {
    /// There was none.
    No,
    /// The source has it now.
    Done,
    /// Another source has it already, so that this one keeps its own.
    Taken,
}

/// How many sources become jobs in one transaction.
const PLANNED: &str = "500";

/// What is said of a source whose job was given up.
const GIVEN_UP: &str = "fetching it ended the program again and again, and is put off for a week";

impl Content {
    /// Makes jobs of the sources that are due, and says how many. One whose job was given up is due again when
    /// that is forgotten.
    pub async fn plan_fetches(&self) -> Result<u64, Error> {
        self.write_apart(async |tx, now| {
            for source in jobs::bury(tx, JobKind::Fetch, now).await? {
                let put_off = now.0 + i64::try_from(jobs::KEPT.as_secs()).unwrap_or_default();
                edit(tx, source, |state| {
                    state.consecutive_errors += 1;
                    state.last_error = Some(GIVEN_UP.to_owned());
                    if !matches!(state.health, SourceHealth::Paused | SourceHealth::Gone) {
                        state.health = SourceHealth::Failing;
                        state.next_fetch_at = Some(put_off);
                    }
                })
                .await?;
            }
            let due = due(tx, now).await?;
            if due.is_empty() { Ok(0) } else { Ok(jobs::enqueue(tx, JobKind::Fetch, &due, now).await?) }
        })
        .await
    }

    /// Has these sources fetched now, whenever they are due.
    pub async fn want_fetches(&self, sources: &[i64]) -> Result<u64, Error> {
        self.write_apart(async |tx, now| Ok(jobs::enqueue(tx, JobKind::Fetch, sources, now).await?)).await
    }

    /// Writes how a fetch went, and ends its job. A feed that has moved for good gets its new address, unless
    /// that is another source's. Who was paused meanwhile stays so.
    pub async fn record_fetch(&self, state: &FetchState, moved_to: Option<&str>) -> Result<Moved, Error> {
        let record = async |tx: &Transaction, now: Timestamp| {
            edit(tx, state.source_id, |kept| {
                let is_paused = kept.health == SourceHealth::Paused;
                *kept = state.clone();
                if is_paused {
                    (kept.health, kept.next_fetch_at) = (SourceHealth::Paused, None);
                }
            })
            .await?;
            self.finish(tx, now).await
        };
        let Some(url) = moved_to else {
            self.write_apart(record).await?;
            return Ok(Moved::No);
        };
        self.write(async |tx, now, log| {
            let known = source::Entity::find().filter(source::Column::FeedUrl.eq(url)).one(tx.connection()).await?;
            let moved = if known.is_some() {
                Moved::Taken
            } else {
                let row = source::Entity::find_by_id(state.source_id).one(tx.connection()).await?;
                let mut row = row.ok_or(Error::Gone)?;
                (row.feed_url, row.updated_at) = (Some(url.to_owned()), now.0);
                row.into_active_model().reset_all().update(tx.connection()).await?;
                log.updated(NodeKind::Source, state.source_id);
                Moved::Done
            };
            record(tx, now).await?;
            Ok(moved)
        })
        .await
    }

    /// Has nobody ask a source any more, until it is resumed.
    pub async fn pause_fetching(&self, source: i64) -> Result<(), Error> {
        self.write_apart(async |tx, _| {
            edit(tx, source, |state| (state.health, state.next_fetch_at) = (SourceHealth::Paused, None)).await?;
            Ok(jobs::forget(tx, JobKind::Fetch, vec![source]).await?)
        })
        .await
    }

    /// Has a source asked again, which was paused or is gone, and that at once.
    pub async fn resume_fetching(&self, source: i64) -> Result<(), Error> {
        self.write_apart(async |tx, now| {
            edit(tx, source, |state| {
                let is_well = state.consecutive_errors == 0;
                state.health = if is_well { SourceHealth::Ok } else { SourceHealth::Failing };
                state.next_fetch_at = Some(now.0);
            })
            .await
        })
        .await
    }

    /// Runs `work` in a transaction that changes no node.
    pub(super) async fn write_apart<T>(
        &self,
        work: impl AsyncFn(&Transaction, Timestamp) -> Result<T, Error>,
    ) -> Result<T, Error> {
        let transaction = async |tx: &Transaction| {
            self.hold(tx).await?;
            work(tx, self.clock.now()).await
        };
        self.db.write(transaction, Error::cause).await
    }

    /// Makes sure that the lease under which this is written is not lost, and will not be before the end.
    pub(super) async fn hold(&self, tx: &Transaction) -> Result<(), Error> {
        match &self.lease {
            Some(lease) if !jobs::hold(tx, lease, self.clock.now()).await? => Err(Error::LeaseLost),
            _ => Ok(()),
        }
    }
}

/// The sources that are to be asked and for which no job waits.
async fn due(tx: &Transaction, now: Timestamp) -> Result<Vec<i64>, Error> {
    let mut sql = tx.sql();
    sql.push("SELECT s.id FROM source s LEFT JOIN source_fetch f ON f.source_id = s.id");
    sql.push(" WHERE s.feed_url IS NOT NULL AND (f.source_id IS NULL OR f.next_fetch_at <= ").bind(now.0.into());
    sql.push(") AND NOT EXISTS (SELECT 1 FROM job j WHERE j.kind = ").bind(JobKind::Fetch.as_str().into());
    sql.push(" AND j.subject_id = s.id AND j.died_at IS NULL)");
    sql.push(" ORDER BY COALESCE(f.next_fetch_at, 0), s.id LIMIT ").push(PLANNED);
    tx.rows(sql).await?.iter().map(|row| Ok(row.try_get_by_index(0)?)).collect()
}

/// Changes the state of a source, which begins with nothing known.
async fn edit(tx: &Transaction, source: i64, change: impl FnOnce(&mut Model)) -> Result<(), Error> {
    let there = Entity::find_by_id(source).one(tx.connection()).await?;
    let mut state = there.unwrap_or_else(|| Model { source_id: source, ..Model::default() });
    change(&mut state);
    let others = [
        Column::Health,
        Column::Etag,
        Column::LastModified,
        Column::BodyHash,
        Column::LastFetchedAt,
        Column::NextFetchAt,
        Column::ConsecutiveErrors,
        Column::LastStatus,
        Column::LastError,
    ];
    let replace = OnConflict::column(Column::SourceId).update_columns(others.map(IntoIden::into_iden)).to_owned();
    let row = state.into_active_model().reset_all();
    Entity::insert(row).on_conflict(replace).exec_without_returning(tx.connection()).await?;
    Ok(())
}
