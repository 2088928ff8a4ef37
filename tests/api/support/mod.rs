//! What the tests stand on: the application on either database, and one body run on both.

pub(crate) mod app;
pub(crate) mod postgres;

pub(crate) use app::{Reply, TestApp};

/// A kind of database.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Backend {
    /// A file, or memory.
    Sqlite,
    /// A server, where there is one.
    Postgres,
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

/// Runs the body of a test, where the backend is there.
pub(crate) fn run(backend: Backend, body: impl AsyncFnOnce(TestApp)) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    insta::allow_duplicates! {
        runtime.block_on(async {
            if let Some(app) = TestApp::on(backend).await {
                body(app).await;
            }
        });
    }
}
