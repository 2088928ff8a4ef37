//! Time that runs out.

use axum::{body::Body, http::Request};
use serde_json::{Value, json};

use super::{SLOW, make_quick, make_slow};
use crate::{
    both,
    support::{Reply, TestApp},
};

const MESSAGE: &str = "This takes too long. Ask for less: a narrower filter, fewer fields or rows.";

both! {
    async fn a_statement_past_its_time_is_stopped_and_the_caller_told(app: TestApp) {
        make_slow(&app).await;
        let reply = post(&app, SLOW).await;
        let expected = json!({ "errors": [error("categories", 3)] });
        assert_eq!((reply.status.as_u16(), header(&reply, "retry-after"), body(&reply)), (504, Some("1"), expected));

        make_quick(&app).await;
        let found = app.data(SLOW).await;
        assert!(!found["categories"]["nodes"].as_array().expect("a list").is_empty(), "{found}");
    }

    async fn what_was_read_before_time_ran_out_is_answered(app: TestApp) {
        make_slow(&app).await;
        let query = "{ tag(by: {slug: \"backend\"}) { slug } slow: category(by: {slug: \"security\"}) { name } }";
        let reply = post(&app, query).await;
        let expected = json!({ "data": { "tag": { "slug": "backend" }, "slow": null }, "errors": [error("slow", 39)] });
        assert_eq!((reply.status.as_u16(), header(&reply, "retry-after"), body(&reply)), (200, None, expected));
    }

    async fn what_was_to_be_read_afterwards_fails_alike(app: TestApp) {
        make_slow(&app).await;
        let reply = post(&app, "{ a: categories { nodes { slug } } b: tags { nodes { slug } } }").await;
        let expected = json!({ "errors": [error("a", 3), error("b", 36)] });
        assert_eq!((reply.status.as_u16(), body(&reply)), (504, expected));
    }
}

fn error(path: &str, column: u32) -> Value {
    let place = json!([{ "line": 1, "column": column }]);
    json!({ "message": MESSAGE, "locations": place, "path": [path], "extensions": { "code": "TIMEOUT" } })
}

async fn post(app: &TestApp, query: &str) -> Reply {
    let body = json!({ "query": query }).to_string();
    let request = Request::post("/graphql").header("content-type", "application/json").body(Body::from(body));
    app.send(request.expect("a request")).await
}

fn header<'a>(reply: &'a Reply, name: &str) -> Option<&'a str> {
    reply.headers.get(name).map(|value| value.to_str().expect("ASCII"))
}

fn body(reply: &Reply) -> Value {
    serde_json::from_slice(&reply.body).expect("JSON")
}
