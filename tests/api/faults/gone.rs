//! Clients that go away while they are being answered.

use std::{fs, time::Duration};

use sea_orm::{ConnectionTrait as _, Statement};
use serde_json::json;

use super::{QUICK, SLOW, make_slow, rounds};
use crate::{
    both,
    support::{
        Backend, TestApp, app, postgres, run_alone,
        socket::{Served, post},
    },
    tables,
};

/// As many as there are connections to the database in tests.
const CONNECTIONS: usize = 4;

both! {
    async fn a_client_that_goes_away_gives_its_connection_to_the_next(app: TestApp) {
        make_slow(&app).await;
        let served = Served::start(&app, &app::http_options()).await;
        for round in 0..rounds(3) {
            // Nothing comes back by itself: a statement's time is longer than anyone waits for a connection.
            let mut gone = Vec::new();
            for _ in 0..CONNECTIONS {
                gone.push(served.send(&post(SLOW)).await);
            }
            all_are_busy(&served).await;
            drop(gone);
            let mut heard = served.ask(QUICK).await;
            // On a busy machine, it may take more than one wait for a connection.
            while heard.status == 503 {
                heard = served.ask(QUICK).await;
            }
            assert_eq!((heard.status, &heard.json()["errors"]), (200, &json!(null)), "{round}: {heard:?}");
        }
        served.stop().await.expect("it ends");
    }
}

/// Waits until nobody else gets a connection, which shows in that they have to wait.
async fn all_are_busy(served: &Served) {
    loop {
        let heard = tokio::time::timeout(Duration::from_millis(200), served.ask(QUICK)).await;
        if heard.is_err() {
            return;
        }
    }
}

/// Looks at what PostgreSQL does, and says of it, past the answers.
#[test]
fn postgresql_stops_what_nobody_waits_for_because_nobody_does() {
    run_alone(async || {
        let Some(cluster) = postgres::own_or_skip(&[]) else { return };
        let app = TestApp::at(Backend::Postgres, cluster.url.clone()).await;
        make_slow(&app).await;
        let served = Served::start(&app, &app::http_options()).await;
        let client = served.send(&post(SLOW)).await;
        let process = loop {
            if let [process] = works_on(&app.url).await.as_slice() {
                break *process;
            }
        };
        drop(client);
        while works_on(&app.url).await.contains(&process) {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        let log = fs::read_to_string(&cluster.log).expect("a log");
        let said: Vec<&str> = log.lines().filter(|line| line.contains(&format!("[{process}]"))).collect();
        assert!(said.iter().any(|line| line.contains("connection to client lost")), "{said:#?}");
        assert!(!said.iter().any(|line| line.contains("statement timeout")), "{said:#?}");
        served.stop().await.expect("it ends");
    });
}

/// The processes that read the table of categories just now.
async fn works_on(url: &str) -> Vec<i32> {
    let database = tables::connect(url).await;
    let busy = "SELECT pid FROM pg_stat_activity WHERE state = 'active' AND query LIKE '%FROM category%' \
                AND pid <> pg_backend_pid()";
    let statement = Statement::from_string(database.get_database_backend(), busy);
    let rows = database.query_all_raw(statement).await.expect("rows");
    let processes = rows.iter().map(|row| row.try_get_by_index(0).expect("a number")).collect();
    database.close().await.expect("no connection");
    processes
}
