//! Connections: what each database is told at its start, and whose SQLite is too old.

use std::{fmt, sync::Arc, time::Duration};

use sea_orm::{ConnectOptions, ConnectionTrait, Database, DatabaseConnection, DbErr, Statement};

use super::{Db, Dialect, fault::is_locked};

/// Which database, and how much of it.
#[derive(Clone)]
pub struct Options {
    /// `sqlite://precis.db?mode=rwc` or `postgres://user:password@host/database`.
    pub url: String,
    /// Connections for reading; by the database's kind where `None`.
    pub max_connections: Option<u32>,
    /// Sees every statement, after it ran.
    pub observer: Option<StatementObserver>,
}

/// Is shown the text of each statement, after it ran.
pub type StatementObserver = Arc<dyn Fn(&str) + Send + Sync>;

impl fmt::Debug for Options {
    /// Without the URL, in which a password may stand.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Options").field("max_connections", &self.max_connections).finish_non_exhaustive()
    }
}

/// Why there is no database.
#[derive(Debug, thiserror::Error)]
pub enum ConnectError {
    /// Neither of the two.
    #[error("the database URL has to begin with sqlite:// or postgres://")]
    Scheme,
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
    pub async fn connect(options: &Options) -> Result<Self, ConnectError> {
        let url = options.url.as_str();
        if url.starts_with("postgres://") || url.starts_with("postgresql://") {
            let pool = open(options, pool(url, options.max_connections.unwrap_or(16))).await?;
            return Ok(Self { dialect: Dialect::Postgres, reads: pool.clone(), writes: pool });
        }
        if !url.starts_with("sqlite:") {
            return Err(ConnectError::Scheme);
        }
        if url.contains(":memory:") || url.contains("mode=memory") {
            return Err(ConnectError::InMemory);
        }
        // The writer comes first: it makes the file.
        let writes = open(options, sqlite(url, 1, false)).await?;
        refuse_old_sqlite(&writes).await?;
        let reads = open(options, sqlite(url, options.max_connections.unwrap_or(8), true)).await?;
        Ok(Self { dialect: Dialect::Sqlite, reads, writes })
    }
}

async fn open(options: &Options, pool: ConnectOptions) -> Result<DatabaseConnection, ConnectError> {
    let mut waited = Duration::ZERO;
    let mut connection = loop {
        match Database::connect(pool.clone()).await {
            Ok(connection) => break connection,
            // Switching a new file to WAL does not wait for others that do the same.
            Err(error) if is_locked(&error) && waited < BUSY => {
                tokio::time::sleep(LOCKED_PAUSE).await;
                waited += LOCKED_PAUSE;
            }
            Err(error) => return Err(ConnectError::Open(error)),
        }
    };
    let observer = options.observer.clone();
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
