//! What a database's errors mean for who asked.

use std::{error::Error, fmt, io, sync::Arc, time::Duration};

use sea_orm::{ConnAcquireErr, DbErr, RuntimeErr, sqlx};

use super::{binary::Unlike, file::Replaced};

/// What SQLite said to who reads.
#[derive(Debug, thiserror::Error)]
#[error(transparent)]
struct Lite(rusqlite::Error);

/// What PostgreSQL said to who reads, or what became of the connection.
#[derive(Debug)]
struct Pg(tokio_postgres::Error);

/// What was read on a connection of one statement needs another one.
#[derive(Clone, Copy, Debug, thiserror::Error)]
#[error("one statement was expected, and this is another one")]
struct NotAlone;

/// What an error means for who asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// The database is gone, too busy or out of something: the same may work later.
    Unavailable,
    /// It can be read and not written: it is full, or may only be read. Somebody has to see to it, and then
    /// the same works.
    NotWritable,
    /// The statement was stopped, as it took longer than it may.
    TooSlow,
    /// It is the second one where one was expected: it is to be read from a snapshot of several.
    NotAlone,
    /// It is at odds with what was asked: a fault of ours, or of what is stored.
    Internal,
}

/// A statement that was stopped from here.
#[derive(Clone, Copy, Debug, thiserror::Error)]
#[error("the statement took longer than {} s", .0.as_secs_f32())]
struct Late(Duration);

impl fmt::Display for Pg {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0.as_db_error() {
            Some(said) => said.fmt(f),
            None => self.0.fmt(f),
        }
    }
}

impl Error for Pg {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.0.source()
    }
}

/// PostgreSQL's codes and classes of codes, the longer ones first. What is not listed is [`Fault::Internal`].
const POSTGRES: [(&str, Fault); 13] = [
    // A replica needed the rows itself; so a snapshot of it ends.
    ("40001", Fault::Unavailable),
    ("40P01", Fault::Unavailable),
    ("55P03", Fault::Unavailable), // somebody holds a lock
    ("25P03", Fault::Unavailable), // it thought that we were gone
    ("25P04", Fault::Unavailable),
    ("25006", Fault::NotWritable), // a replica, or one that was told to
    ("53100", Fault::NotWritable), // its disk is full
    ("57014", Fault::TooSlow),
    ("08", Fault::Unavailable), // the connection broke
    ("53", Fault::Unavailable), // out of memory, of connections
    ("57", Fault::Unavailable), // it stops, or starts
    ("58", Fault::Unavailable), // its files can't be read just now
    ("3D", Fault::Unavailable), // there is no such database just now
];

/// SQLite's codes, without what extends them.
const SQLITE: [(u32, Fault); 9] = [
    (SQLITE_BUSY, Fault::Unavailable),
    (6, Fault::Unavailable),  // SQLITE_LOCKED
    (7, Fault::Unavailable),  // SQLITE_NOMEM
    (8, Fault::NotWritable),  // SQLITE_READONLY
    (9, Fault::TooSlow),      // SQLITE_INTERRUPT
    (10, Fault::Unavailable), // SQLITE_IOERR
    (13, Fault::NotWritable), // SQLITE_FULL
    (14, Fault::Unavailable), // SQLITE_CANTOPEN: out of files, most often
    (15, Fault::Unavailable), // SQLITE_PROTOCOL: somebody was in the way for long
];

const SQLITE_BUSY: u32 = 5;

/// PostgreSQL's `serialization_failure` and `deadlock_detected`; and `unique_violation`, as what two
/// transactions look up, miss and make at once is there when the slower one looks again.
const IN_THE_WAY: [&str; 3] = ["40001", "40P01", "23505"];

impl Fault {
    /// What this error means.
    pub fn of(error: &DbErr) -> Self {
        match error {
            DbErr::Conn(_) | DbErr::ConnectionAcquire(ConnAcquireErr::Timeout | ConnAcquireErr::ConnectionClosed) => {
                Self::Unavailable
            }
            other => cause(other).map_or(Self::Internal, meaning),
        }
    }
}

