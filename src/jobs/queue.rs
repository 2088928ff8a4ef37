//! The table of jobs, as transactions write it.

use std::time::Duration;

use entity::kinds::JobKind;
use sea_orm::DbErr;

use super::{ATTEMPTS, KEPT, Lease};
use crate::{
    clock::Timestamp,
    db::{Sql, Transaction},
};

/// Has a kind of work done to these rows, unless that waits to be done already. Says how many jobs are new.
pub async fn enqueue(tx: &Transaction, kind: JobKind, subjects: &[i64], now: Timestamp) -> Result<u64, DbErr> {
    let mut sql = tx.sql();
    sql.push("INSERT INTO job (kind, subject_id, run_at, created_at) SELECT ").bind(kind.as_str().into());
    sql.push(", p.value, ").bind(now.0.into()).push(", ").bind(now.0.into());
    sql.push(" FROM ").each(subjects);
    sql.push(" WHERE TRUE ON CONFLICT (kind, subject_id) WHERE died_at IS NULL DO NOTHING");
    Ok(tx.execute(sql).await?.rows_affected())
}

/// Takes away all jobs of rows that go, the dead ones too. Whoever does one has lost the lease.
pub async fn forget(tx: &Transaction, kind: JobKind, subjects: Vec<i64>) -> Result<(), DbErr> {
    let mut sql = tx.sql();
    sql.push("DELETE FROM job WHERE kind = ").bind(kind.as_str().into());
    sql.push(" AND ").any_of("subject_id", subjects);
    tx.execute(sql).await.map(|_| ())
}

/// Whether the lease still holds; if so, it does until the transaction ends: nobody else takes the job
/// meanwhile, however long that is.
pub async fn hold(tx: &Transaction, lease: &Lease, now: Timestamp) -> Result<bool, DbErr> {
    let mut sql = tx.sql();
    sql.push("SELECT id FROM job WHERE ");
    lease.holds(&mut sql, now);
    let for_update = sql.dialect().for_update();
    sql.push(for_update);
    Ok(!tx.rows(sql).await?.is_empty())
}

/// Ends a job that is done, in the transaction that writes what came of it.
pub async fn finish(tx: &Transaction, lease: &Lease, now: Timestamp) -> Result<(), DbErr> {
    let mut sql = tx.sql();
    sql.push("DELETE FROM job WHERE ");
    lease.holds(&mut sql, now);
    tx.execute(sql).await.map(|_| ())
}

/// Gives up the jobs of a kind that were begun too often, and gives their subjects. What was given up long ago
/// is forgotten.
pub async fn bury(tx: &Transaction, kind: JobKind, now: Timestamp) -> Result<Vec<i64>, DbErr> {
    let mut sql = tx.sql();
    sql.push("DELETE FROM job WHERE died_at <= ").bind((now.0 - seconds(KEPT)).into());
    tx.execute(sql).await?;
    let mut sql = tx.sql();
    sql.push("UPDATE job SET died_at = ").bind(now.0.into()).push(", lease_token = NULL, lease_until = NULL WHERE ");
    is_free(&mut sql, now);
    sql.push(" AND attempts >= ").bind(ATTEMPTS.into()).push(" AND kind = ").bind(kind.as_str().into());
    sql.push(" RETURNING subject_id");
    tx.rows(sql).await?.iter().map(|row| row.try_get_by_index(0)).collect()
}

/// Takes a job: the one that waits longest of this kind, or the one of a subject whatever it waits for.
pub(super) async fn claim(
    tx: &Transaction,
    kind: JobKind,
    subject: Option<i64>,
    until: Timestamp,
    now: Timestamp,
) -> Result<Option<Lease>, DbErr> {
    let mut sql = tx.sql();
    let dialect = sql.dialect();
    sql.push("UPDATE job SET attempts = attempts + 1, lease_token = ").push(dialect.random_token());
    sql.push(", lease_until = ").bind(until.0.into());
    sql.push(" WHERE id = (SELECT id FROM job WHERE ");
    is_free(&mut sql, now);
    sql.push(" AND attempts < ").bind(ATTEMPTS.into()).push(" AND kind = ").bind(kind.as_str().into());
    match subject {
        Some(subject) => sql.push(" AND subject_id = ").bind(subject.into()),
        None => sql.push(" AND run_at <= ").bind(now.0.into()),
    };
    sql.push(" ORDER BY run_at, id LIMIT 1").push(dialect.for_update_of_what_is_free());
    sql.push(") RETURNING id, subject_id, attempts, lease_token");
    let rows = tx.rows(sql).await?;
    let Some(row) = rows.first() else { return Ok(None) };
    Ok(Some(Lease {
        job: row.try_get_by_index(0)?,
        subject: row.try_get_by_index(1)?,
        attempt: row.try_get_by_index(2)?,
        token: row.try_get_by_index(3)?,
    }))
}

/// Keeps a job for longer. `false` where the lease was lost.
pub(super) async fn renew(tx: &Transaction, lease: &Lease, until: Timestamp, now: Timestamp) -> Result<bool, DbErr> {
    let mut sql = tx.sql();
    sql.push("UPDATE job SET lease_until = ").bind(until.0.into()).push(" WHERE ");
    lease.holds(&mut sql, now);
    Ok(tx.execute(sql).await?.rows_affected() > 0)
}

/// Lets others have a job, at once or from some time on. That somebody began is not counted.
pub(super) async fn give_back(
    tx: &Transaction,
    lease: &Lease,
    run_at: Option<Timestamp>,
    now: Timestamp,
) -> Result<(), DbErr> {
    let mut sql = tx.sql();
    sql.push("UPDATE job SET attempts = attempts - 1, lease_token = NULL, lease_until = NULL");
    if let Some(run_at) = run_at {
        sql.push(", run_at = ").bind(run_at.0.into());
    }
    sql.push(" WHERE ");
    lease.holds(&mut sql, now);
    tx.execute(sql).await.map(|_| ())
}

/// Lets others have a job after a while, as this attempt came to nothing.
pub(super) async fn put_off(
    tx: &Transaction,
    lease: &Lease,
    why: &str,
    run_at: Timestamp,
    now: Timestamp,
) -> Result<(), DbErr> {
    let mut sql = tx.sql();
    sql.push("UPDATE job SET lease_token = NULL, lease_until = NULL, last_error = ").bind(why.into());
    sql.push(", run_at = ").bind(run_at.0.into()).push(" WHERE ");
    lease.holds(&mut sql, now);
    tx.execute(sql).await.map(|_| ())
}

/// A condition: it lives, and nobody has a lease on it.
fn is_free(sql: &mut Sql, now: Timestamp) {
    sql.push("died_at IS NULL AND (lease_until IS NULL OR lease_until <= ").bind(now.0.into()).push(")");
}

impl Lease {
    /// A condition: this lease is on the job, and not over.
    fn holds(&self, sql: &mut Sql, now: Timestamp) {
        sql.push("id = ").bind(self.job.into()).push(" AND lease_token = ").bind(self.token.as_str().into());
        sql.push(" AND lease_until > ").bind(now.0.into());
    }
}

/// A time in whole seconds.
pub(super) fn seconds(time: Duration) -> i64 {
    i64::try_from(time.as_secs()).unwrap_or(i64::MAX)
}
