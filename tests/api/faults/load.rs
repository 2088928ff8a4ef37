//! More to do than can be done.

use std::time::Duration;

use precis::config::Http;
use serde_json::json;

use super::{QUICK, SLOW, make_slow};
use crate::{
    both,
    support::{
        TestApp, app,
        socket::{Heard, Served, heard, post, post_with},
    },
};

/// Room for one request at work, and for one that waits.
fn narrow() -> Http {
    Http { max_requests: 1, ..app::http_options() }
}

fn refusal() -> serde_json::Value {
    let message = "There is more to do than can be done just now. Try again in a second.";
    json!({ "errors": [{ "message": message, "extensions": { "code": "UNAVAILABLE" } }] })
}

both! {
    async fn who_finds_no_room_is_refused_unread_and_other_paths_never_wait(app: TestApp) {
        make_slow(&app).await;
        let served = Served::start(&app, &narrow()).await;
        let (_at_work, _waiting) = (served.send(&post(SLOW)).await, served.send(&post(SLOW)).await);
        let accept = "accept: application/graphql-response+json\r\nconnection: close\r\n";
        // The head says that a body will come, if it may: what comes back says that it may not.
        let head = format!(
            "POST /graphql HTTP/1.1\r\nhost: x\r\n{accept}content-type: application/json\r\n\
             expect: 100-continue\r\ncontent-length: 30\r\n\r\n"
        );
        let refused = until_refused(&served, head.as_bytes()).await;
        assert_eq!((refused.status, refused.json()), (503, refusal()));
        assert_eq!(refused.header("content-type"), Some("application/graphql-response+json; charset=utf-8"));
        assert_eq!((refused.header("retry-after"), refused.header("x-content-type-options")), (Some("1"), Some("nosniff")));

        let get = served.answer(b"GET /graphql?query=%7B__typename%7D HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n").await;
        assert_eq!((get.status, get.json()), (503, refusal()));
        for path in ["/livez", "/readyz", "/metrics", "/schema.graphql", "/"] {
            let request = format!("GET {path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n");
            assert_eq!(served.answer(request.as_bytes()).await.status, 200, "{path}");
        }
        served.stop().await.expect("it ends");
    }

    async fn who_waits_too_long_is_refused_and_who_comes_afterwards_is_answered(app: TestApp) {
        make_slow(&app).await;
        let served = Served::start(&app, &narrow()).await;
        let (at_work, waiting) = (served.send(&post(SLOW)).await, served.send(&post(SLOW)).await);
        let (first, second) = tokio::join!(heard(at_work), heard(waiting));
        let mut seen = [(first.status, first.code()), (second.status, second.code())];
        seen.sort();
        let code = |code: &str| Some(code.to_owned());
        assert_eq!(seen, [(503, code("UNAVAILABLE")), (504, code("TIMEOUT"))]);
        let next = served.ask(QUICK).await;
        assert_eq!(next.status, 200, "{next:?}");
        served.stop().await.expect("it ends");
    }

    async fn a_body_that_takes_its_time_takes_no_room(app: TestApp) {
        let served = Served::start(&app, &narrow()).await;
        let whole = post_with("connection: close\r\n", QUICK);
        let (beginning, end) = whole.split_at(whole.len() - 1);
        let mut slow = Vec::new();
        for _ in 0..5 {
            slow.push(served.send(beginning).await);
        }
        let quick = served.ask(QUICK).await;
        assert_eq!(quick.status, 200, "{quick:?}");
        for mut stream in slow {
            tokio::io::AsyncWriteExt::write_all(&mut stream, end).await.expect("it takes the rest");
            assert_eq!(heard(stream).await.status, 200);
        }
        served.stop().await.expect("it ends");
    }

    async fn readiness_does_not_wait_for_a_connection_that_all_want(app: TestApp) {
        make_slow(&app).await;
        let served = Served::start(&app, &app::http_options()).await;
        let mut busy = Vec::new();
        for _ in 0..20 {
            busy.push(served.send(&post(SLOW)).await);
        }
        let ready = served.answer(b"GET /readyz HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n").await;
        assert_eq!((ready.status, ready.body.as_str()), (200, "ok\n"));
        drop(busy);
        served.stop().await.expect("it ends");
    }
}

/// The first refusal: those that came before may not be there yet.
async fn until_refused(served: &Served, request: &[u8]) -> Heard {
    loop {
        let stream = served.send(request).await;
        if let Ok(heard) = tokio::time::timeout(Duration::from_millis(500), heard(stream)).await {
            return heard;
        }
    }
}
