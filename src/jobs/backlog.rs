//! How much waits to be done, for whoever watches.

use entity::kinds::JobKind;
use sea_orm::DbErr;

use super::{Error, Jobs};
use crate::{
    clock::Timestamp,
    db::Row,
    metrics::{JobState, Queue},
};

/// The states, in the order in which the statement counts them.
const STATES: [JobState; 4] = [JobState::Waiting, JobState::Due, JobState::Leased, JobState::Dead];

impl Jobs {
    /// How many jobs there are of each kind, and how they stand; in one statement, on a connection that no load
    /// keeps busy.
    pub async fn backlog(&self) -> Result<Vec<Queue>, Error> {
        self.db.check_file()?;
        let now = self.clock.now();
        let reader = self.db.reader_for_probe();
        let mut sql = reader.sql();
        sql.push(
            "SELECT kind, COUNT(*) FILTER (WHERE is_free AND NOT is_due), COUNT(*) FILTER (WHERE is_free AND is_due)",
        );
        sql.push(", COUNT(*) FILTER (WHERE lives AND NOT is_free), COUNT(*) FILTER (WHERE NOT lives)");
        sql.push(", MIN(run_at) FILTER (WHERE is_free AND is_due) FROM (SELECT kind, run_at, died_at IS NULL AS lives");
        sql.push(", died_at IS NULL AND COALESCE(lease_until, 0) <= ").bind(now.0.into());
        sql.push(" AS is_free, run_at <= ").bind(now.0.into()).push(" AS is_due FROM job) j GROUP BY kind");
        let rows = reader.rows(sql).await?;
        reader.finish().await?;
        let mut queues: Vec<Queue> = JobKind::ALL.iter().map(|kind| empty(*kind)).collect();
        for row in &rows {
            let kind: String = row.try_get_by_index(0)?;
            // A kind that is not known is a newer release's, which shows it.
            if let Some(queue) = queues.iter_mut().find(|queue| queue.kind == kind) {
                count(queue, row, now)?;
            }
        }
        Ok(queues)
    }
}

fn empty(kind: JobKind) -> Queue {
    Queue { kind: kind.as_str(), jobs: STATES.map(|state| (state, 0)), oldest_due_seconds: 0 }
}

fn count(queue: &mut Queue, row: &Row, now: Timestamp) -> Result<(), DbErr> {
    for (place, (_, many)) in queue.jobs.iter_mut().enumerate() {
        *many = row.try_get_by_index(1 + place)?;
    }
    let oldest: Option<i64> = row.try_get_by_index(1 + STATES.len())?;
    queue.oldest_due_seconds = oldest.map_or(0, |oldest| now.0 - oldest);
    Ok(())
}
