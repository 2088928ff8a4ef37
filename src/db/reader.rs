//! Reading: one request sees one state of the database, however many statements it runs.

use std::time::Duration;

use futures_util::lock::Mutex;
use sea_orm::DbErr;

use super::{
    Db, Dialect, Row, Slots, Sql,
    connect::STATEMENT,
    fault::Fault,
    line::{Line, Session},
    slot::none_is_free,
};
use crate::turns::Turns;

/// A snapshot, taken at its first statement. Dropped before it is finished, it stops what it runs, unless that is short and
/// shares its connection.
#[derive(Debug)]
pub struct Reader {
    db: Db,
    lines: fn(&Slots) -> &Turns<Line>,
    /// How long a statement may take.
    limit: Duration,
    /// Whether it is expected to take one statement.
    is_alone: bool,
    /// Held by the statement that runs, so that its time is its own. Not a fair lock: a field that has begun goes on
    /// before another begins.
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    session: Option<Session>,
    /// How many statements ran.
    statements: usize,
    /// The first one: what comes after it fails alike, on both databases.
    failure: Option<DbErr>,
}

/// For statements that no caller waits for.
pub(super) const UPKEEP: Duration = Duration::from_mins(10);

/// How a reader ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ended {
    /// After so many statements.
    After(usize),
    /// Before the second statement, where one was expected: what was read may be thrown away, and read again from a
    /// snapshot of several.
    NotAlone,
}

impl Db {
    /// A snapshot that nothing was read from yet.
    pub fn reader(&self) -> Reader {
        self.reader_on(|slots| &slots.readers, STATEMENT)
    }

    /// The same for one statement, which is a snapshot by itself and needs no transaction around it. A second one fails.
    pub fn reader_of_one(&self) -> Reader {
        Reader { is_alone: true, ..self.reader() }
    }

    /// The same on a connection apart, for statements that may take long, because no caller waits for them.
    pub fn reader_for_upkeep(&self) -> Reader {
        self.reader_on(|slots| &slots.upkeep, UPKEEP)
    }

    /// The same on a connection apart, which no load keeps busy.
    pub fn reader_for_probe(&self) -> Reader {
        self.reader_on(|slots| &slots.probe, STATEMENT)
    }

    fn reader_on(&self, lines: fn(&Slots) -> &Turns<Line>, limit: Duration) -> Reader {
        Reader { db: self.clone(), lines, limit, is_alone: false, state: Mutex::default() }
    }
}

impl Reader {
    /// A statement in this database's words.
    pub fn sql(&self) -> Sql {
        Sql::new(self.db.dialect)
    }

    /// Which database it is.
    pub fn dialect(&self) -> Dialect {
        self.db.dialect
    }

    /// Waits for a connection, for whoever must not wait for one later on.
    pub async fn begin(&self) -> Result<(), DbErr> {
        self.session(&mut *self.state.lock().await, None).await.map(|_| ())
    }

    /// All the rows of a statement.
    pub async fn rows(&self, sql: Sql) -> Result<Vec<Row>, DbErr> {
        let mut state = self.state.lock().await;
        if let Some(error) = &state.failure {
            return Err(error.clone());
        }
        let done = self.run(&mut state, sql).await;
        if let Err(error) = &done {
            state.failure = Some(error.clone());
            // Where another statement was not expected, nothing is wrong with the connection.
            if Fault::of(error) != Fault::NotAlone {
                state.session = None;
            }
        }
        done
    }

    /// The one row of a statement that has one at most.
    pub async fn row(&self, sql: Sql) -> Result<Option<Row>, DbErr> {
        Ok(self.rows(sql).await?.into_iter().next())
    }

    /// Gives the connection back; after a failure, it is given up already.
    pub async fn finish(self) -> Result<Ended, DbErr> {
        let State { session, statements, failure } = self.state.into_inner();
        if let Some(session) = session {
            session.finish().await?;
        }
        Ok(if failure.as_ref().is_some_and(|error| Fault::of(error) == Fault::NotAlone) {
            Ended::NotAlone
        } else {
            Ended::After(statements)
        })
    }

    /// What is read on, begun for the first statement. Where that is the only one, and short, it may share its
    /// connection.
    async fn session<'s>(&self, state: &'s mut State, first: Option<&Sql>) -> Result<&'s mut Session, DbErr> {
        let session = if let Some(session) = state.session.take() {
            session
        } else {
            let slots = &*self.db.slots;
            let lines = (self.lines)(slots);
            let turn = match first.filter(|_| self.is_alone) {
                Some(only) => lines.share(slots.paces.parts(only.text())).await,
                None => lines.take().await,
            };
            let turn = turn.map_err(|_| none_is_free())?;
            Session::begin(turn, self.is_alone)?
        };
        Ok(state.session.insert(session))
    }

    /// Runs a statement after those that run already, within its time.
    async fn run(&self, state: &mut State, sql: Sql) -> Result<Vec<Row>, DbErr> {
        let rows = self.session(state, Some(&sql)).await?.rows(sql, self.limit).await?;
        state.statements += 1;
        Ok(rows)
    }
}