fn meaning(error: &sqlx::Error) -> Fault {
    match error {
        sqlx::Error::Io(error) => of_io(error),
        // A connection that says what it should not is as good as one that broke.
        sqlx::Error::Tls(_)
        | sqlx::Error::Protocol(_)
        | sqlx::Error::BeginFailed
        | sqlx::Error::PoolTimedOut
        | sqlx::Error::PoolClosed
        | sqlx::Error::WorkerCrashed => Fault::Unavailable,
        sqlx::Error::Database(error) => error.code().map_or(Fault::Internal, |code| of_code(&code)),
        _ => Fault::Internal,
    }
}

/// Errors of ours, and of SQLite's reader, come as errors of input and output: the driver has no place for others.
fn of_io(error: &io::Error) -> Fault {
    let Some(cause) = error.get_ref() else { return Fault::Unavailable };
    if cause.is::<Late>() {
        Fault::TooSlow
    } else if cause.is::<Replaced>() {
        Fault::NotWritable
    } else if cause.is::<NotAlone>() {
        Fault::NotAlone
    } else if let Some(Pg(error)) = cause.downcast_ref() {
        of_postgres_said(error)
    } else if let Some(Lite(error)) = cause.downcast_ref() {
        error.sqlite_error().map_or(Fault::Internal, |error| of_code(&error.extended_code.to_string()))
    } else {
        Fault::Unavailable
    }
}

/// What is no word of the server's is most often that the connection broke.
fn of_postgres_said(error: &tokio_postgres::Error) -> Fault {
    match error.code() {
        Some(code) => of_code(code.code()),
        None if error.source().is_some_and(<dyn Error>::is::<Unlike>) => Fault::Internal,
        None => Fault::Unavailable,
    }
}

/// PostgreSQL's codes have five characters, SQLite's are numbers of up to four digits.
fn of_code(code: &str) -> Fault {
    let known = if code.len() == 5 {
        POSTGRES.iter().find(|(class, _)| code.starts_with(class)).map(|(_, fault)| *fault)
    } else {
        primary(code).and_then(|code| SQLITE.iter().find(|(known, _)| *known == code)).map(|(_, fault)| *fault)
    };
    known.unwrap_or(Fault::Internal)
}

/// An error of SQLite without what extends it.
fn primary(code: &str) -> Option<u32> {
    Some(code.parse::<u32>().ok()? & 0xff)
}

/// The error of a statement that was stopped from here after this time.
pub(super) fn too_slow(limit: Duration) -> DbErr {
    of_driver(sqlx::Error::Io(io::Error::new(io::ErrorKind::TimedOut, Late(limit))))
}

/// The error of a statement on a connection that is not there any more.
pub(super) fn stopped() -> DbErr {
    of_driver(sqlx::Error::WorkerCrashed)
}

/// The error of a second statement where one was expected.
pub(super) fn not_alone() -> DbErr {
    of_driver(sqlx::Error::Io(io::Error::other(NotAlone)))
}

/// The error of a statement, as SQLite says it.
pub(super) fn of_sqlite(error: rusqlite::Error) -> DbErr {
    of_driver(sqlx::Error::Io(io::Error::other(Lite(error))))
}

/// The error of a statement, as PostgreSQL says it to who reads.
pub(super) fn of_postgres(error: tokio_postgres::Error) -> DbErr {
    of_driver(sqlx::Error::Io(io::Error::other(Pg(error))))
}

/// The error of a connection to PostgreSQL that could not be made.
pub(super) fn of_postgres_connect(error: Box<dyn Error + Send + Sync>) -> DbErr {
    let error = match error.downcast::<tokio_postgres::Error>() {
        Ok(error) => io::Error::other(Pg(*error)),
        Err(error) => io::Error::other(error),
    };
    DbErr::Conn(RuntimeErr::SqlxError(Arc::new(sqlx::Error::Io(error))))
}

/// The error of a statement, as the driver says it.
pub(super) fn of_driver(error: sqlx::Error) -> DbErr {
    DbErr::Query(RuntimeErr::SqlxError(Arc::new(error)))
}

