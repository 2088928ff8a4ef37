//! Work that takes time: a table of jobs, and leases on them.
//!
//! A job is put into the table by the transaction that wants it ([`enqueue`]), and there is one of a kind and
//! subject at a time. Whoever does it has a lease, which counts as an attempt, lasts for [`LEASE`] and is
//! renewed as long as the work goes on. All that comes of the work is written under the lease ([`hold`]): who
//! has lost it, because it stood still or was cut off, writes nothing any more. A job whose worker dies is free
//! again when the lease is over; after [`ATTEMPTS`] it is dead, and kept for a week. What jobs are for is left
//! to others.

mod backlog;
mod lease;
mod queue;
mod worker;

use std::{error::Error as StdError, sync::Arc, time::Duration};

pub use entity::kinds::JobKind;
use sea_orm::DbErr;

pub use lease::{Ended, Lease, NotBefore};
pub use queue::{bury, enqueue, finish, forget, hold};
pub use worker::{Work, run_worker};

use crate::{clock::Clock, db::Db};

/// How long a lease lasts, and how often it is renewed.
pub const LEASE: Duration = Duration::from_mins(1);
const HEARTBEAT: Duration = Duration::from_secs(15);
/// After so many attempts, a job is dead.
pub const ATTEMPTS: i32 = 10;
/// How long what is dead is kept.
pub const KEPT: Duration = Duration::from_hours(7 * 24);

/// The jobs of a database. A clone is the same.
#[derive(Clone)]
pub struct Jobs {
    db: Db,
    clock: Arc<dyn Clock>,
}

/// Why the table of jobs could not be used.
#[derive(Debug, thiserror::Error)]
#[error("the table of jobs can't be used")]
pub struct Error(#[from] DbErr);

/// Why a job could not be done.
pub type Failure = Box<dyn StdError + Send + Sync>;

impl Jobs {
    /// The jobs of a database whose schema is up to date.
    pub fn new(db: Db, clock: Arc<dyn Clock>) -> Self {
        Self { db, clock }
    }
}
