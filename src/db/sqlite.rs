//! Reading from SQLite.
//!
//! A statement runs on the thread that asks for it, as long as it is a short one: most take less time than it takes
//! to hand them to another thread and their rows back. SQLite is asked to count its steps; past so many, the
//! statement is begun anew on a thread where it may take its time, so that no thread that serves others is held up.
//! A snapshot stays what it is meanwhile.
//!
//! A statement that stands alone is a snapshot by itself; several are in a transaction.

use std::{
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    },
    time::{Duration, Instant},
};

use rusqlite::{CachedStatement, Connection, ErrorCode, OpenFlags, Rows, types::ValueRef};
use sea_orm::{DbErr, Value};

use super::{
    Sql,
    connect::BUSY,
    fault::{not_alone, of_driver, of_sqlite, stopped, too_slow},
    file::File,
    line::{Rest, Stage},
    row::{Cell, Row, Table},
    slot::STEPS,
    told::Told,
};
use crate::config::DatabaseUrl;

/// How many looks a statement gets where it is asked for: some milliseconds.
const SHORT: u32 = 16;
/// As many looks as it takes.
const ANY: u32 = u32::MAX;
/// How many statements a connection keeps prepared.
const PREPARED: usize = 128;
/// Nobody writes here; and as much of the file as SQLite allows, 2 GiB, lies in memory that is the system's own cache of
/// files: a page is not asked for and copied each time.
const PRAGMAS: &str = "PRAGMA query_only = ON; PRAGMA mmap_size = 2147418112;";
/// A page cache of 256 KiB, instead of two megabytes.
const SMALL_CACHE: &str = "PRAGMA cache_size = -256;";

/// How a file is opened for reading.
#[derive(Clone, Debug)]
pub(super) struct Opening {
    /// Its path, or a URI of it.
    name: String,
    flags: OpenFlags,
    file: File,
    /// What a connection is told at its start.
    pragmas: String,
}

/// A connection that reads, or where it will be. A clone is the same one.
#[derive(Clone)]
pub(super) struct Line(Arc<Shared>);

struct Shared {
    opening: Opening,
    told: Told,
    rest: Rest<Lite>,
}

/// A connection, and how long what runs on it may go on.
struct Lite {
    connection: Connection,
    patience: Arc<Patience>,
}

/// How many looks are left.
struct Patience(AtomicU32);

/// A snapshot on a connection that nobody else uses. Dropped before it is finished, it takes the connection with it,
/// and whatever runs there stops.
pub(super) struct Session {
    line: Line,
    lite: Option<Lite>,
    stage: Stage,
}

/// Dropped, it stops what runs.
struct Stop(Arc<Patience>);

impl Opening {
    /// As the database's URL says it, whose parameters are SQLite's own; no file is made.
    pub(super) fn of(url: &DatabaseUrl, path: &Path, file: &File) -> Self {
        let path = path.to_string_lossy().replace('%', "%25").replace('?', "%3f").replace('#', "%23");
        let host = if path.starts_with('/') { "//" } else { "" };
        let existing = url.existing();
        let parameters = existing.as_str().split_once('?').map_or("mode=rw", |(_, parameters)| parameters);
        Self {
            name: format!("file:{host}{path}?{parameters}"),
            flags: OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_URI | OpenFlags::SQLITE_OPEN_NO_MUTEX,
            file: file.clone(),
            pragmas: PRAGMAS.to_owned(),
        }
    }

    /// The same with a small cache of pages, for what nobody waits for, which may look again at what it has read.
    pub(super) fn small(&self) -> Self {
        Self { pragmas: format!("{}{SMALL_CACHE}", self.pragmas), ..self.clone() }
    }
}

impl Line {
    pub(super) fn new(opening: Opening, told: Told) -> Self {
        Self(Arc::new(Shared { opening, told, rest: Rest::default() }))
    }

    /// A session of any number of statements, or of one. Its snapshot is taken when the first one runs.
    pub(super) fn begin(&self, is_alone: bool) -> Result<Session, DbErr> {
        let lite = self.0.rest.take()?.map_or_else(|| Lite::open(&self.0.opening), Ok)?;
        Ok(Session { line: self.clone(), lite: Some(lite), stage: Stage::of(is_alone) })
    }

    /// Closes the connection.
    pub(super) fn close(&self) {
        drop(self.0.rest.close());
    }
}

