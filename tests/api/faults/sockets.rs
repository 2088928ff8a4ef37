//! Requests that no client should send, and how far they get.

use crate::{
    both,
    support::{
        TestApp, app,
        socket::{Served, post, post_with},
    },
};

use super::QUICK;

both! {
    async fn heads_have_a_bound_in_number_and_in_size(app: TestApp) {
        let served = Served::start(&app, &app::http_options()).await;
        let get = |path: &str, lines: &str| format!("GET {path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n{lines}\r\n");
        let many = |number: usize| "a: b\r\n".repeat(number);
        for (status, request) in [
            (200, get("/livez", &many(98))),
            (431, get("/livez", &many(99))),
            (200, get(&format!("/livez?{}", "a".repeat(60_000)), "")),
            (414, get(&format!("/livez?{}", "a".repeat(70_000)), "")),
            (200, get("/livez", &format!("a: {}\r\n", "b".repeat(60_000)))),
            (431, get("/livez", &format!("a: {}\r\n", "b".repeat(140_000)))),
            (400, get("/li vez", "")),
            (400, get("/livez", "a b: c\r\n")),
        ] {
            let heard = served.answer(request.as_bytes()).await;
            assert_eq!(heard.status, status, "{} bytes: {heard:?}", request.len());
            assert_eq!(heard.header("server"), None);
            // What is refused before there is a request has no body whose type could be guessed.
            assert!(if status == 200 { heard.body == "ok\n" } else { heard.body.is_empty() }, "{heard:?}");
        }
        served.stop().await.expect("it ends");
    }

    async fn a_body_with_two_lengths_smuggles_no_second_request(app: TestApp) {
        let served = Served::start(&app, &app::http_options()).await;
        let body = br#"{"query":"{ __typename }"}"#;
        let second = "GET /livez HTTP/1.1\r\nhost: x\r\n\r\n";
        let chunked = format!("{:x}\r\n{}\r\n0\r\n\r\n{second}", body.len(), String::from_utf8_lossy(body));
        for (lengths, status) in [
            ("content-length: 6\r\ntransfer-encoding: chunked\r\n", 200),
            ("transfer-encoding: chunked\r\ncontent-length: 6\r\n", 200),
            ("content-length: 6\r\ncontent-length: 7\r\n", 400),
            ("transfer-encoding: chunked, gzip\r\n", 400),
        ] {
            let request = format!("POST /graphql HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n{lengths}\r\n");
            // Whole, up to the end of the connection: it is closed behind the first answer.
            let heard = served.answer(format!("{request}{chunked}").as_bytes()).await;
            assert_eq!((heard.status, heard.head.matches("http/1.1").count()), (status, 1), "{lengths}");
            assert!(!heard.body.contains("HTTP/1.1"), "{lengths}: {}", heard.body);
        }
        served.stop().await.expect("it ends");
    }

    async fn requests_in_a_row_are_answered_in_a_row(app: TestApp) {
        let served = Served::start(&app, &app::http_options()).await;
        let live = b"GET /livez HTTP/1.1\r\nhost: x\r\n\r\n";
        let heard = served.answer(&[&live[..], &post_with("", QUICK), live, &post(QUICK)].concat()).await;
        let all = format!("{}\r\n\r\n{}", heard.head, heard.body);
        assert_eq!(all.to_lowercase().matches("http/1.1 200 ok").count(), 4, "{all}");
        let (first, last) = (all.find("ok\n").expect("the first"), all.rfind("tags").expect("the last"));
        assert!(first < last, "{all}");
        served.stop().await.expect("it ends");
    }

    async fn a_body_that_is_compressed_or_announced_is_told_what_to_do(app: TestApp) {
        let served = Served::start(&app, &app::http_options()).await;
        for encoding in ["gzip", "br", "deflate, gzip"] {
            let heard = served.answer(&post_with(&format!("connection: close\r\ncontent-encoding: {encoding}\r\n"), QUICK)).await;
            let message = "Compressed bodies are not read here. Send it as it is, without `Content-Encoding`.";
            let error = serde_json::json!({ "message": message, "extensions": { "code": "UNSUPPORTED_MEDIA_TYPE" } });
            assert_eq!((heard.status, &heard.json()["errors"][0]), (415, &error), "{encoding}");
        }
        let heard = served.answer(&post_with("connection: close\r\ncontent-encoding: identity\r\n", QUICK)).await;
        assert_eq!(heard.status, 200, "{heard:?}");
        let heard = served.answer(&post_with("connection: close\r\nexpect: 100-continue\r\n", QUICK)).await;
        assert_eq!((heard.status, heard.body.starts_with("HTTP/1.1 200")), (100, true), "{heard:?}");
        served.stop().await.expect("it ends");
    }
}
