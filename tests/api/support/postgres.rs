//! PostgreSQL for the tests, found by itself, and in it a database of its own for each of them.
//!
//! The server is that of `PRECIS_TEST_POSTGRES_URL` (databases may be created there), else one out of
//! installed programs, started when the first test asks and gone with this process. Where there is
//! neither, tests on PostgreSQL say so and do not run; with `PRECIS_TEST_REQUIRE_POSTGRES=1` they fail.

mod administration;
mod server;

use std::{
    collections::HashMap,
    env,
    hash::{BuildHasher as _, RandomState},
    sync::{
        Arc, LazyLock, Mutex, PoisonError,
        atomic::{AtomicU32, Ordering},
    },
};

use tokio::sync::OnceCell;
use url::Url;

use administration::Administration;
pub(crate) use server::{Fate, Server};

use super::not_run;

/// The one server of this test process.
pub(crate) struct Cluster {
    /// Of the database that its administration is connected to.
    url: Url,
    /// What the names of this process's databases start with.
    prefix: String,
    /// How many of them have been named.
    named: AtomicU32,
    /// The databases to copy: prepared when the first test needs them.
    templates: Mutex<HashMap<String, Arc<OnceCell<String>>>>,
    administration: Administration,
    /// Where it is ours.
    _server: Option<Server>,
}

/// A database of one test. It is dropped with this value, connections or not.
pub(crate) struct Database {
    /// As its owner: `postgres://…`.
    pub(crate) url: String,
    name: String,
    administration: Administration,
}

/// The server, started by whoever asks first. The error says why there is none.
pub(crate) fn available() -> Result<&'static Cluster, String> {
    static CLUSTER: LazyLock<Result<Cluster, String>> = LazyLock::new(Cluster::start);
    CLUSTER.as_ref().map_err(String::clone)
}

/// The server, for a test that may go without: where there is none, that is said on standard error,
/// past the test harness, which would keep it to itself.
///
/// # Panics
/// Where there is no server although one was named or required.
pub(crate) fn available_or_skip() -> Option<&'static Cluster> {
    available()
        .map_err(|why| {
            assert!(given_url().is_none(), "these tests need PostgreSQL: {why}");
            skip(&why);
        })
        .ok()
}

/// A server of one's own, to which something may happen, for a test that may go without.
///
/// # Panics
/// Where it does not start although it is required.
pub(crate) fn own_or_skip(settings: &[&str]) -> Option<Server> {
    Server::start(settings).map_err(|why| skip(&why)).ok()
}

fn skip(why: &str) {
    let required = env::var("PRECIS_TEST_REQUIRE_POSTGRES").is_ok_and(|value| !matches!(&*value, "" | "0"));
    assert!(!required, "these tests need PostgreSQL: {why}");
    not_run(why);
}

impl Cluster {
    /// A new, empty database.
    pub(crate) async fn create_database(&self) -> Database {
        let name = self.create(None).await;
        self.guard(name)
    }

    /// A new database, a copy of the one that `prepare` filled. That happens once for each name of a
    /// `template` in this process: it gets the URL of an empty database, and closes all connections to
    /// it before it returns.
    pub(crate) async fn copy_database(&self, template: &str, prepare: impl AsyncFnOnce(String)) -> Database {
        let prepared = {
            let mut templates = self.templates.lock().unwrap_or_else(PoisonError::into_inner);
            Arc::clone(templates.entry(template.to_owned()).or_default())
        };
        let original = prepared.get_or_init(async || {
            let name = self.create(None).await;
            prepare(self.url_of(&name)).await;
            name
        });
        let name = self.create(Some(original.await)).await;
        self.guard(name)
    }

    fn start() -> Result<Self, String> {
        let (url, server) = if let Some(url) = given_url() {
            (url, None)
        } else {
            let server = Server::start(&[])?;
            (server.url.clone(), Some(server))
        };
        let mut url = Url::parse(&url).map_err(|error| format!("PRECIS_TEST_POSTGRES_URL is no URL: {error}"))?;
        if matches!(url.path(), "" | "/") {
            url.set_path("postgres");
        }
        // Random enough: two processes at one server have to differ.
        let [.., a, b, c, d] = RandomState::new().hash_one(()).to_be_bytes();
        let run = u32::from_be_bytes([a, b, c, d]);
        let administration = Administration::start(url.clone(), run)?;
        let prefix = format!("precis_test_{run:08x}");
        let (named, templates) = (AtomicU32::new(0), Mutex::default());
        Ok(Self { url, prefix, named, templates, administration, _server: server })
    }

    /// Creates a database, and returns its name.
    async fn create(&self, template: Option<&str>) -> String {
        let name = format!("{}_{}", self.prefix, self.named.fetch_add(1, Ordering::Relaxed));
        self.administration.create(&name, template).await;
        name
    }

    fn url_of(&self, name: &str) -> String {
        let mut url = self.url.clone();
        url.set_path(name);
        url.into()
    }

    fn guard(&self, name: String) -> Database {
        Database { url: self.url_of(&name), name, administration: self.administration.clone() }
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        self.administration.drop_later(&self.name);
    }
}

/// The server that the environment names.
fn given_url() -> Option<String> {
    env::var("PRECIS_TEST_POSTGRES_URL").ok().filter(|url| !url.is_empty())
}

mod tests {
    use sea_orm::{ConnectionTrait as _, Database as Connect};

    use super::*;

    #[tokio::test]
    async fn a_copied_database_is_its_own_and_goes_with_its_guard() {
        let Some(cluster) = available_or_skip() else { return };
        let prepare = async |url| {
            let connection = Connect::connect(url).await.expect("a connection");
            connection.execute_unprepared("CREATE TABLE word (text text)").await.expect("a table");
            connection.close().await.expect("no connection");
        };
        let first = cluster.copy_database("words", prepare).await;
        let second = cluster.copy_database("words", async |_| unreachable!("it is prepared")).await;

        let connection = Connect::connect(&first.url).await.expect("a connection");
        connection.execute_unprepared("INSERT INTO word VALUES ('a')").await.expect("a row");
        let other = Connect::connect(&second.url).await.expect("a connection");
        let deleted = other.execute_unprepared("DELETE FROM word").await.expect("a statement");
        assert_eq!(deleted.rows_affected(), 0);

        let url = first.url.clone();
        drop(first);
        // Statements of administration run in their order: after this one, the first has gone.
        cluster.create_database().await;
        assert!(Connect::connect(url).await.is_err());
    }
}
