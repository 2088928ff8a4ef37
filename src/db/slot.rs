//! The connection that writes, and how what runs on it is stopped.
//!
//! It is a pool of one, as sea-orm writes through pools: the pool opens the connection when it is needed, and
//! another one after it broke. Those that read stand in `line`.
//!
//! What is left of a transaction that did not end well depends on where it was, and both drivers have
//! corners in which a connection comes back with something left: so it does not come back. It is closed,
//! and the database is made to notice that soon:
//!
//! - PostgreSQL looks at the sockets of those it works for every now and then. That needs no second
//!   connection, meets nobody else's statement by mistake, and goes through poolers.
//! - SQLite works in a thread of ours, and asks every few thousand steps whether to go on.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use futures_util::future::BoxFuture;
use sea_orm::{
    ConnAcquireErr, ConnectionTrait, DatabaseConnection, DatabaseTransaction, DbBackend, DbErr, TransactionOptions,
    TransactionTrait,
    sqlx::{
        self, Connection, Postgres, Sqlite, SqliteConnection, pool::PoolOptions, postgres::PgConnectOptions,
        sqlite::SqliteConnectOptions,
    },
};

use super::{fault::is_broken_connection, file::File, postgres, told::Told};
use crate::turns::{Turn, Turns};

/// How long a connection may take to be made, and a transaction to begin on it: on SQLite, that waits for others
/// who write.
pub(super) const CONNECT: Duration = Duration::from_secs(2);
const BEGIN: Duration = Duration::from_secs(10);
/// A connection that lay idle for this long is tried before it is used.
pub(super) const TRY_AFTER_IDLE: Duration = Duration::from_secs(30);
/// How many steps of its machine SQLite takes between two looks at whether to go on: well below a millisecond's worth.
pub(super) const STEPS: i32 = 4_000;

/// One connection. A clone is the same one.
#[derive(Clone, Debug)]
pub(super) struct Slot {
    pool: DatabaseConnection,
    abandoned: Arc<AtomicBool>,
}

/// A transaction on a connection that nobody else uses. Committed, the connection serves the next one; dropped,
/// what it runs is stopped.
#[derive(Debug)]
pub(super) struct Session {
    // In the order in which they are dropped: the connection is given up before it goes back to its pool,
    // and is in its pool before it is the next one's turn.
    guard: Guard,
    transaction: DatabaseTransaction,
    _turn: Turn<Slot>,
}

/// Dropped, it gives up the connection.
#[derive(Debug)]
struct Guard(Option<Arc<AtomicBool>>);

impl Slot {
    /// A connection to PostgreSQL, which stops any statement after `limit` by itself.
    pub(super) fn postgres(options: &PgConnectOptions, limit: Duration, told: Told) -> Self {
        let abandoned = Arc::new(AtomicBool::new(false));
        let pool: PoolOptions<Postgres> =
            pool(&abandoned, move |connection| Box::pin(postgres::prepare(connection, limit)));
        Self { pool: observed(pool.connect_lazy_with(options.clone()).into(), told), abandoned }
    }

    /// A connection to an SQLite file.
    pub(super) fn sqlite(options: &SqliteConnectOptions, file: &File, told: Told) -> Self {
        let abandoned = Arc::new(AtomicBool::new(false));
        let (looked_at, file) = (abandoned.clone(), file.clone());
        let pool: PoolOptions<Sqlite> =
            pool(&abandoned, move |connection| prepare_sqlite(connection, looked_at.clone(), file.clone()));
        let pool = pool.idle_timeout(None).max_lifetime(None); // they do not age
        Self { pool: observed(pool.connect_lazy_with(options.clone()).into(), told), abandoned }
    }

    /// The connection, for what needs no transaction of ours.
    pub(super) fn connection(&self) -> &DatabaseConnection {
        &self.pool
    }
}

