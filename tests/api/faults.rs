//! When things go wrong while reading: time that runs out, clients that go away, databases that are gone,
//! full or slow, and more to do than can be done. What is looked at is what callers see, and that all is well
//! once the cause is gone.
//!
//! `PRECIS_TEST_ROUNDS` is how often what is random is tried; a few times, if it is not set.

mod file;
mod full;
mod gone;
mod load;
mod outage;
mod shared;
mod sockets;
mod stop;
mod time;
mod watched;

use std::{env, error::Error};

use sea_orm::{ConnectionTrait as _, DbBackend};

use crate::{support::TestApp, tables};

/// What is slow after [`make_slow`], in whatever way it is asked for.
const SLOW: &str = "{ categories { nodes { slug } } }";

/// What is not.
const QUICK: &str = "{ tags(first: 1) { nodes { slug } } }";

/// How often what is random is tried.
pub(crate) fn rounds(few: u32) -> u32 {
    env::var("PRECIS_TEST_ROUNDS").map_or(few, |rounds| rounds.parse().expect("a number of rounds"))
}

/// An error with all that caused it.
fn chain(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text.extend([": ".to_owned(), error.to_string()]);
        cause = error.source();
    }
    text
}

/// Makes reading the table of categories take longer than anyone lives: on PostgreSQL by sleeping, on SQLite,
/// which can't sleep, by counting.
async fn make_slow(app: &TestApp) {
    // Names are in memory from here on: what is slow is what asks for categories.
    app.data("{ summaries(first: 1) { nodes { source { name } } } }").await;
    let database = tables::connect(&app.url).await;
    let slow = match database.get_database_backend() {
        DbBackend::Postgres => "(SELECT pg_sleep(3600) IS NULL)",
        _ => {
            "(WITH RECURSIVE number (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM number WHERE n < 1000000000000) \
             SELECT COUNT(*) < 0 FROM number)"
        }
    };
    for statement in [
        "ALTER TABLE category RENAME TO quick_category".to_owned(),
        format!("CREATE VIEW category AS SELECT c.* FROM quick_category c WHERE NOT {slow}"),
    ] {
        database.execute_unprepared(&statement).await.expect("it is done");
    }
    database.close().await.expect("no connection");
}

/// Undoes it.
async fn make_quick(app: &TestApp) {
    let database = tables::connect(&app.url).await;
    for statement in ["DROP VIEW category", "ALTER TABLE quick_category RENAME TO category"] {
        database.execute_unprepared(statement).await.expect("it is done");
    }
    database.close().await.expect("no connection");
}
