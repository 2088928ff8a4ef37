//! Writing: all of it or nothing, and once more where two writers met.

use std::time::Duration;

use sea_orm::{ConnectionTrait, DatabaseTransaction, DbErr, ExecResult, SqliteTransactionMode, TransactionOptions};

use super::{Db, Dialect, Row, Sql, fault::was_in_the_way, slot::Session};

/// A transaction that is under way.
#[derive(Debug)]
pub struct Transaction {
    dialect: Dialect,
    session: Session,
}

/// How often a transaction is tried that another one was in the way of.
const TRIES: usize = 4;

/// How long one statement may take: also to wait for the writers of other processes, who queue.
const STATEMENT: Duration = Duration::from_mins(1);

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
        self.check_file()?;
        let session = Session::begin(&self.slots.writer, immediate).await?;
        session.limit(STATEMENT).await?;
        let transaction = Transaction { dialect: self.dialect, session };
        let done = work(&transaction).await?;
        // Once more: what goes to a file that nobody finds any more is not called written.
        self.check_file()?;
        transaction.session.commit().await?;
        Ok(done)
    }
}

impl Transaction {
    /// For sea-orm's inserts and updates.
    pub fn connection(&self) -> &DatabaseTransaction {
        self.session.transaction()
    }

    /// A statement in this database's words.
    pub fn sql(&self) -> Sql {
        Sql::new(self.dialect)
    }

    /// All the rows of a statement.
    pub async fn rows(&self, sql: Sql) -> Result<Vec<Row>, DbErr> {
        let rows = self.connection().query_all_raw(sql.statement()).await?;
        Ok(rows.into_iter().map(Row::from).collect())
    }

    /// Runs a statement that gives no rows.
    pub async fn execute(&self, sql: Sql) -> Result<ExecResult, DbErr> {
        self.connection().execute_raw(sql.statement()).await
    }
}
