//! Statements that share a connection to PostgreSQL, which answers one after another: what befalls one of them is no
//! business of the others.

use std::time::Duration;

use precis::config::Database;
use sea_orm::{ConnectionTrait as _, DatabaseTransaction, TransactionTrait as _};
use serde_json::json;

use super::QUICK;
use crate::{
    support::{
        Backend, TestApp, app, postgres, run_alone,
        socket::{Served, post},
    },
    tables,
};

/// Longer than anyone waits for a connection of one's own.
const LONG: Duration = Duration::from_millis(2_500);

#[test]
fn short_statements_share_a_connection_and_are_all_answered() {
    run_alone(async || {
        let Some((app, _database)) = with_one_connection().await else { return };
        let served = Served::start(&app, &app::http_options()).await;
        let expected = asked_before(&served).await;

        for attempt in 1.. {
            let held = hold_tags(&app).await;
            let asked = futures_util::future::join_all([QUICK; 2].map(|query| served.ask(query)));
            let ((), heard) = tokio::join!(release_after(LONG, held), asked);
            if heard.iter().all(|heard| (heard.status, heard.json()) == (200, expected.clone())) {
                break;
            }
            // On a busy machine, they may not have been short.
            assert!(attempt < 5, "{heard:?}");
            asked_before(&served).await;
        }
        served.stop().await.expect("it ends");
    });
}

#[test]
fn whoever_goes_away_takes_nothing_from_those_who_share_the_connection() {
    run_alone(async || {
        let Some((app, _database)) = with_one_connection().await else { return };
        let served = Served::start(&app, &app::http_options()).await;
        let expected = asked_before(&served).await;

        let held = hold_tags(&app).await;
        let gone = served.send(&post(QUICK)).await;
        until_one_waits(&app).await;
        let (heard, ()) = tokio::join!(served.ask(QUICK), async {
            tokio::time::sleep(Duration::from_millis(200)).await;
            drop(gone);
            release_after(Duration::from_millis(200), held).await;
        });
        assert_eq!((heard.status, heard.json()), (200, expected.clone()));
        assert_eq!(served.ask(QUICK).await.json(), expected, "on a new connection");
        served.stop().await.expect("it ends");
    });
}

#[test]
fn a_statement_that_was_short_and_takes_long_is_stopped_and_then_all_is_well() {
    run_alone(async || {
        let Some((app, _database)) = with_one_connection().await else { return };
        let served = Served::start(&app, &app::http_options()).await;
        let expected = asked_before(&served).await;

        // For longer than a statement may take, and so for longer than those behind it wait for it.
        let held = hold_tags(&app).await;
        let asked = futures_util::future::join_all([QUICK; 3].map(|query| served.ask(query)));
        let ((), heard) = tokio::join!(release_after(Duration::from_secs(7), held), asked);
        for heard in heard {
            assert_eq!((heard.status, heard.code()), (504, Some("TIMEOUT".to_owned())));
        }
        while served.ask(QUICK).await.status != 200 {}
        assert_eq!(served.ask(QUICK).await.json(), expected);
        served.stop().await.expect("it ends");
    });
}

#[test]
fn where_the_url_says_so_nothing_is_prepared_and_all_is_answered_alike() {
    run_alone(async || {
        let Some(app) = TestApp::on(Backend::Postgres).await else { return };
        let unprepared = TestApp::at(Backend::Postgres, format!("{}&statement-cache-capacity=0", app.url)).await;
        for query in
            [QUICK, "{ summaries(first: 2, filter: {tags: {anyOf: [\"backend\"]}}) { nodes { title tags { slug } } } }"]
        {
            assert_eq!(unprepared.data(query).await, app.data(query).await, "{query}");
        }
    });
}

/// An application that reads through one connection.
async fn with_one_connection() -> Option<(TestApp, postgres::Database)> {
    let database = postgres::available_or_skip()?.create_database().await;
    let settings = Database { max_connections: 1, ..app::options(&database.url) };
    Some((TestApp::with(Backend::Postgres, &settings).await, database))
}

/// The answer of the quick question, once it is known to be quick.
async fn asked_before(served: &Served) -> serde_json::Value {
    let mut heard = served.ask(QUICK).await;
    for _ in 0..200 {
        heard = served.ask(QUICK).await;
    }
    assert_eq!((heard.status, &heard.json()["errors"]), (200, &json!(null)), "{heard:?}");
    heard.json()
}

/// Keeps everyone from reading tags.
async fn hold_tags(app: &TestApp) -> DatabaseTransaction {
    let database = tables::connect(&app.url).await;
    let held = database.begin().await.expect("a transaction");
    held.execute_unprepared("LOCK TABLE tag IN ACCESS EXCLUSIVE MODE").await.expect("a lock");
    held
}

async fn release_after(time: Duration, held: DatabaseTransaction) {
    tokio::time::sleep(time).await;
    held.rollback().await.expect("it ends");
}

/// Waits until a statement waits for the lock.
async fn until_one_waits(app: &TestApp) {
    let database = tables::connect(&app.url).await;
    let waiting = "SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()";
    let waiting = || sea_orm::Statement::from_string(database.get_database_backend(), waiting);
    while database.query_one_raw(waiting()).await.expect("rows").is_none() {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    database.close().await.expect("no connection");
}
