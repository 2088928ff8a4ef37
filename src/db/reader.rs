//! Reading: one request sees one state of the database, however many statements it runs.

use std::time::Duration;

use futures_util::lock::Mutex;
use sea_orm::{
    AccessMode, ConnectionTrait, DbErr, EntityTrait, IsolationLevel, QueryResult, Select, TransactionOptions,
};
use tokio::sync::OnceCell;

use super::{
    Db, Dialect, Slots, Sql,
    connect::STATEMENT,
    fault::too_slow,
    slot::{Session, Slot},
};
use crate::turns::Turns;

/// A snapshot, taken at its first statement. Dropped before it is finished, it stops what it runs.
#[derive(Debug)]
pub struct Reader {
    db: Db,
    slots: fn(&Slots) -> &Turns<Slot>,
    /// How long a statement may take.
    limit: Duration,
    snapshot: OnceCell<Session>,
    /// Held by the statement that runs, so that its time is its own. Holds the first failure: what comes after
    /// it fails alike, on both databases. Not a fair lock: a field that has begun goes on before another begins.
    failure: Mutex<Option<DbErr>>,
}

/// PostgreSQL stops a statement by itself, and says so better than we can. A server that does not even do that
/// is not waited for.
const GRACE: Duration = Duration::from_secs(1);

/// For statements that no caller waits for.
pub(super) const UPKEEP: Duration = Duration::from_mins(10);

impl Db {
    /// A snapshot that nothing was read from yet.
    pub fn reader(&self) -> Reader {
        self.reader_on(|slots| &slots.readers, STATEMENT)
    }

    /// The same on a connection apart, for statements that may take long, because no caller waits for them.
    pub fn reader_for_upkeep(&self) -> Reader {
        self.reader_on(|slots| &slots.upkeep, UPKEEP)
    }

    /// The same on a connection apart, which no load keeps busy.
    pub fn reader_for_probe(&self) -> Reader {
        self.reader_on(|slots| &slots.probe, STATEMENT)
    }

    fn reader_on(&self, slots: fn(&Slots) -> &Turns<Slot>, limit: Duration) -> Reader {
        Reader { db: self.clone(), slots, limit, snapshot: OnceCell::new(), failure: Mutex::new(None) }
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
        self.session().await.map(|_| ())
    }

    /// All the rows of a statement.
    pub async fn rows(&self, sql: Sql) -> Result<Vec<QueryResult>, DbErr> {
        let session = self.session().await?;
        self.run(session, session.transaction().query_all_raw(sql.statement())).await
    }

    /// The one row of a statement that has one at most.
    pub async fn row(&self, sql: Sql) -> Result<Option<QueryResult>, DbErr> {
        Ok(self.rows(sql).await?.into_iter().next())
    }

    /// All the rows of an entity that are selected.
    pub async fn all<E: EntityTrait>(&self, select: Select<E>) -> Result<Vec<E::Model>, DbErr> {
        let session = self.session().await?;
        self.run(session, select.all(session.transaction())).await
    }

    /// Gives the connection back; after a failure, gives it up.
    pub async fn finish(self) -> Result<(), DbErr> {
        match self.snapshot.into_inner() {
            Some(session) if self.failure.into_inner().is_none() => {
                tokio::time::timeout(STATEMENT, session.commit()).await.unwrap_or_else(|_| Err(too_slow(STATEMENT)))
            }
            _ => Ok(()),
        }
    }

    async fn session(&self) -> Result<&Session, DbErr> {
        self.snapshot.get_or_try_init(|| self.begin_reading()).await
    }

    async fn begin_reading(&self) -> Result<Session, DbErr> {
        let options = match self.db.dialect {
            // A deferred transaction in WAL mode sees what was there at its first read.
            Dialect::Sqlite => TransactionOptions::default(),
            Dialect::Postgres => TransactionOptions {
                isolation_level: Some(IsolationLevel::RepeatableRead),
                access_mode: Some(AccessMode::ReadOnly),
                ..TransactionOptions::default()
            },
        };
        let session = Session::begin((self.slots)(&self.db.slots), options).await?;
        if self.limit != STATEMENT {
            session.limit(self.limit).await?;
        }
        Ok(session)
    }

    /// Runs a statement after those that run already, within its time.
    async fn run<T>(&self, session: &Session, statement: impl Future<Output = Result<T, DbErr>>) -> Result<T, DbErr> {
        let mut failure = self.failure.lock().await;
        if let Some(error) = &*failure {
            return Err(error.clone());
        }
        let patience = match self.db.dialect {
            Dialect::Sqlite => self.limit,
            Dialect::Postgres => self.limit + GRACE,
        };
        let done = tokio::time::timeout(patience, statement).await.unwrap_or_else(|_| {
            session.abandon();
            Err(too_slow(self.limit))
        });
        *failure = done.as_ref().err().cloned();
        done
    }
}
