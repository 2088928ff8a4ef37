//! PostgreSQL that is gone, comes back, stands still or has no connection left.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use serde_json::json;

use super::{QUICK, rounds, watched::shown};
use crate::support::{
    Backend, TestApp, app,
    postgres::{self, Fate},
    run_alone,
    socket::{Heard, Served},
};

const UNREACHABLE: &str = "The database can't be reached just now. Try again in a moment.";

#[test]
fn while_postgresql_is_gone_callers_are_told_to_come_again_and_then_all_is_well() {
    run_alone(async || {
        let Some(mut cluster) = postgres::own_or_skip(&[]) else { return };
        let app = TestApp::at(Backend::Postgres, cluster.url.clone()).await;
        let served = Served::start(&app, &app::http_options()).await;
        for fate in [Fate::Stop, Fate::Crash] {
            // As many connections as there are, each of which will be broken.
            let asked = [QUICK; 8].map(|query| served.ask(query));
            assert!(futures_util::future::join_all(asked).await.iter().all(|heard| heard.status == 200));

            cluster = cluster.after(fate).await;
            let heard = served.ask(QUICK).await;
            let place = json!([{ "line": 1, "column": 3 }]);
            let code = json!({ "code": "UNAVAILABLE" });
            let error = json!({ "message": UNREACHABLE, "locations": place, "path": ["tags"], "extensions": code });
            assert_eq!((heard.status, heard.json()), (503, json!({ "errors": [error] })), "{fate:?}");
            assert_eq!(heard.header("retry-after"), Some("1"));
            until_ready_is(503, &served).await;
            assert_eq!(served.answer(LIVE).await.status, 200);
            assert_eq!(shown(&served).await.get("precis_database_up"), 0, "{fate:?}");

            cluster = cluster.after(Fate::Start).await;
            for _ in 0..8 {
                let heard = served.ask(QUICK).await;
                assert_eq!(heard.status, 200, "the first one, too: {heard:?}");
            }
            until_ready_is(200, &served).await;
            assert_eq!(shown(&served).await.get("precis_database_up"), 1, "{fate:?}");
        }
        served.stop().await.expect("it ends");
    });
}

#[test]
fn a_restart_under_load_shows_as_nothing_but_unavailable() {
    run_alone(async || {
        let Some(mut cluster) = postgres::own_or_skip(&[]) else { return };
        let app = TestApp::at(Backend::Postgres, cluster.url.clone()).await;
        let served = Arc::new(Served::start(&app, &app::http_options()).await);
        for round in 0..rounds(2) {
            let over = Arc::new(AtomicBool::new(false));
            let clients: Vec<_> = (0..16)
                .map(|_| {
                    let (served, over) = (served.clone(), over.clone());
                    tokio::spawn(async move {
                        let mut seen = Vec::new();
                        while !over.load(Ordering::Relaxed) {
                            seen.push(outcome(&served.ask(QUICK).await));
                        }
                        seen
                    })
                })
                .collect();
            for fate in [Fate::Stop, Fate::Start, Fate::Crash, Fate::Start] {
                tokio::time::sleep(Duration::from_millis(300)).await;
                cluster = cluster.after(fate).await;
            }
            over.store(true, Ordering::Relaxed);
            let mut all = Vec::new();
            for client in clients {
                all.extend(client.await.expect("no panic"));
            }
            all.sort();
            all.dedup();
            let expected = [(200, None), (503, Some("UNAVAILABLE".to_owned()))];
            assert!(all.iter().all(|outcome| expected.contains(outcome)), "round {round}: {all:?}");
            assert_eq!(outcome(&served.ask(QUICK).await), expected[0], "round {round}");
        }
    });
}

#[test]
fn a_server_that_stands_still_is_not_waited_for() {
    run_alone(async || {
        let Some(cluster) = postgres::own_or_skip(&[]) else { return };
        let app = TestApp::at(Backend::Postgres, cluster.url.clone()).await;
        let served = Served::start(&app, &app::http_options()).await;
        assert_eq!(served.ask(QUICK).await.status, 200);
        let cluster = cluster.after(Fate::Freeze).await;
        let (asked, ()) = tokio::join!(served.ask(QUICK), until_ready_is(503, &served));
        assert!(matches!(asked.status, 503 | 504), "{asked:?}");
        let _cluster = cluster.after(Fate::Thaw).await;
        while served.ask(QUICK).await.status != 200 {}
        until_ready_is(200, &served).await;
        served.stop().await.expect("it ends");
    });
}

#[test]
fn a_server_without_a_connection_left_is_too_busy() {
    run_alone(async || {
        let Some(cluster) = postgres::own_or_skip(&["max_connections=10"]) else { return };
        let app = TestApp::at(Backend::Postgres, cluster.url.clone()).await;
        let served = Served::start(&app, &app::http_options()).await;
        let mut others = Vec::new();
        while let Ok(other) = sea_orm::Database::connect(limited(&cluster.url)).await {
            others.push(other);
        }
        assert_eq!(outcome(&served.ask(QUICK).await), (503, Some("UNAVAILABLE".to_owned())));
        for other in others {
            other.close().await.expect("no connection");
        }
        while served.ask(QUICK).await.status != 200 {}
        served.stop().await.expect("it ends");
    });
}

/// One connection, or none soon.
fn limited(url: &str) -> sea_orm::ConnectOptions {
    let mut options = sea_orm::ConnectOptions::new(url);
    options.max_connections(1).min_connections(1).acquire_timeout(Duration::from_millis(500)).sqlx_logging(false);
    options
}

const READY: &[u8] = b"GET /readyz HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n";
const LIVE: &[u8] = b"GET /livez HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n";

/// Waits until it is: what was last found out holds for a moment.
async fn until_ready_is(status: u16, served: &Served) {
    while served.answer(READY).await.status != status {
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

fn outcome(heard: &Heard) -> (u16, Option<String>) {
    (heard.status, heard.code())
}
