//! Connections: what each database is told at its start, how many there are and for whom, and whose SQLite
//! is too old.

use std::{io, sync::Arc, time::Duration};

use sea_orm::{
    ConnectionTrait, DbErr, RuntimeErr, Statement,
    sqlx::{self, ConnectOptions, Connection, postgres::PgConnectOptions, sqlite::SqliteConnectOptions},
};

use super::{
    Db, Dialect, Slots,
    fault::is_locked,
    file::File,
    line::Line,
    postgres::{self, PARTS, Paces, Server},
    reader::UPKEEP,
    slot::Slot,
    sqlite::{self, Opening},
    told::Told,
};
use crate::{
    config::{Database, DatabaseKind},
    metrics::{Connection as Whose, Metrics},
    turns::{Order, Rules, Turns},
};

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

/// How long a statement of a reader may take.
pub(super) const STATEMENT: Duration = Duration::from_secs(5);
/// Waiting for a connection, for the one that writes, and for others that write to an SQLite file.
const ACQUIRE: Duration = Duration::from_secs(2);
const ACQUIRE_TO_WRITE: Duration = Duration::from_secs(10);
pub(super) const BUSY: Duration = Duration::from_secs(5);
/// How long a database may take to be there when the program starts, and how often it is tried.
const START: Duration = Duration::from_secs(2);
const START_PAUSE: Duration = Duration::from_millis(50);
const LOCKED_PAUSE: Duration = Duration::from_millis(20);
/// The first version without the corruption after a reset of the write-ahead log.
const OLDEST_SQLITE: [u32; 3] = [3, 51, 3];

impl Db {
    /// Opens the database. The schema is left as it is.
    pub async fn connect(
        database: &Database,
        metrics: &Metrics,
        observer: Option<StatementObserver>,
    ) -> Result<Self, ConnectError> {
        let url = database.url.as_str();
        let told = |whose| Told { metrics: metrics.clone(), whose, observer: observer.clone() };
        match database.url.kind() {
            DatabaseKind::Postgres => {
                let options: PgConnectOptions = url.parse().map_err(unusable)?;
                let options = options.disable_statement_logging();
                reach(&options).await.map_err(unusable)?;
                let (server, paces) = (Server::of(&options), Paces::default());
                let line = |whose| {
                    let limit = if whose == Whose::Upkeep { UPKEEP } else { STATEMENT };
                    Line::Postgres(postgres::Line::new(server.clone(), limit, told(whose), paces.clone()))
                };
                let writer = Slot::postgres(&options, STATEMENT, told(Whose::Writer));
                Ok(Self::of(Dialect::Postgres, database.max_connections, line, writer, (paces.clone(), None)))
            }
            DatabaseKind::Sqlite if url.contains(":memory:") || url.contains("mode=memory") => {
                Err(ConnectError::InMemory)
            }
            DatabaseKind::Sqlite => {
                let options: SqliteConnectOptions = url.parse().map_err(unusable)?;
                let options = options
                    .disable_statement_logging()
                    .pragma("journal_mode", "WAL")
                    .pragma("synchronous", "FULL")
                    .pragma("foreign_keys", "ON")
                    .busy_timeout(BUSY);
                // The writer comes first: it makes the file. What is opened later has to be the same one.
                let file = File::at(options.get_filename());
                let writer = Slot::sqlite(&options, &file, told(Whose::Writer));
                refuse_old_sqlite(&writer).await?;
                let opening = Opening::of(&database.url, options.get_filename(), &file);
                let line = |whose| {
                    let opening = if whose == Whose::Reader { opening.clone() } else { opening.small() };
                    Line::Sqlite(sqlite::Line::new(opening, told(whose)))
                };
                Ok(Self::of(
                    Dialect::Sqlite,
                    database.max_connections,
                    line,
                    writer,
                    (Paces::default(), Some(file.clone())),
                ))
            }
        }
    }

    fn of(
        dialect: Dialect,
        readers: u32,
        line: impl Fn(Whose) -> Line,
        writer: Slot,
        (paces, file): (Paces, Option<File>),
    ) -> Self {
        let readers: Vec<Line> = (0..readers).map(|_| line(Whose::Reader)).collect();
        let (probe, upkeep) = (line(Whose::Probe), line(Whose::Upkeep));
        let all = (readers.iter().chain([&probe, &upkeep]).cloned().collect(), writer.clone());
        // Those who wait here were let in: who is too many is sent away before.
        let rules = Rules { most_waiting: usize::MAX, patience: ACQUIRE, order: Order::Fair, parts: PARTS };
        // Who writes has all the time that a request has.
        let write_rules = Rules { patience: ACQUIRE_TO_WRITE, ..rules };
        let slots = Slots {
            readers: Turns::new(readers, rules),
            writer: Turns::new([writer], write_rules),
            probe: Turns::new([probe], rules),
            upkeep: Turns::new([upkeep], Rules { patience: UPKEEP, ..rules }),
            all,
            paces,
            file,
        };
        Self { dialect, slots: Arc::new(slots) }
    }
}

fn unusable(error: sqlx::Error) -> ConnectError {
    ConnectError::Open(DbErr::Conn(RuntimeErr::SqlxError(Arc::new(error))))
}

/// Makes sure that the server is there, by a connection of its own: its error says why it is not, where that of
/// a pool says how long it tried. A server that starts at the same time is waited for.
async fn reach(options: &PgConnectOptions) -> sqlx::Result<()> {
    let mut last = None;
    let tries = async {
        loop {
            match options.connect().await {
                Ok(connection) => return connection.close().await,
                Err(error) if may_be_starting(&error) => last = Some(error),
                Err(error) => return Err(error),
            }
            tokio::time::sleep(START_PAUSE).await;
        }
    };
    match tokio::time::timeout(START, tries).await {
        Ok(done) => done,
        Err(_) => Err(last.unwrap_or_else(|| sqlx::Error::Io(io::ErrorKind::TimedOut.into()))),
    }
}

fn may_be_starting(error: &sqlx::Error) -> bool {
    match error {
        // A socket that is a file is not there before.
        sqlx::Error::Io(error) => matches!(error.kind(), io::ErrorKind::ConnectionRefused | io::ErrorKind::NotFound),
        sqlx::Error::Database(error) => error.is_transient_in_connect_phase(),
        _ => false,
    }
}

async fn refuse_old_sqlite(slot: &Slot) -> Result<(), ConnectError> {
    let connection = slot.connection();
    let ask = Statement::from_string(connection.get_database_backend(), "SELECT sqlite_version()");
    let mut waited = Duration::ZERO;
    let row = loop {
        match connection.query_one_raw(ask.clone()).await {
            // Switching a new file to WAL does not wait for others that do the same.
            Err(error) if is_locked(&error) && waited < BUSY => {
                tokio::time::sleep(LOCKED_PAUSE).await;
                waited += LOCKED_PAUSE;
            }
            done => break done.map_err(ConnectError::Open)?,
        }
    };
    let version: String = row.map_or(Ok(String::new()), |row| row.try_get_by_index(0)).map_err(ConnectError::Open)?;
    let parts: Vec<u32> = version.split('.').filter_map(|part| part.parse().ok()).collect();
    if parts.as_slice() < OLDEST_SQLITE.as_slice() { Err(ConnectError::TooOld(version)) } else { Ok(()) }
}
