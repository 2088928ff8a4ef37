//! The databases: how they are connected to, read as one snapshot, and written in one transaction.
//!
//! SQL is written by `content`; what the two databases say differently stands in [`dialect`].

mod connect;
pub mod dialect;
mod fault;
pub mod full_text;
mod reader;
mod sql;
mod writer;

use sea_orm::DatabaseConnection;

pub use connect::{ConnectError, StatementObserver};
pub use dialect::Dialect;
pub use fault::is_unavailable;
pub use reader::Reader;
pub use sql::Sql;
pub use writer::Transaction;

/// A database, ready to be read and written. A clone is the same database.
#[derive(Clone, Debug)]
pub struct Db {
    dialect: Dialect,
    /// Many connections, none of which changes anything.
    reads: DatabaseConnection,
    /// On SQLite one connection, as it has one writer; on PostgreSQL the same pool.
    writes: DatabaseConnection,
}

impl Db {
    /// Whether it answers.
    pub async fn ping(&self) -> Result<(), sea_orm::DbErr> {
        self.reads.ping().await
    }

    /// The names of the migrations that it still lacks. Changes nothing.
    pub async fn pending_migrations(&self) -> Result<Vec<String>, sea_orm::DbErr> {
        migration::pending(&self.reads).await
    }

    /// Brings its schema up to date, under a lock, and says how many steps that took.
    pub async fn migrate(&self) -> Result<usize, sea_orm::DbErr> {
        migration::up(&self.writes).await
    }

    /// Waits for what is under way, and lets go of all connections.
    pub async fn close(self) -> Result<(), sea_orm::DbErr> {
        self.reads.close().await?;
        self.writes.close().await
    }
}
