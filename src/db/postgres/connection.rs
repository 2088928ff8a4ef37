//! A connection, on which several statements may be under way: they are sent as they come, and PostgreSQL answers one after
//! another (“Frontend/Backend Protocol”, “Pipelining”).

use std::{
    sync::{
        Arc,
        atomic::{
            AtomicBool, AtomicU64, AtomicUsize,
            Ordering::{AcqRel, Relaxed},
        },
    },
    time::Duration,
};

use futures_util::TryStreamExt;
use quick_cache::sync::Cache;
use tokio::{task::JoinHandle, time::Instant};
use tokio_postgres::{Client, Error, Statement};

use super::server::{Fault, Server};
use crate::db::{Row, Sql, binary, slot::TRY_AFTER_IDLE};

/// A connection that is older than this is made anew: what its process keeps grows with what it has done.
const LIFETIME: Duration = Duration::from_mins(30);
/// How long a connection that lay idle may take to answer.
const ANSWER: Duration = Duration::from_millis(500);

/// A connection to the server.
pub(super) struct Connection {
    client: Client,
    driver: Driver,
    /// By their texts; none, where nothing is to be prepared.
    statements: Option<Cache<String, Statement>>,
    since: Instant,
    /// How long the way to the server and back takes.
    round_trip: Duration,
    /// When the last statement was answered: nanoseconds after `since`.
    answered: AtomicU64,
    users: AtomicUsize,
    is_given_up: AtomicBool,
}

/// Somebody's use of a connection. Dropped while something is under way, it gives the connection up: nobody else begins
/// to use it, and once nobody does, it is closed. The server notices that by itself, and stops what it does for it.
pub(super) struct Use {
    connection: Arc<Connection>,
    /// Whether a statement or a transaction was begun and did not end well yet.
    is_open: bool,
}

/// The task that sends and receives. Dropped, it is stopped, and the connection closed.
struct Driver(JoinHandle<()>);

/// How long a statement took.
pub(super) struct Took {
    /// With the way to the server and back, without those before it on the same connection.
    pub(super) here: Duration,
    /// At the server, as far as it can be told.
    pub(super) there: Duration,
}

impl Connection {
    /// A new one, told all this.
    pub(super) async fn open(server: &Server, settings: &str, look: &str) -> Result<Self, Fault> {
        let (client, driver) = server.connect().await?;
        let driver = Driver(tokio::spawn(async move {
            if let Err(error) = driver.await {
                tracing::debug!(error = &error as &dyn std::error::Error, "a connection to PostgreSQL ended");
            }
        }));
        client.batch_execute(settings).await?;
        let asked = Instant::now();
        // Some systems can't. Then, a statement that nobody waits for ends by its time.
        if let Err(error) = client.batch_execute(look).await {
            tracing::debug!(error = &error as &dyn std::error::Error, "PostgreSQL will not notice who went away");
        }
        let looked = asked.elapsed();
        let asked = Instant::now();
        client.check_connection().await?;
        Ok(Self {
            client,
            driver,
            statements: server.prepared().map(Cache::new),
            since: Instant::now(),
            // One of them may have waited for something else.
            round_trip: looked.min(asked.elapsed()),
            answered: AtomicU64::new(0),
            users: AtomicUsize::new(0),
            is_given_up: AtomicBool::new(false),
        })
    }

    /// Tells the server that it is over, where nobody else uses it.
    pub(super) async fn close(self: Arc<Self>) {
        if let Some(Self { client, mut driver, .. }) = Arc::into_inner(self) {
            drop(client);
            // It fails where it was given up, which is as well.
            (&mut driver.0).await.unwrap_or_default();
        }
    }

    async fn rows(&self, sql: &Sql) -> Result<Vec<Row>, Error> {
        let values = sql.values().iter();
        let rows = if let Some(statements) = &self.statements {
            let statement = self.prepared(statements, sql).await?;
            self.client.query_raw(&statement, values.map(binary::Bound)).await?
        } else {
            let values = values.map(|value| (binary::Bound(value), binary::type_of(value)));
            self.client.query_typed_raw(sql.text(), values).await?
        };
        rows.map_ok(Row::from).try_collect().await
    }