impl Session {
    /// All the rows of a statement that may take so long.
    pub(super) async fn rows(&mut self, sql: Sql, limit: Duration) -> Result<Vec<Row>, DbErr> {
        if self.stage == Stage::Over {
            return Err(not_alone());
        }
        let lite = self.lite.take().ok_or_else(stopped)?;
        // What runs several times is as good as several statements.
        if self.stage == Stage::Fresh || self.stage == Stage::Alone && sql.turns().is_some() {
            // A deferred transaction in WAL mode sees what was there at its first read.
            lite.say("BEGIN")?;
        }
        let begun = Instant::now();
        let (lite, sql, done) = match lite.run(&sql) {
            Err(error) if is_long(&error) => {
                let apart = tokio::time::timeout(limit, run_apart(lite, sql));
                apart.await.unwrap_or_else(|_| Err(too_slow(limit)))?
            }
            done => (lite, sql, done),
        };
        self.lite = Some(lite);
        self.stage = self.stage.after_statement();
        self.line.0.told.statement(sql.text(), begun.elapsed());
        Ok(done.map_err(of_sqlite)?.into_rows())
    }

    /// Gives the connection back.
    pub(super) fn finish(self) -> Result<(), DbErr> {
        let lite = self.lite.ok_or_else(stopped)?;
        if !lite.connection.is_autocommit() {
            lite.say("COMMIT")?;
        }
        self.line.0.rest.keep(lite);
        Ok(())
    }
}

/// Runs a statement on a thread for what takes long. Whoever does not wait for it stops it, and that is the end of its
/// connection.
async fn run_apart(lite: Lite, sql: Sql) -> Result<(Lite, Sql, rusqlite::Result<Table>), DbErr> {
    let patience = lite.patience.clone();
    patience.set(ANY);
    let _stop = Stop(patience);
    let work = move || {
        let done = lite.run_apart(&sql);
        (lite, sql, done)
    };
    tokio::task::spawn_blocking(work).await.map_err(|_| stopped())
}

/// Whether a statement is to be begun anew where it may take its time.
fn is_long(error: &rusqlite::Error) -> bool {
    matches!(error.sqlite_error_code(), Some(ErrorCode::OperationInterrupted | ErrorCode::DatabaseBusy))
}

impl Lite {
    fn open(opening: &Opening) -> Result<Self, DbErr> {
        let Opening { name, flags, file, pragmas } = opening;
        let connection = Connection::open_with_flags(name, *flags).map_err(of_sqlite)?;
        file.check().map_err(of_driver)?;
        let patience = Arc::new(Patience(AtomicU32::new(ANY)));
        let looked_at = patience.clone();
        let prepare = || {
            connection.set_prepared_statement_cache_capacity(PREPARED);
            connection.busy_timeout(BUSY)?;
            connection.execute_batch(pragmas)?;
            connection.progress_handler(STEPS, Some(move || looked_at.is_over()))
        };
        prepare().map_err(of_sqlite)?;
        Ok(Self { connection, patience })
    }

    /// Runs what has neither parameters nor rows.
    fn say(&self, text: &str) -> Result<(), DbErr> {
        self.patience.set(ANY);
        let mut statement = self.connection.prepare_cached(text).map_err(of_sqlite)?;
        statement.raw_execute().map(drop).map_err(of_sqlite)
    }

    /// Runs a statement, as long as it is a short one.
    fn run(&self, sql: &Sql) -> rusqlite::Result<Table> {
        self.patience.set(SHORT);
        self.connection.busy_timeout(Duration::ZERO)?;
        self.table(sql)
    }

    /// Runs a statement, however long that takes.
    fn run_apart(&self, sql: &Sql) -> rusqlite::Result<Table> {
        self.connection.busy_timeout(BUSY)?;
        self.table(sql)
    }

    fn table(&self, sql: &Sql) -> rusqlite::Result<Table> {
        let mut statement = self.connection.prepare_cached(sql.text())?;
        for (place, value) in sql.values().iter().enumerate() {
            bind(&mut statement, place + 1, value)?;
        }
        let mut table = Table::new(statement.column_count());
        match sql.turns() {
            None => read(statement.raw_query(), &mut table)?,
            Some(turns) => {
                for value in &turns.values {
                    statement.raw_bind_parameter(turns.place + 1, value)?;
                    read(statement.raw_query(), &mut table)?;
                }
            }
        }
        Ok(table)
    }
}

/// Adds all these rows.
fn read(mut rows: Rows<'_>, table: &mut Table) -> rusqlite::Result<()> {
    while let Some(row) = rows.next()? {
        for column in 0..table.columns {
            let cell = match row.get_ref(column)? {
                ValueRef::Null => Cell::Null,
                ValueRef::Integer(number) => Cell::Integer(number),
                ValueRef::Real(number) => Cell::Real(number),
                bytes @ (ValueRef::Text(_) | ValueRef::Blob(_)) => {
                    let from = table.texts.len();
                    table.texts.push_str(bytes.as_str()?);
                    Cell::Text(from, table.texts.len())
                }
            };
            table.cells.push(cell);
        }
    }
    Ok(())
}

