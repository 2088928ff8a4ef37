//! What a database's errors mean for who asked.

use sea_orm::{ConnAcquireErr, DbErr, RuntimeErr, sqlx};

/// PostgreSQL's `serialization_failure` and `deadlock_detected`; and `unique_violation`, as what two
/// transactions look up, miss and make at once is there when the slower one looks again.
const IN_THE_WAY: [&str; 3] = ["40001", "40P01", "23505"];

/// PostgreSQL's classes of errors for connections that broke, servers that stop, and too little of
/// something.
const OUTAGES: [&str; 3] = ["08", "53", "57"];

/// Whether another transaction was in the way, so that trying again helps.
pub(super) fn was_in_the_way(error: &DbErr) -> bool {
    code(error).is_some_and(|code| IN_THE_WAY.contains(&code.as_str()))
}

/// Whether an SQLite file was locked: `SQLITE_BUSY`, in its extended forms too.
pub(super) fn is_locked(error: &DbErr) -> bool {
    code(error).and_then(|code| code.parse::<u32>().ok()).is_some_and(|code| code & 0xff == 5)
}

/// Whether the database is too busy or gone, rather than at odds with what was asked.
pub fn is_unavailable(error: &DbErr) -> bool {
    let is_out = |code: String| OUTAGES.iter().any(|class| code.len() == 5 && code.starts_with(class));
    match error {
        DbErr::Conn(_) => true,
        DbErr::ConnectionAcquire(cause) => matches!(cause, ConnAcquireErr::Timeout | ConnAcquireErr::ConnectionClosed),
        other => {
            let broke = matches!(
                cause(other),
                Some(
                    sqlx::Error::Io(_)
                        | sqlx::Error::Tls(_)
                        | sqlx::Error::PoolTimedOut
                        | sqlx::Error::PoolClosed
                        | sqlx::Error::WorkerCrashed
                )
            );
            broke || is_locked(other) || code(other).is_some_and(is_out)
        }
    }
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
