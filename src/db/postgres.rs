//! Reading from PostgreSQL: connections that are kept, and no more round trips than it takes.
//!
//! A pool would ask the server once more each time that a connection comes back, and begins a transaction in two
//! steps. Here, a statement that stands alone is one round trip, and a snapshot of several costs one more. And those that have
//! proved short may share a connection: under load, many of them are one write, one read, and no change of processes.

mod connection;
mod pace;
mod server;

use std::{sync::Arc, time::Duration};

use sea_orm::{
    DbErr,
    sqlx::{self, AssertSqlSafe, Executor, PgConnection},
};
use tokio::sync::Mutex;

use super::{
    Sql,
    fault::{is_broken_connection, not_alone, of_postgres, of_postgres_connect},
    line::{Rest, Stage},
    row::Row,
    slot::{CONNECT, none_is_free},
    told::Told,
};
use connection::{Connection, Use};
pub(super) use pace::{PARTS, Paces};
pub(super) use server::Server;

/// How often PostgreSQL looks whether we are still there.
const LOOK: Duration = Duration::from_millis(200);
/// How long a transaction may do nothing: a process that was stopped must not hold a snapshot for ever.
const IDLE_IN_TRANSACTION: Duration = Duration::from_secs(30);

/// A plan is made once for a statement, whatever its values are: to make one costs more than most of them cost to run.
const PLANS: &str = "SET plan_cache_mode = force_generic_plan";

const BEGIN: &str = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY";
const COMMIT: &str = "COMMIT";

/// A connection that reads, or where it will be. A clone is the same one.
#[derive(Clone)]
pub(super) struct Line(Arc<Shared>);

struct Shared {
    server: Server,
    /// How long PostgreSQL lets a statement run.
    limit: Duration,
    told: Told,
    paces: Paces,
    rest: Rest<Arc<Connection>>,
    /// Held while the connection is made or tried: the others who share it wait for that.
    making: Mutex<()>,
}

/// What is read, by one or by some who share a connection. Dropped before it is finished, it gives the connection up.
pub(super) struct Session {
    line: Line,
    used: Option<Use>,
    stage: Stage,
}

/// Whether a connection was there already.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Origin {
    Kept,
    Made,
}

impl Line {
    pub(super) fn new(server: Server, limit: Duration, told: Told, paces: Paces) -> Self {
        Self(Arc::new(Shared { server, limit, told, paces, rest: Rest::default(), making: Mutex::default() }))
    }

    /// A session of any number of statements, or of one.
    pub(super) fn begin(&self, is_alone: bool) -> Session {
        Session { line: self.clone(), used: None, stage: Stage::of(is_alone) }
    }

    /// Closes the connection, and tells the server.
    pub(super) async fn close(&self) {
        if let Some(connection) = self.0.rest.close() {
            connection.close().await;
        }
    }

    /// The connection, which is made or tried where it has to be.
    async fn enter(&self) -> Result<(Use, Origin), DbErr> {
        if let Some(kept) = self.kept()?.filter(Use::is_warm) {
            return Ok((kept, Origin::Kept));
        }
        let make = async {
            let _making = self.0.making.lock().await;
            if let Some(mut kept) = self.kept()?
                && (kept.is_warm() || kept.answers().await)
            {
                return Ok((kept, Origin::Kept));
            }
            let made = Arc::new(self.connect().await?);
            let used = Use::of(made.clone()); // before anyone else may be its last user
            self.0.rest.keep(made);
            Ok((used, Origin::Made))
        };
        tokio::time::timeout(CONNECT, make).await.unwrap_or_else(|_| Err(none_is_free()))
    }

    fn kept(&self) -> Result<Option<Use>, DbErr> {
        Ok(self.0.rest.get()?.map(Use::of).filter(Use::is_usable))
    }

    async fn connect(&self) -> Result<Connection, DbErr> {
        let Shared { server, limit, .. } = &*self.0;
        let settings = format!("{}; SET TIME ZONE 'UTC'; {PLANS}", limits(*limit));
        Connection::open(server, &settings, &look()).await.map_err(of_postgres_connect)
    }
}

impl Session {
    /// All the rows of a statement.
    pub(super) async fn rows(&mut self, sql: Sql) -> Result<Vec<Row>, DbErr> {
        if self.stage == Stage::Over {
            return Err(not_alone());
        }
        let is_first = self.stage != Stage::Begun;
        match self.run(&sql).await {
            // A server that was restarted is noticed here first: on each connection that it had, at its next use,
            // which may be long after it came back. Nothing was read yet, so that a new one does.
            Err((error, Origin::Kept)) if is_first && is_broken_connection(&error) => {
                self.used = None;
                self.run(&sql).await
            }
            done => done,
        }
        .map_err(|(error, _)| error)
    }

    async fn run(&mut self, sql: &Sql) -> Result<Vec<Row>, (DbErr, Origin)> {
        let (used, origin) = if let Some(used) = &mut self.used {
            (used, Origin::Kept)
        } else {
            let (used, origin) = self.line.enter().await.map_err(|error| (error, Origin::Made))?;
            (self.used.insert(used), origin)
        };
        let (rows, took) = match self.stage {
            Stage::Fresh => used.rows_of_new_transaction(BEGIN, sql).await,
            Stage::Alone | Stage::Begun | Stage::Over => used.rows(sql).await,
        };
        let Shared { told, paces, .. } = &*self.line.0;
        told.statement(sql.text(), took.here);
        paces.ran(sql.text(), took.there);
        let rows = rows.map_err(|error| (of_postgres(error), origin))?;
        self.stage = self.stage.after_statement();
        Ok(rows)
    }

    /// Ends it well.
    pub(super) async fn finish(mut self) -> Result<(), DbErr> {
        match &mut self.used {
            Some(used) if self.stage == Stage::Begun => used.end(COMMIT).await.map_err(of_postgres),
            _ => Ok(()),
        }
    }
}

/// Tells a new connection that writes how long a statement may take, and what to do about those who are not there any more.
pub(super) async fn prepare(connection: &mut PgConnection, limit: Duration) -> sqlx::Result<()> {
    connection.execute(AssertSqlSafe(limits(limit))).await?;
    // Some systems can't. Then, a statement that nobody waits for ends by its time.
    if let Err(error) = connection.execute(AssertSqlSafe(look())).await {
        tracing::debug!(error = &error as &dyn std::error::Error, "PostgreSQL will not notice who went away");
    }
    Ok(())
}

/// How long things may take. Statements rather than options of the connection, which poolers refuse.
fn limits(statement: Duration) -> String {
    format!(
        "SET statement_timeout = {}; SET idle_in_transaction_session_timeout = {}",
        statement.as_millis(),
        IDLE_IN_TRANSACTION.as_millis()
    )
}

fn look() -> String {
    format!("SET client_connection_check_interval = {}", LOOK.as_millis())
}