fn bind(statement: &mut CachedStatement<'_>, place: usize, value: &Value) -> rusqlite::Result<()> {
    match value {
        Value::Bool(it) => statement.raw_bind_parameter(place, it),
        Value::Int(it) => statement.raw_bind_parameter(place, it),
        Value::BigInt(it) => statement.raw_bind_parameter(place, it),
        Value::Double(it) => statement.raw_bind_parameter(place, it),
        Value::String(it) => statement.raw_bind_parameter(place, it),
        other => {
            let unknown = format!("a parameter that nobody reads with: {other:?}");
            Err(rusqlite::Error::ToSqlConversionFailure(unknown.into()))
        }
    }
}

impl Patience {
    fn set(&self, looks: u32) {
        self.0.store(looks, Ordering::Relaxed);
    }

    /// Looks once more.
    fn is_over(&self) -> bool {
        let next = |left| if left == ANY { None } else { Some(u32::saturating_sub(left, 1)) };
        self.0.fetch_update(Ordering::Relaxed, Ordering::Relaxed, next) == Ok(0)
    }
}

impl Drop for Stop {
    fn drop(&mut self) {
        self.0.set(0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        clock::SystemClock,
        db::{Dialect, fault::Fault},
        metrics::{Connection as Whose, Metrics},
    };

    /// A file with a table `t` of one row, and a line that reads it.
    fn file_of_one_row(path: &Path) -> (Connection, Line) {
        let writer = Connection::open(path).expect("a file");
        writer.execute_batch("PRAGMA journal_mode = WAL; CREATE TABLE t (i); INSERT INTO t VALUES (1)").expect("SQL");
        let url: DatabaseUrl = "sqlite://where.db?mode=rwc".parse().expect("a URL");
        let metrics = Metrics::new(Arc::new(SystemClock));
        let told = Told { metrics, whose: Whose::Reader, observer: None };
        (writer, Line::new(Opening::of(&url, path, &File::at(path)), told))
    }

    fn sql(text: &str) -> Sql {
        let mut sql = Sql::new(Dialect::Sqlite);
        sql.push(text);
        sql
    }

    async fn number(session: &mut Session, text: &str) -> i64 {
        let rows = session.rows(sql(text), Duration::MAX).await.expect("rows");
        rows[0].try_get_by_index(0).expect("a number")
    }

    #[tokio::test]
    async fn what_takes_long_is_read_elsewhere_and_from_the_same_snapshot() {
        const LONG: &str =
            "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 100000) SELECT COUNT(*) FROM n";
        let folder = tempfile::tempdir().expect("a folder");
        let (writer, line) = file_of_one_row(&folder.path().join("long.db"));
        let mut session = line.begin(false).expect("a connection");
        assert_eq!(number(&mut session, "SELECT COUNT(*) FROM t").await, 1);
        writer.execute_batch("INSERT INTO t VALUES (2)").expect("SQL");

        let here = session.lite.as_ref().expect("a connection").run(&sql(LONG));
        assert!(here.is_err_and(|error| is_long(&error)));
        assert_eq!(number(&mut session, LONG).await, 100_000);
        assert_eq!(number(&mut session, "SELECT COUNT(*) FROM t").await, 1, "it was begun before");
        session.finish().expect("it ends");

        let mut session = line.begin(false).expect("a connection");
        assert_eq!(number(&mut session, "SELECT COUNT(*) FROM t").await, 2);
    }

    #[tokio::test]
    async fn one_statement_has_no_transaction_around_it_unless_it_runs_several_times() {
        let folder = tempfile::tempdir().expect("a folder");
        let (_writer, line) = file_of_one_row(&folder.path().join("alone.db"));
        let is_begun = |session: &Session| !session.lite.as_ref().expect("a connection").connection.is_autocommit();
        let mut session = line.begin(true).expect("a connection");
        assert_eq!(number(&mut session, "SELECT COUNT(*) FROM t").await, 1);
        assert!(!is_begun(&session));
        let second = session.rows(sql("SELECT 1"), Duration::MAX).await;
        assert!(second.is_err_and(|error| Fault::of(&error) == Fault::NotAlone));
        session.finish().expect("it ends");

        let mut turns = sql("SELECT i + ");
        let turn = turns.in_turn(&[1, 2]);
        turns.push(&turn).push(" FROM t");
        let mut session = line.begin(true).expect("a connection");
        assert_eq!(session.rows(turns, Duration::MAX).await.expect("rows").len(), 2);
        assert!(is_begun(&session));
        session.finish().expect("it ends");
        assert!(!is_begun(&line.begin(true).expect("the connection again")));
    }

    #[tokio::test]
    async fn a_file_of_any_name_is_opened_and_none_is_made() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("a b%20?c#d&é.db");
        let (_writer, line) = file_of_one_row(&path);
        assert_eq!(number(&mut line.begin(false).expect("a connection"), "SELECT COUNT(*) FROM t").await, 1);

        let url = "sqlite://where.db?mode=rwc".parse().expect("a URL");
        let missing = folder.path().join("missing.db");
        assert!(Lite::open(&Opening::of(&url, &missing, &File::at(&missing))).is_err());
        assert!(!missing.exists());
    }
}