impl Session {
    /// Begins a transaction on the next connection that is free.
    pub(super) async fn begin(slots: &Turns<Slot>, options: TransactionOptions) -> Result<Self, DbErr> {
        let turn = slots.take().await.map_err(|_| none_is_free())?;
        let guard = Guard(Some(turn.abandoned.clone()));
        let begin = async {
            match turn.pool.begin_with_options(options).await {
                // A database that was restarted is noticed here first: on each connection that it had, at its
                // next use, which may be long after it came back. Nothing was done yet, so that a new one does.
                Err(error) if is_broken_connection(&error) => turn.pool.begin_with_options(options).await,
                begun => begun,
            }
        };
        let transaction = tokio::time::timeout(BEGIN, begin).await.unwrap_or_else(|_| Err(none_is_free()))?;
        Ok(Self { guard, transaction, _turn: turn })
    }

    /// For statements.
    pub(super) fn transaction(&self) -> &DatabaseTransaction {
        &self.transaction
    }

    /// Lets a statement of this transaction take so long, where the database stops those that take longer.
    pub(super) async fn limit(&self, limit: Duration) -> Result<(), DbErr> {
        if self.transaction.get_database_backend() == DbBackend::Postgres {
            let limit = format!("SET LOCAL statement_timeout = {}", limit.as_millis());
            self.transaction.execute_unprepared(&limit).await?;
        }
        Ok(())
    }

    /// Ends it well.
    pub(super) async fn commit(self) -> Result<(), DbErr> {
        // Dropped in the opposite order.
        let Self { _turn, transaction, guard } = self;
        transaction.commit().await?;
        guard.defuse();
        Ok(())
    }
}

impl Guard {
    fn abandon(&self) {
        if let Some(abandoned) = &self.0 {
            abandoned.store(true, Ordering::Release);
        }
    }

    fn defuse(mut self) {
        self.0 = None;
    }
}

impl Drop for Guard {
    fn drop(&mut self) {
        self.abandon();
    }
}

/// The error of who got no connection in time.
pub(super) fn none_is_free() -> DbErr {
    DbErr::ConnectionAcquire(ConnAcquireErr::Timeout)
}

/// A pool of one connection, which is closed once it was abandoned: when it comes back, or, where it came
/// back a moment before, when it is asked for.
fn pool<D: sqlx::Database>(
    abandoned: &Arc<AtomicBool>,
    prepare: impl for<'c> Fn(&'c mut D::Connection) -> BoxFuture<'c, sqlx::Result<()>> + Send + Sync + 'static,
) -> PoolOptions<D> {
    let (made, asked, back) = (abandoned.clone(), abandoned.clone(), abandoned.clone());
    let prepare = Arc::new(prepare);
    PoolOptions::new()
        .max_connections(1)
        .acquire_timeout(CONNECT)
        .test_before_acquire(false)
        .after_connect(move |connection, _| {
            let (made, prepare) = (made.clone(), prepare.clone());
            Box::pin(async move {
                // Before anything runs: on SQLite, what was abandoned is stopped.
                made.store(false, Ordering::Release);
                prepare(connection).await
            })
        })
        .before_acquire(move |connection: &mut D::Connection, seen| {
            let abandoned = asked.load(Ordering::Acquire);
            Box::pin(async move {
                if !abandoned && seen.idle_for >= TRY_AFTER_IDLE {
                    connection.ping().await?;
                }
                Ok(!abandoned)
            })
        })
        .after_release(move |_, _| {
            let abandoned = back.load(Ordering::Acquire);
            Box::pin(async move { Ok(!abandoned) })
        })
}

fn prepare_sqlite(
    connection: &mut SqliteConnection,
    abandoned: Arc<AtomicBool>,
    file: File,
) -> BoxFuture<'_, sqlx::Result<()>> {
    Box::pin(async move {
        file.check()?;
        let mut handle = connection.lock_handle().await?;
        handle.set_progress_handler(STEPS, move || !abandoned.load(Ordering::Relaxed));
        Ok(())
    })
}

fn observed(mut connection: DatabaseConnection, told: Told) -> DatabaseConnection {
    connection.set_metric_callback(move |info| told.statement(&info.statement.sql, info.elapsed));
    connection
}
