//! The one connection that makes and drops databases, and sweeps up those of runs that did not.

use std::{sync::mpsc as blocking, thread, time::Duration};

use sea_orm::{ConnectOptions, ConnectionTrait, Database, DatabaseConnection, DbBackend, DbErr, Statement};
use tokio::{
    runtime,
    sync::{mpsc, oneshot},
};
use url::Url;

/// Takes statements for the server, and runs them one after the other.
#[derive(Clone)]
pub(super) struct Administration {
    orders: mpsc::UnboundedSender<Order>,
    /// The server's version: `150018` is 15.18.
    version: i32,
}

/// A statement, and whom to tell how it went.
struct Order {
    sql: String,
    done: oneshot::Sender<Result<(), DbErr>>,
}

impl Administration {
    /// Connects, and waits until that is done. `run` is the number of this test process. The error is a
    /// text for people.
    ///
    /// The connection lives on a thread with a runtime to itself: a connection dies with the runtime
    /// that it was made in, and every test has its own.
    pub(super) fn start(url: Url, run: u32) -> Result<Self, String> {
        let (orders, ordered) = mpsc::unbounded_channel();
        let (ready, started) = blocking::channel();
        let work = move || {
            let connected = runtime::Builder::new_current_thread()
                .enable_all()
                .build()
                .map_err(|error| error.to_string())
                .and_then(|runtime| match runtime.block_on(connect(&url, run)) {
                    Ok(connected) => Ok((runtime, connected)),
                    Err(error) => Err(error.to_string()),
                });
            match connected {
                Ok((runtime, (connection, version))) => {
                    if ready.send(Ok(version)).is_ok() {
                        runtime.block_on(carry_out(&connection, ordered));
                    }
                }
                // Where nobody listens, nobody is left to tell.
                Err(why) => drop(ready.send(Err(format!("no connection to PostgreSQL: {why}")))),
            }
        };
        thread::Builder::new().name("postgres".into()).spawn(work).map_err(|error| error.to_string())?;
        let version = started.recv().map_err(|error| error.to_string())??;
        Ok(Self { orders, version })
    }

    /// Creates a database, as a copy of the `template` where there is one.
    ///
    /// # Panics
    /// Where that fails.
    pub(super) async fn create(&self, name: &str, template: Option<&str>) {
        let template = template.unwrap_or("template1");
        // Files copied by the kernel are quicker than pages copied through the log.
        let strategy = if self.version >= 150_000 { "STRATEGY FILE_COPY" } else { "" };
        let sql = format!("CREATE DATABASE {name} TEMPLATE {template} {strategy}");
        let outcome = self.send(sql.clone()).await.expect("the administration goes on");
        outcome.unwrap_or_else(|error| panic!("{sql}: {error}"));
    }

    /// Drops a database, connections or not. Nobody waits for it: what a process does not get to, the
    /// next run sweeps up.
    pub(super) fn drop_later(&self, name: &str) {
        drop(self.send(format!("DROP DATABASE {name} WITH (FORCE)")));
    }

    /// Hands a statement over. Its outcome may be waited for, or not.
    fn send(&self, sql: String) -> oneshot::Receiver<Result<(), DbErr>> {
        let (done, outcome) = oneshot::channel();
        // Where it ended, `done` goes unused and `outcome` says so.
        drop(self.orders.send(Order { sql, done }));
        outcome
    }
}

async fn carry_out(connection: &DatabaseConnection, mut ordered: mpsc::UnboundedReceiver<Order>) {
    while let Some(Order { sql, done }) = ordered.recv().await {
        let outcome = connection.execute_unprepared(&sql).await.map(drop);
        // Whoever asked may be gone.
        drop(done.send(outcome));
    }
}

/// A connection, and the server's version. It holds an advisory lock with the number of this run, which
/// tells others that its databases are in use.
async fn connect(url: &Url, run: u32) -> Result<(DatabaseConnection, i32), DbErr> {
    let mut options = ConnectOptions::new(url.as_str());
    options.min_connections(1).max_connections(1).connect_timeout(Duration::from_secs(10));
    options.idle_timeout(None).max_lifetime(None).sqlx_logging(false);
    let connection = Database::connect(options).await?;
    connection.execute_unprepared(&format!("SELECT pg_advisory_lock({run})")).await?;
    sweep(&connection).await?;
    let version = "SELECT current_setting('server_version_num')::integer AS version";
    let row = connection.query_one_raw(Statement::from_string(DbBackend::Postgres, version)).await?;
    let version = row.map_or(Ok(0), |row| row.try_get("", "version"))?;
    Ok((connection, version))
}

/// Drops the databases of runs that are over.
async fn sweep(connection: &DatabaseConnection) -> Result<(), DbErr> {
    let left_over = "SELECT datname FROM pg_database WHERE datname ~ '^precis_test_[0-9a-f]{8}_' AND NOT EXISTS ( \
                     SELECT FROM pg_locks WHERE locktype = 'advisory' AND classid = 0 \
                     AND lpad(to_hex(objid::bigint), 8, '0') = substr(datname, 13, 8))";
    for row in connection.query_all_raw(Statement::from_string(DbBackend::Postgres, left_over)).await? {
        let name: String = row.try_get("", "datname")?;
        connection.execute_unprepared(&format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)")).await?;
    }
    Ok(())
}