/// Whether a connection that had been made turned out to be none, so that another one may do.
pub(super) fn is_broken_connection(error: &DbErr) -> bool {
    let made = !matches!(error, DbErr::Conn(_) | DbErr::ConnectionAcquire(_));
    // It stops; or it thought that we were gone.
    let is_end = |code: &str| code.starts_with("57P") || code.starts_with("08") || code == "25P03";
    let broke = |cause: &sqlx::Error| match cause {
        sqlx::Error::Io(error) => match error.get_ref().and_then(|cause| cause.downcast_ref()) {
            Some(Pg(error)) => match error.code() {
                Some(code) => is_end(code.code()),
                None => of_postgres_said(error) == Fault::Unavailable,
            },
            None => true,
        },
        sqlx::Error::Tls(_) | sqlx::Error::Protocol(_) | sqlx::Error::WorkerCrashed => true,
        sqlx::Error::Database(error) => error.code().is_some_and(|code| is_end(&code)),
        _ => false,
    };
    made && cause(error).is_some_and(broke)
}

/// Whether another transaction was in the way, so that trying again helps.
pub(super) fn was_in_the_way(error: &DbErr) -> bool {
    code(error).is_some_and(|code| IN_THE_WAY.contains(&code.as_str()))
}

/// Whether an SQLite file was locked.
pub(super) fn is_locked(error: &DbErr) -> bool {
    code(error).filter(|code| code.len() < 5).and_then(|code| primary(&code)) == Some(SQLITE_BUSY)
}

fn cause(error: &DbErr) -> Option<&sqlx::Error> {
    match error {
        DbErr::Conn(RuntimeErr::SqlxError(cause))
        | DbErr::Exec(RuntimeErr::SqlxError(cause))
        | DbErr::Query(RuntimeErr::SqlxError(cause)) => Some(cause),
        _ => None,
    }
}

fn code(error: &DbErr) -> Option<String> {
    Some(cause(error)?.as_database_error()?.code()?.into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_of_both_databases_are_told_apart() {
        for (code, expected) in [
            ("57P01", Fault::Unavailable), // admin_shutdown
            ("57P03", Fault::Unavailable), // cannot_connect_now
            ("57014", Fault::TooSlow),     // query_canceled
            ("53300", Fault::Unavailable), // too_many_connections
            ("53100", Fault::NotWritable), // disk_full
            ("25006", Fault::NotWritable), // read_only_sql_transaction
            ("25P02", Fault::Internal),    // in_failed_sql_transaction
            ("25P03", Fault::Unavailable), // idle_in_transaction_session_timeout
            ("08006", Fault::Unavailable), // connection_failure
            ("22012", Fault::Internal),    // division_by_zero
            ("22003", Fault::Internal),    // numeric_value_out_of_range
            ("42P01", Fault::Internal),    // undefined_table
            ("5", Fault::Unavailable),     // SQLITE_BUSY
            ("517", Fault::Unavailable),   // SQLITE_BUSY_SNAPSHOT
            ("9", Fault::TooSlow),         // SQLITE_INTERRUPT
            ("13", Fault::NotWritable),    // SQLITE_FULL
            ("1032", Fault::NotWritable),  // SQLITE_READONLY_DBMOVED
            ("778", Fault::Unavailable),   // SQLITE_IOERR_WRITE
            ("11", Fault::Internal),       // SQLITE_CORRUPT
            ("1", Fault::Internal),        // SQLITE_ERROR
            ("", Fault::Internal),
        ] {
            assert_eq!(of_code(code), expected, "{code}");
        }
    }

    #[test]
    fn a_statement_that_is_stopped_from_here_is_too_slow_and_a_network_that_is_late_is_not() {
        let error = too_slow(Duration::from_secs(5));
        assert_eq!(Fault::of(&error), Fault::TooSlow);
        assert!(error.to_string().ends_with("the statement took longer than 5 s"), "{error}");
        let network = sqlx::Error::Io(io::Error::from(io::ErrorKind::TimedOut));
        let network = DbErr::Query(RuntimeErr::SqlxError(Arc::new(network)));
        assert_eq!(Fault::of(&network), Fault::Unavailable);
        assert!(is_broken_connection(&network));
    }

    #[test]
    fn who_gets_no_connection_may_try_again() {
        let error = DbErr::ConnectionAcquire(ConnAcquireErr::Timeout);
        assert_eq!(Fault::of(&error), Fault::Unavailable);
        assert!(!is_broken_connection(&error));
        assert_eq!(Fault::of(&DbErr::Custom(String::new())), Fault::Internal);
    }
}
