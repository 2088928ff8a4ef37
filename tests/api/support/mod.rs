//! What the tests stand on: the application on either database, and one body run on both.

pub(crate) mod app;
pub(crate) mod model;
pub(crate) mod origin;
pub(crate) mod postgres;
pub(crate) mod socket;

use std::{
    io::{self, Write as _},
    thread,
};

pub(crate) use app::{Reply, TestApp};

/// A kind of database.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Backend {
    /// A file, or memory.
    Sqlite,
    /// A server, where there is one.
    Postgres,
}

impl Backend {
    /// What is another thing on each: on PostgreSQL, a relation of a list's rows comes along with them.
    pub(crate) fn of<T>(self, sqlite: T, postgres: T) -> T {
        match self {
            Self::Sqlite => sqlite,
            Self::Postgres => postgres,
        }
    }
}

/// Tests that run on both databases, each on one of its own:
///
/// ```ignore
/// both! {
///     /// Comments and attributes go to the two tests.
///     async fn drafts_stay_out_of_lists(app: TestApp) {
///         …
///     }
/// }
/// ```
///
/// They are called `drafts_stay_out_of_lists::on_sqlite` and `…::on_postgres`, and share snapshots: the
/// answers have to be the same. A second snapshot in one body needs a name.
#[macro_export]
macro_rules! both {
    ($($(#[$attribute:meta])* async fn $name:ident($app:ident: TestApp) $body:block)+) => {$(
        mod $name {
            use super::*;

            async fn both($app: TestApp) $body

            $(#[$attribute])*
            #[test]
            fn on_sqlite() {
                $crate::support::run($crate::support::Backend::Sqlite, both);
            }

            $(#[$attribute])*
            #[test]
            fn on_postgres() {
                $crate::support::run($crate::support::Backend::Postgres, both);
            }
        }
    )+};
}

/// Says that this test did not run, on standard error, past the test harness, which would keep it to itself.
pub(crate) fn not_run(why: &str) {
    let thread = thread::current();
    let message = format!("\nNOT RUN: {} ({why})\n", thread.name().unwrap_or("a test"));
    io::stderr().write_all(message.as_bytes()).expect("standard error takes a line");
}

/// Runs the body of a test, where the backend is there.
pub(crate) fn run(backend: Backend, body: impl AsyncFnOnce(TestApp)) {
    insta::allow_duplicates! {
        run_alone(async || {
            if let Some(app) = TestApp::on(backend).await {
                body(app).await;
            }
        });
    }
}

/// Runs the body of a test that brings its own application.
pub(crate) fn run_alone(body: impl AsyncFnOnce()) {
    tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime").block_on(body());
}
