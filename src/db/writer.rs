//! Writing: all of it or nothing, and once more where two writers met.

use sea_orm::{
    ConnectionTrait, DatabaseTransaction, DbErr, ExecResult, QueryResult, SqliteTransactionMode, TransactionOptions,
    TransactionTrait,
};

use super::{Db, Dialect, Sql, fault::was_in_the_way};

/// A transaction that is under way.
#[derive(Debug)]
pub struct Transaction {
    dialect: Dialect,
    inner: DatabaseTransaction,
}

/// How often a transaction is tried that another one was in the way of.
const TRIES: usize = 4;

impl Db {
    /// Runs `work` in a transaction, and commits it if it succeeds. Where another writer was in the
    /// way, all of it is run again.
    pub async fn write<T, E: From<DbErr>>(
        &self,
        work: impl AsyncFn(&Transaction) -> Result<T, E>,
        cause: impl Fn(&E) -> Option<&DbErr>,
    ) -> Result<T, E> {
        for _ in 1..TRIES {
            match self.write_once(&work).await {
                Err(error) if cause(&error).is_some_and(was_in_the_way) => {}
                done => return done,
            }
        }
        self.write_once(&work).await
    }

    async fn write_once<T, E: From<DbErr>>(&self, work: &impl AsyncFn(&Transaction) -> Result<T, E>) -> Result<T, E> {
        // SQLite: a writer says so at the start, or it may find itself unable to become one.
        let immediate = TransactionOptions {
            sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate),
            ..TransactionOptions::default()
        };
        let inner = self.writes.begin_with_options(immediate).await?;
        let transaction = Transaction { dialect: self.dialect, inner };
        let done = work(&transaction).await?;
        transaction.inner.commit().await?;
        Ok(done)
    }
}

impl Transaction {
    /// For sea-orm's inserts and updates.
    pub fn connection(&self) -> &DatabaseTransaction {
        &self.inner
    }

    /// A statement in this database's words.
    pub fn sql(&self) -> Sql {
        Sql::new(self.dialect)
    }

    /// All the rows of a statement.
    pub async fn rows(&self, sql: Sql) -> Result<Vec<QueryResult>, DbErr> {
        self.inner.query_all_raw(sql.statement()).await
    }

    /// Runs a statement that gives no rows.
    pub async fn execute(&self, sql: Sql) -> Result<ExecResult, DbErr> {
        self.inner.execute_raw(sql.statement()).await
    }
}
