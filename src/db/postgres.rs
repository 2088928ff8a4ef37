//! Reading from PostgreSQL: a connection for as long as it is somebody's turn, and no more round trips than it takes.
//!
//! A pool would ask the server once more each time that a connection comes back, and begins a transaction in two
//! steps. Here, a statement that stands alone is one round trip, and a snapshot of several costs two more.

use std::{sync::Arc, time::Duration};

use sea_orm::{
    DbErr, RuntimeErr, Values,
    sqlx::{self, AssertSqlSafe, ConnectOptions, Connection, Executor, PgConnection, postgres::PgConnectOptions},
};
use sea_query_sqlx::SqlxValues;
use tokio::time::Instant;

use super::{
    Sql,
    fault::{is_broken_connection, not_alone, of_driver, stopped},
    line::{Rest, Stage},
    row::Row,
    slot::{CONNECT, TRY_AFTER_IDLE, none_is_free},
    told::Told,
};

/// A connection that is older than this is made anew: what its process keeps grows with what it has done.
const LIFETIME: Duration = Duration::from_mins(30);
/// How often PostgreSQL looks whether we are still there.
const LOOK: Duration = Duration::from_millis(200);
/// How long a transaction may do nothing: a process that was stopped must not hold a snapshot for ever.
const IDLE_IN_TRANSACTION: Duration = Duration::from_secs(30);

/// A plan is made once for a statement, whatever its values are: to make one costs more than most of them cost to run.
const PLANS: &str = "SET plan_cache_mode = force_generic_plan";

/// A connection that reads, or where it will be. A clone is the same one.
#[derive(Clone)]
pub(super) struct Line(Arc<Shared>);

struct Shared {
    options: PgConnectOptions,
    /// How long PostgreSQL lets a statement run.
    limit: Duration,
    told: Told,
    rest: Rest<Kept>,
}

struct Kept {
    connection: PgConnection,
    since: Instant,
    used: Instant,
}

/// What is read on a connection that nobody else uses. Dropped before it is finished, it closes the connection: the
/// server notices that by itself, and stops what it does for it.
pub(super) struct Session {
    line: Line,
    kept: Option<Kept>,
    stage: Stage,
}

impl Line {
    pub(super) fn new(options: PgConnectOptions, limit: Duration, told: Told) -> Self {
        Self(Arc::new(Shared { options, limit, told, rest: Rest::default() }))
    }

    /// A session of any number of statements, or of one.
    pub(super) fn begin(&self, is_alone: bool) -> Result<Session, DbErr> {
        let kept = self.0.rest.take()?.filter(|kept| kept.since.elapsed() < LIFETIME);
        Ok(Session { line: self.clone(), kept, stage: Stage::of(is_alone) })
    }

    /// Closes the connection, and tells the server.
    pub(super) async fn close(&self) -> Result<(), DbErr> {
        match self.0.rest.close() {
            Some(kept) => kept.connection.close().await.map_err(of_driver),
            None => Ok(()),
        }
    }

    async fn connect(&self) -> Result<PgConnection, DbErr> {
        let Shared { options, limit, .. } = &*self.0;
        let connect = async {
            let mut connection = options.connect().await?;
            prepare(&mut connection, *limit).await?;
            connection.execute(PLANS).await?;
            Ok(connection)
        };
        let made = tokio::time::timeout(CONNECT, connect).await.map_err(|_| none_is_free())?;
        made.map_err(|error| DbErr::Conn(RuntimeErr::SqlxError(Arc::new(error))))
    }
}

impl Session {
    /// All the rows of a statement.
    pub(super) async fn rows(&mut self, sql: Sql) -> Result<Vec<Row>, DbErr> {
        if self.stage == Stage::Over {
            return Err(not_alone());
        }
        let may_be_stale = self.kept.is_some() && self.stage != Stage::Begun;
        match self.run(&sql).await {
            // A server that was restarted is noticed here first: on each connection that it had, at its next use,
            // which may be long after it came back. Nothing was read yet, so that a new one does.
            Err(error) if may_be_stale && is_broken_connection(&error) => self.run(&sql).await,
            done => done,
        }
    }

    async fn run(&mut self, sql: &Sql) -> Result<Vec<Row>, DbErr> {
        let mut kept = self.take().await?;
        if self.stage == Stage::Fresh {
            kept.connection.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY").await.map_err(of_driver)?;
        }
        let begun = Instant::now();
        let statement = sqlx::query_with(AssertSqlSafe(sql.text()), SqlxValues(Values(sql.values().to_vec())));
        let done = kept.connection.fetch_all(statement).await;
        self.line.0.told.statement(sql.text(), begun.elapsed());
        let rows = done.map_err(of_driver)?;
        self.stage = self.stage.after_statement();
        self.kept = Some(kept);
        Ok(rows.into_iter().map(Row::from).collect())
    }

    /// The connection, for whoever gives it back if all goes well.
    async fn take(&mut self) -> Result<Kept, DbErr> {
        if let Some(mut kept) = self.kept.take() {
            if self.stage == Stage::Begun || kept.used.elapsed() < TRY_AFTER_IDLE {
                return Ok(kept);
            }
            if kept.connection.ping().await.is_ok() {
                return Ok(kept);
            }
        }
        if self.stage == Stage::Begun {
            return Err(stopped());
        }
        let connection = self.line.connect().await?;
        let now = Instant::now();
        Ok(Kept { connection, since: now, used: now })
    }

    /// Gives the connection back.
    pub(super) async fn finish(self) -> Result<(), DbErr> {
        let Some(mut kept) = self.kept else { return Ok(()) };
        if self.stage == Stage::Begun {
            kept.connection.execute("COMMIT").await.map_err(of_driver)?;
        }
        kept.used = Instant::now();
        self.line.0.rest.keep(kept);
        Ok(())
    }
}

/// Tells a new connection how long a statement may take, and what to do about those who are not there any more.
pub(super) async fn prepare(connection: &mut PgConnection, limit: Duration) -> sqlx::Result<()> {
    // Statements rather than options of the connection, which poolers refuse.
    let settings = format!(
        "SET statement_timeout = {}; SET idle_in_transaction_session_timeout = {}",
        limit.as_millis(),
        IDLE_IN_TRANSACTION.as_millis()
    );
    connection.execute(AssertSqlSafe(settings)).await?;
    let look = format!("SET client_connection_check_interval = {}", LOOK.as_millis());
    // Some systems can't. Then, a statement that nobody waits for ends by its time.
    if let Err(error) = connection.execute(AssertSqlSafe(look)).await {
        tracing::debug!(error = &error as &dyn std::error::Error, "PostgreSQL will not notice who went away");
    }
    Ok(())
}
