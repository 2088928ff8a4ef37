//! Connections: what each database is told at its start, and whose SQLite is too old.

use std::{sync::Arc, time::Duration};

use sea_orm::{ConnectOptions, ConnectionTrait, DatabaseConnection, DbErr, Statement};

use super::{Db, Dialect, fault::is_locked};
use crate::config::{Database, DatabaseKind};

/// Is shown the text of each statement, after it ran.
pub type StatementObserver = Arc<dyn Fn(&str) + Send + Sync>;

/// Why there is no database.
#[derive(Debug, thiserror::Error)]
pub enum ConnectError {
    /// Each connection would have a database of its own.
    #[error("a database in memory can't be shared by several connections: name a file")]
    InMemory,
    /// Refused, unreachable, no such file.
    #[error("the database can't be opened")]
    Open(#[source] DbErr),
    /// Its write-ahead log may be corrupted.
    #[error("SQLite {0} is too old: 3.51.3 or later is needed")]
    TooOld(String),
}

/// Waiting for a connection, and for SQLite's one writer.
const ACQUIRE: Duration = Duration::from_secs(2);
const BUSY: Duration = Duration::from_secs(5);
const LOCKED_PAUSE: Duration = Duration::from_millis(20);
/// A connection that lay idle for this long is tried before it is used.
const TRY_AFTER_IDLE: Duration = Duration::from_secs(30);
/// The first version without the corruption after a reset of the write-ahead log.
const OLDEST_SQLITE: [u32; 3] = [3, 51, 3];

impl Db {
    /// Opens the pools. The schema is left as it is.
    pub async fn connect(database: &Database, observer: Option<StatementObserver>) -> Result<Self, ConnectError> {
        let (url, connections) = (database.url.as_str(), database.max_connections);
        match database.url.kind() {
            DatabaseKind::Postgres => {
                let pool = open(pool(url, connections), observer).await?;
                Ok(Self { dialect: Dialect::Postgres, reads: pool.clone(), writes: pool })
            }
            DatabaseKind::Sqlite if url.contains(":memory:") || url.contains("mode=memory") => {
                Err(ConnectError::InMemory)
            }
            DatabaseKind::Sqlite => {
                // The writer comes first: it makes the file.
                let writes = open(sqlite(url, 1, false), observer.clone()).await?;
                refuse_old_sqlite(&writes).await?;
                let reads = open(sqlite(url, connections, true), observer).await?;
                Ok(Self { dialect: Dialect::Sqlite, reads, writes })
            }
        }
    }
}

async fn open(pool: ConnectOptions, observer: Option<StatementObserver>) -> Result<DatabaseConnection, ConnectError> {
    let mut waited = Duration::ZERO;
    let mut connection = loop {
        match sea_orm::Database::connect(pool.clone()).await {
            Ok(connection) => break connection,
            // Switching a new file to WAL does not wait for others that do the same.
            Err(error) if is_locked(&error) && waited < BUSY => {
                tokio::time::sleep(LOCKED_PAUSE).await;
                waited += LOCKED_PAUSE;
            }
            Err(error) => return Err(ConnectError::Open(error)),
        }
    };
    connection.set_metric_callback(move |info| {
        tracing::trace!(db.statement = info.statement.sql, db.duration_us = info.elapsed.as_micros(), "statement");
        if let Some(observer) = &observer {
            observer(&info.statement.sql);
        }
    });
    Ok(connection)
}

fn pool(url: &str, connections: u32) -> ConnectOptions {
    let mut pool = ConnectOptions::new(url);
    pool.max_connections(connections)
        .acquire_timeout(ACQUIRE)
        .test_before_acquire(false)
        .test_before_acquire_if_idle_for(TRY_AFTER_IDLE)
        .sqlx_logging(false);
    pool
}

fn sqlite(url: &str, connections: u32, only_read: bool) -> ConnectOptions {
    let mut pool = pool(url, connections);
    pool.map_sqlx_sqlite_opts(move |options| {
        let options = options
            .pragma("journal_mode", "WAL")
            .pragma("synchronous", "FULL")
            .pragma("foreign_keys", "ON")
            .busy_timeout(BUSY);
        if only_read { options.pragma("query_only", "ON") } else { options }
    });
    pool
}

async fn refuse_old_sqlite(connection: &DatabaseConnection) -> Result<(), ConnectError> {
    let ask = Statement::from_string(connection.get_database_backend(), "SELECT sqlite_version()");
    let row = connection.query_one_raw(ask).await.map_err(ConnectError::Open)?;
    let version: String = row.map_or(Ok(String::new()), |row| row.try_get_by_index(0)).map_err(ConnectError::Open)?;
    let parts: Vec<u32> = version.split('.').filter_map(|part| part.parse().ok()).collect();
    if parts.as_slice() < OLDEST_SQLITE.as_slice() { Err(ConnectError::TooOld(version)) } else { Ok(()) }
}
