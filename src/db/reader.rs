//! Reading: one request sees one state of the database, however many statements it runs.

use sea_orm::{AccessMode, ConnectionTrait, DatabaseTransaction, DbErr, IsolationLevel, QueryResult, TransactionTrait};
use tokio::sync::OnceCell;

use super::{Db, Dialect, Sql};

/// A snapshot, taken at its first statement. Dropped, it lets go of the connection.
#[derive(Debug)]
pub struct Reader {
    db: Db,
    snapshot: OnceCell<DatabaseTransaction>,
}

impl Db {
    /// A snapshot that nothing was read from yet.
    pub fn reader(&self) -> Reader {
        Reader { db: self.clone(), snapshot: OnceCell::new() }
    }

    async fn begin_reading(&self) -> Result<DatabaseTransaction, DbErr> {
        match self.dialect {
            // A deferred transaction in WAL mode sees what was there at its first read.
            Dialect::Sqlite => self.reads.begin().await,
            Dialect::Postgres => {
                let (isolation, access) = (IsolationLevel::RepeatableRead, AccessMode::ReadOnly);
                self.reads.begin_with_config(Some(isolation), Some(access)).await
            }
        }
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

    /// The snapshot itself, for sea-orm's selects.
    pub async fn snapshot(&self) -> Result<&DatabaseTransaction, DbErr> {
        self.snapshot.get_or_try_init(|| self.db.begin_reading()).await
    }

    /// All the rows of a statement.
    pub async fn rows(&self, sql: Sql) -> Result<Vec<QueryResult>, DbErr> {
        self.snapshot().await?.query_all_raw(sql.statement()).await
    }

    /// The one row of a statement that has one at most.
    pub async fn row(&self, sql: Sql) -> Result<Option<QueryResult>, DbErr> {
        Ok(self.rows(sql).await?.into_iter().next())
    }

    /// Gives the connection back.
    pub async fn finish(self) -> Result<(), DbErr> {
        match self.snapshot.into_inner() {
            Some(snapshot) => snapshot.commit().await,
            None => Ok(()),
        }
    }
}
