//! The databases: how they are connected to, read as one snapshot, and written in one transaction.
//!
//! SQL is written by `content`; what the two databases say differently stands in [`dialect`].

mod binary;
mod connect;
pub mod dialect;
mod fault;
mod file;
pub mod full_text;
mod line;
mod postgres;
mod reader;
mod row;
mod slot;
mod sql;
mod sqlite;
mod told;
mod writer;

use std::{sync::Arc, time::Duration};

pub use connect::{ConnectError, StatementObserver};
pub use dialect::Dialect;
pub use fault::Fault;
pub use reader::{Ended, Reader};
pub use row::{CellRef, Get, Row};
use sea_orm::{DbErr, RuntimeErr};
pub use sql::Sql;
pub use writer::Transaction;

use crate::turns::Turns;
use file::File;
use line::Line;
use postgres::Paces;
use slot::Slot;

/// A database, ready to be read and written. A clone is the same database.
#[derive(Clone, Debug)]
pub struct Db {
    dialect: Dialect,
    slots: Arc<Slots>,
}

/// Its connections, by whom they are for.
#[derive(Debug)]
struct Slots {
    /// As many as are configured. None of them changes anything.
    readers: Turns<Line>,
    /// One: SQLite has one writer, and those of PostgreSQL queue at the change log anyway, where each would
    /// hold a connection that somebody could read with.
    writer: Turns<Slot>,
    /// One to ask whether the database answers, however busy the others are.
    probe: Turns<Line>,
    /// One to read with for what no caller waits for, so that callers never wait for that.
    upkeep: Turns<Line>,
    /// All that read, and the one that writes.
    all: (Vec<Line>, Slot),
    /// How long statements take on them, where that matters.
    paces: Paces,
    /// Where it is one.
    file: Option<File>,
}

/// How long connections that are in use are waited for at the end.
const CLOSE: Duration = Duration::from_secs(2);

impl Db {
    /// Makes sure that an SQLite file is still the one that was opened.
    pub fn check_file(&self) -> Result<(), DbErr> {
        let checked = self.slots.file.as_ref().map_or(Ok(()), File::check);
        checked.map_err(|error| DbErr::Exec(RuntimeErr::SqlxError(Arc::new(error))))
    }

    /// The names of the migrations that it still lacks. Changes nothing.
    pub async fn pending_migrations(&self) -> Result<Vec<String>, DbErr> {
        let slot = self.slots.writer.take().await.map_err(|_| slot::none_is_free())?;
        migration::pending(slot.connection()).await
    }

    /// Brings its schema up to date, under a lock, and says how many steps that took.
    pub async fn migrate(&self) -> Result<usize, DbErr> {
        let slot = self.slots.writer.take().await.map_err(|_| slot::none_is_free())?;
        migration::up(slot.connection()).await
    }

    /// Lets go of all connections. Those that are in use are waited for, but not for long.
    pub async fn close(self) -> Result<(), DbErr> {
        let close = async {
            let (lines, writer) = &self.slots.all;
            for line in lines {
                line.close().await;
            }
            writer.connection().close_by_ref().await
        };
        tokio::time::timeout(CLOSE, close).await.unwrap_or_else(|_| Err(slot::none_is_free()))
    }
}
