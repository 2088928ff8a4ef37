//! A lease: taken, kept while the work goes on, and given back, whatever comes of the work.

use std::{panic::AssertUnwindSafe, time::Duration};

use entity::kinds::JobKind;
use futures_util::FutureExt;
use sea_orm::DbErr;

use super::{
    Error, Failure, HEARTBEAT, Jobs, LEASE,
    queue::{self, seconds},
};
use crate::{clock::Timestamp, db::Transaction, logging};

/// The right to do a job, and to write what comes of it.
#[derive(Debug)]
pub struct Lease {
    /// The job's number.
    pub(super) job: i64,
    /// To which row something is to be done.
    pub subject: i64,
    /// Counted from one.
    pub attempt: i32,
    pub(super) token: String,
}

/// What became of an attempt.
#[derive(Debug)]
pub enum Ended<T> {
    /// The work was done.
    Done(T),
    /// It failed, and is tried again later.
    Failed(Failure),
    /// It can't be done before this, which is nobody's fault: it was no attempt.
    Later(NotBefore),
    /// It was to stop, and anybody may begin again.
    Stopped,
    /// Somebody else has the job now, or it is gone: nothing more is to be written.
    Lost,
}

/// Why work is left for later, although nothing is wrong with it: there is as much of it as there may be, or who it
/// needs is away.
#[derive(Debug, thiserror::Error)]
#[error("not before {until}")]
pub struct NotBefore {
    /// When it may be tried again.
    pub until: Timestamp,
    /// What it waits for.
    #[source]
    pub why: Failure,
}

/// Why work came to nothing without an error of its own.
#[derive(Debug, thiserror::Error)]
enum Abnormal {
    #[error("it took longer than {} minutes", .0.as_secs() / 60)]
    Late(Duration),
    #[error("it panicked")]
    Panicked,
}

/// How long a job waits that has failed once; twice as long after each further time, up to an hour.
const PAUSE: Duration = Duration::from_secs(15);
const LONGEST_PAUSE: Duration = Duration::from_hours(1);
/// How much is kept of what went wrong, in characters.
const MOST_OF_AN_ERROR: usize = 500;

impl Jobs {
    /// A lease on the job of this kind that waits longest; none where none is due.
    pub async fn claim(&self, kind: JobKind) -> Result<Option<Lease>, Error> {
        self.take(kind, None).await
    }

    /// A lease on the job about one row; none where there is no such job, or somebody else does it.
    pub async fn claim_of(&self, kind: JobKind, subject: i64) -> Result<Option<Lease>, Error> {
        self.take(kind, Some(subject)).await
    }

    async fn take(&self, kind: JobKind, subject: Option<i64>) -> Result<Option<Lease>, Error> {
        self.write(async |tx, now| queue::claim(tx, kind, subject, later(now, LEASE), now).await).await
    }

    /// Does the work of a job for as long as its lease holds, which is kept up meanwhile, and `within` that time
    /// at most. Work that is done has ended the job in its last transaction. Where it ends otherwise, the lease is
    /// given back; where it fails with [`NotBefore`], until then.
    pub async fn attempt<T>(
        &self,
        lease: &Lease,
        within: Duration,
        stop: impl Future<Output = ()>,
        work: impl Future<Output = Result<T, Failure>>,
    ) -> Result<Ended<T>, Error> {
        let work = tokio::time::timeout(within, AssertUnwindSafe(work).catch_unwind());
        let done = tokio::select! {
            biased;
            () = stop => {
                self.write(async |tx, now| queue::give_back(tx, lease, None, now).await).await?;
                return Ok(Ended::Stopped);
            }
            () = self.keep(lease) => return Ok(Ended::Lost),
            done = work => done,
        };
        let failure = match done {
            Ok(Ok(Ok(done))) => return Ok(Ended::Done(done)),
            Ok(Ok(Err(failure))) => match failure.downcast::<NotBefore>() {
                Ok(later) => {
                    let until = Some(later.until);
                    self.write(async |tx, now| queue::give_back(tx, lease, until, now).await).await?;
                    return Ok(Ended::Later(*later));
                }
                Err(failure) => failure,
            },
            Ok(Err(_)) => Abnormal::Panicked.into(),
            Err(_) => Abnormal::Late(within).into(),
        };
        let why: String = logging::chain(&*failure).chars().take(MOST_OF_AN_ERROR).collect();
        let pause = pause(lease.attempt);
        self.write(async |tx, now| queue::put_off(tx, lease, &why, later(now, pause), now).await).await?;
        Ok(Ended::Failed(failure))
    }

    /// Renews a lease again and again. Ends when it is lost.
    async fn keep(&self, lease: &Lease) {
        loop {
            tokio::time::sleep(HEARTBEAT).await;
            match self.write(async |tx, now| queue::renew(tx, lease, later(now, LEASE), now).await).await {
                Ok(true) => {}
                Ok(false) => return,
                // The lease is longer than a few of these.
                Err(error) => {
                    tracing::warn!(error = &error as &dyn std::error::Error, job.id = lease.job, "no lease renewed");
                }
            }
        }
    }

    async fn write<T>(&self, work: impl AsyncFn(&Transaction, Timestamp) -> Result<T, DbErr>) -> Result<T, Error> {
        // The time is read behind whatever had to be waited for.
        let work = async |tx: &Transaction| work(tx, self.clock.now()).await;
        Ok(self.db.write(work, |error: &DbErr| Some(error)).await?)
    }
}

fn later(now: Timestamp, time: Duration) -> Timestamp {
    Timestamp(now.0.saturating_add(seconds(time)))
}

/// How long a job waits after its attempt of that number.
fn pause(attempt: i32) -> Duration {
    let doubled = u32::try_from(attempt - 1).unwrap_or_default().min(16);
    (PAUSE * 2_u32.pow(doubled)).min(LONGEST_PAUSE)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_double_up_to_an_hour() {
        let seconds: Vec<u64> = (1..=10).map(|attempt| pause(attempt).as_secs()).collect();
        assert_eq!(seconds, [15, 30, 60, 120, 240, 480, 960, 1920, 3600, 3600]);
    }
}
