//! A connection that reads, to whichever database.

use std::{
    fmt,
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use sea_orm::{DbErr, sqlx};

use super::{
    Row, Sql,
    connect::STATEMENT,
    fault::{of_driver, too_slow},
    postgres, sqlite,
};
use crate::turns::Turn;

/// A connection, or where it will be. A clone is the same one.
#[derive(Clone)]
pub(super) enum Line {
    Postgres(postgres::Line),
    Sqlite(sqlite::Line),
}

/// A snapshot on a connection that nobody else uses, or that others share whose statements are as short. Dropped before it is
/// finished, it takes the connection with it, which stops what runs on it once nobody else uses it.
pub(super) struct Session {
    // In the order in which they are dropped: the connection is given up before it is the next one's turn.
    on: On,
    _turn: Turn<Line>,
}

enum On {
    Postgres(postgres::Session),
    Sqlite(sqlite::Session),
}

/// How far a session has come.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Stage {
    /// One statement is expected, which is a snapshot by itself.
    Alone,
    /// That statement ran.
    Over,
    /// Any number is expected, of which none ran.
    Fresh,
    /// In a transaction.
    Begun,
}

/// PostgreSQL stops a statement by itself, and says so better than we can. A server that does not even do that
/// is not waited for.
const GRACE: Duration = Duration::from_secs(1);

impl Line {
    /// Closes it.
    pub(super) async fn close(&self) {
        match self {
            Self::Postgres(line) => line.close().await,
            Self::Sqlite(line) => line.close(),
        }
    }
}

impl Session {
    /// Begins where it is one's turn: for any number of statements, or for one.
    pub(super) fn begin(turn: Turn<Line>, is_alone: bool) -> Result<Self, DbErr> {
        let on = match &*turn {
            Line::Postgres(line) => On::Postgres(line.begin(is_alone)),
            Line::Sqlite(line) => On::Sqlite(line.begin(is_alone)?),
        };
        Ok(Self { on, _turn: turn })
    }

    /// All the rows of a statement that may take so long.
    pub(super) async fn rows(&mut self, sql: Sql, limit: Duration) -> Result<Vec<Row>, DbErr> {
        match &mut self.on {
            // What waits for a server is large, and would be moved about for SQLite, too.
            On::Postgres(session) => {
                let rows = Box::pin(tokio::time::timeout(limit + GRACE, session.rows(sql)));
                rows.await.unwrap_or_else(|_| Err(too_slow(limit)))
            }
            On::Sqlite(session) => session.rows(sql, limit).await,
        }
    }

    /// Ends it well, and gives the connection back.
    pub(super) async fn finish(self) -> Result<(), DbErr> {
        let Self { on, _turn } = self;
        match on {
            On::Postgres(session) => {
                let finish = Box::pin(tokio::time::timeout(STATEMENT, session.finish()));
                finish.await.unwrap_or_else(|_| Err(too_slow(STATEMENT)))
            }
            On::Sqlite(session) => session.finish(),
        }
    }
}

impl Stage {
    /// At the beginning.
    pub(super) fn of(is_alone: bool) -> Self {
        if is_alone { Self::Alone } else { Self::Fresh }
    }

    /// Behind a statement that was allowed.
    pub(super) fn after_statement(self) -> Self {
        if self == Self::Alone { Self::Over } else { Self::Begun }
    }
}

/// Where a connection lies while nobody has it.
pub(super) struct Rest<C>(Mutex<Place<C>>);

enum Place<C> {
    /// None was made yet, or somebody has taken it.
    Empty,
    Kept(C),
    /// There is to be none any more.
    Closed,
}

impl<C> Default for Rest<C> {
    fn default() -> Self {
        Self(Mutex::new(Place::Empty))
    }
}

impl<C> Rest<C> {
    /// The connection, where there is one; an error, once it was closed.
    pub(super) fn take(&self) -> Result<Option<C>, DbErr> {
        let mut place = self.place();
        match std::mem::replace(&mut *place, Place::Empty) {
            Place::Empty => Ok(None),
            Place::Kept(connection) => Ok(Some(connection)),
            Place::Closed => {
                *place = Place::Closed;
                Err(of_driver(sqlx::Error::PoolClosed))
            }
        }
    }

    /// The connection, where there is one, which stays here for others; an error, once it was closed.
    pub(super) fn get(&self) -> Result<Option<C>, DbErr>
    where
        C: Clone,
    {
        match &*self.place() {
            Place::Empty => Ok(None),
            Place::Kept(connection) => Ok(Some(connection.clone())),
            Place::Closed => Err(of_driver(sqlx::Error::PoolClosed)),
        }
    }

    /// Lays it back, unless it was closed meanwhile.
    pub(super) fn keep(&self, connection: C) {
        let mut place = self.place();
        if !matches!(*place, Place::Closed) {
            *place = Place::Kept(connection);
        }
    }

    /// Lets nobody have one from now on, and gives the one that lies here.
    pub(super) fn close(&self) -> Option<C> {
        match std::mem::replace(&mut *self.place(), Place::Closed) {
            Place::Kept(connection) => Some(connection),
            Place::Empty | Place::Closed => None,
        }
    }

    fn place(&self) -> MutexGuard<'_, Place<C>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for Line {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Line")
    }
}

impl fmt::Debug for Session {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Session")
    }
}