    async fn prepared(&self, statements: &Cache<String, Statement>, sql: &Sql) -> Result<Statement, Error> {
        if let Some(statement) = statements.get(sql.text()) {
            return Ok(statement);
        }
        let types: Vec<_> = sql.values().iter().map(binary::type_of).collect();
        let statement = self.client.prepare_typed(sql.text(), &types).await?;
        statements.insert(sql.text().to_owned(), statement.clone());
        Ok(statement)
    }

    fn now(&self) -> u64 {
        nanos(self.since.elapsed())
    }
}

fn nanos(duration: Duration) -> u64 {
    u64::try_from(duration.as_nanos()).unwrap_or(u64::MAX)
}

impl Drop for Driver {
    fn drop(&mut self) {
        self.0.abort();
    }
}

impl Use {
    /// One more of this connection.
    pub(super) fn of(connection: Arc<Connection>) -> Self {
        connection.users.fetch_add(1, Relaxed);
        Self { connection, is_open: false }
    }

    /// Whether the connection may be used.
    pub(super) fn is_usable(&self) -> bool {
        let Connection { is_given_up, client, since, .. } = &*self.connection;
        !is_given_up.load(Relaxed) && !client.is_closed() && since.elapsed() < LIFETIME
    }

    /// Whether it was used lately, so that it is most likely there.
    pub(super) fn is_warm(&self) -> bool {
        let Connection { answered, .. } = &*self.connection;
        self.connection.now().saturating_sub(answered.load(Relaxed)) < nanos(TRY_AFTER_IDLE)
    }

    /// Asks the server whether it is there, and gives the connection up where it does not say so soon.
    pub(super) async fn answers(&mut self) -> bool {
        self.is_open = true;
        let Connection { client, answered, .. } = &*self.connection;
        let answers = matches!(tokio::time::timeout(ANSWER, client.check_connection()).await, Ok(Ok(())));
        answered.store(self.connection.now(), Relaxed);
        self.is_open = !answers;
        answers
    }

    /// The rows of a statement.
    pub(super) async fn rows(&mut self, sql: &Sql) -> (Result<Vec<Row>, Error>, Took) {
        let connection = &*self.connection;
        let was_open = std::mem::replace(&mut self.is_open, true);
        let begun = connection.now();
        let rows = connection.rows(sql).await;
        let now = connection.now();
        let before = connection.answered.swap(now, Relaxed);
        self.is_open = was_open || rows.is_err();
        let span = |from: u64| Duration::from_nanos(now.saturating_sub(from));
        let there = span(begun).saturating_sub(connection.round_trip).min(span(before));
        (rows, Took { here: span(before.max(begun)), there })
    }

    /// The same as the first statement of a transaction, which is begun on the same way.
    pub(super) async fn rows_of_new_transaction(&mut self, begin: &str, sql: &Sql) -> (Result<Vec<Row>, Error>, Took) {
        self.is_open = true;
        let connection = self.connection.clone();
        let (done, (rows, took)) = futures_util::join!(connection.client.batch_execute(begin), self.rows(sql));
        (done.and(rows), took)
    }

    /// Ends the transaction.
    pub(super) async fn end(&mut self, commit: &str) -> Result<(), Error> {
        self.connection.client.batch_execute(commit).await?;
        self.is_open = false;
        Ok(())
    }
}

impl Drop for Use {
    fn drop(&mut self) {
        let Connection { users, is_given_up, driver, .. } = &*self.connection;
        if self.is_open {
            is_given_up.store(true, Relaxed);
        }
        // Whoever is last sees what all others have stored.
        if users.fetch_sub(1, AcqRel) == 1 && is_given_up.load(Relaxed) {
            driver.0.abort();
        }
    }
}
