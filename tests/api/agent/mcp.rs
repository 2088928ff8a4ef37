//! The Model Context Protocol over HTTP: one request, one answer, and nothing kept between them.

use axum::{body::Body, http::Request};
use precis::config::{Cors, Http, RateLimit};
use serde_json::{Value, json};

use crate::{
    both,
    support::{Reply, TestApp, app::http_options},
    tokens,
};

/// A request as clients send it.
fn request(method: &str) -> axum::http::request::Builder {
    Request::builder()
        .method(method)
        .uri("/mcp")
        .header("host", "precis.example")
        .header("content-type", "application/json")
        .header("accept", "application/json, text/event-stream")
}

async fn send(app: &TestApp, message: &Value) -> Reply {
    app.send(request("POST").body(Body::from(message.to_string())).expect("a request")).await
}

/// The result of a method.
async fn result(app: &TestApp, method: &str, params: Value) -> Value {
    let reply = send(app, &json!({ "jsonrpc": "2.0", "id": 7, "method": method, "params": params })).await;
    assert_eq!(reply.status, 200);
    let mut answer: Value = serde_json::from_slice(&reply.body).expect("JSON");
    assert_eq!((&answer["id"], &answer["error"]), (&json!(7), &Value::Null), "{answer}");
    answer["result"].take()
}

/// What a tool says, and whether that is an error.
async fn call(app: &TestApp, name: &str, arguments: Value) -> (String, bool) {
    let result = result(app, "tools/call", json!({ "name": name, "arguments": arguments })).await;
    let text = result["content"][0]["text"].as_str().expect("a text").to_owned();
    let is_error = result["isError"] == true;
    assert_eq!(result, json!({ "content": [{ "type": "text", "text": text }], "isError": is_error }));
    (text, is_error)
}

both! {
    async fn a_client_is_greeted_in_the_version_that_it_speaks(app: TestApp) {
        for version in ["2025-03-26", "2025-06-18"] {
            let client = json!({ "protocolVersion": version, "capabilities": {}, "clientInfo": { "name": "a", "version": "1" } });
            let expected = json!({
                "protocolVersion": version, "capabilities": { "tools": {} },
                "serverInfo": { "name": "precis", "version": env!("CARGO_PKG_VERSION") },
            });
            assert_eq!(result(&app, "initialize", client).await, expected);
        }
        let ready = json!({ "jsonrpc": "2.0", "method": "notifications/initialized" });
        assert_eq!(send(&app, &ready).await.status, 202);
    }

    async fn the_tools_cost_few_tokens_and_are_the_same_each_time(app: TestApp) {
        let list = json!({ "jsonrpc": "2.0", "id": 1, "method": "tools/list" });
        let first = send(&app, &list).await.body;
        let tools: Value = serde_json::from_slice(&first).expect("JSON");
        let tools = &tools["result"]["tools"];
        let names: Vec<&str> = tools.as_array().expect("tools").iter().filter_map(|it| it["name"].as_str()).collect();
        assert_eq!(names, ["schema", "query"]);
        let tokens = tokens(&tools.to_string());
        assert!(tokens <= 300, "{tokens} tokens");
        let other = app.empty().await;
        assert_eq!(send(&other, &list).await.body, first);
    }

    async fn a_query_is_answered_with_one_text(app: TestApp) {
        let query = "query ($slugs: [String!]) { summaries(first: 2, filter: {tags: {allOf: $slugs}, languages: [\"en\"]}) { totalCount nodes { title category { name } tags { slug } } } }";
        let variables = json!({ "slugs": ["backend", "postgresql"] });
        let table = "#summaries 2/3\n\
                     title\tcategory.name\ttags[].slug\n\
                     SKIP LOCKED Turns One Table into a Job Queue\tData & Storage\tbackend, concurrency, postgresql, queues\n\
                     Pool of 20 Beats 200: Queue Outside the Database\tSoftware Engineering\tbackend, connection-pooling, performance, postgresql";
        let told = call(&app, "query", json!({ "query": query, "variables": variables })).await;
        assert_eq!(told, (table.to_owned(), false));
        let told = call(&app, "query", json!({ "query": query, "variables": variables.to_string() })).await;
        assert_eq!(told, (table.to_owned(), false));
        let (text, _) = call(&app, "query", json!({ "query": query, "variables": variables, "format": "json" })).await;
        let text: Value = serde_json::from_str(&text).expect("JSON");
        assert_eq!(text, json!({ "data": app.data_with(query, variables).await }));
    }

    async fn a_page_leads_to_the_next(app: TestApp) {
        let query = "{ tags(first: 60) { nodes { slug } } }";
        let (first, _) = call(&app, "query", json!({ "query": query, "maxTokens": 100 })).await;
        let (header, rows) = first.split_once('\n').expect("rows");
        let (_, after) = header.split_once(" after=").expect("more");
        let (second, _) = call(&app, "query", json!({ "query": query, "maxTokens": 2_000, "after": after })).await;
        let slugs: Vec<&str> = rows.lines().skip(1).chain(second.lines().skip(2)).collect();
        let whole = app.data(query).await;
        let expected: Vec<&str> =
            whole["tags"]["nodes"].as_array().expect("tags").iter().filter_map(|it| it["slug"].as_str()).collect();
        assert_eq!(slugs, expected);
    }

    async fn what_is_wrong_is_said_to_whoever_asked(app: TestApp) {
        let (text, is_error) = call(&app, "query", json!({ "query": "{ summaries { nodes { titel } } }" })).await;
        assert!(is_error && text.contains("title"), "{text}");
        let (text, is_error) = call(&app, "query", json!({})).await;
        assert_eq!((text.as_str(), is_error), ("error BAD_USER_INPUT query: send a GraphQL document, such as { viewer { name } }", true));
        let (text, is_error) = call(&app, "query", json!({ "query": "{ tags(first: 200) { nodes { slug } } }" })).await;
        assert_eq!((text.as_str(), is_error), ("error BAD_USER_INPUT tags `first` is 200; it may be 0 to 100.", true));
        let (text, is_error) = call(&app, "query", json!({ "query": "{ summaries(first: 30) { nodes { title } } }", "dryRun": true })).await;
        assert_eq!((text.as_str(), is_error), ("cost 30 of at most 10000, points 1", false));
        let unknown = json!({ "jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": { "name": "write", "arguments": {} } });
        let answer: Value = serde_json::from_slice(&send(&app, &unknown).await.body).expect("JSON");
        assert_eq!(answer["error"]["code"], -32602, "{answer}");
    }

    async fn the_schema_is_told_within_its_budget(app: TestApp) {
        let (all, is_error) = call(&app, "schema", json!({})).await;
        assert!(!is_error && all.contains("Summary {") && tokens(&all) <= 2_000, "{} tokens", tokens(&all));
        let names = json!(["Summary", "SummaryFilter"]);
        let (some, _) = call(&app, "schema", json!({ "names": names, "maxTokens": 400 })).await;
        assert!(some.contains("type Summary") && tokens(&some) <= 400, "{some}");
        let (both, _) = call(&app, "schema", json!({ "names": names, "maxTokens": 4_000 })).await;
        assert!(both.contains("type Summary") && both.contains("input SummaryFilter"), "{both}");
        let (text, is_error) = call(&app, "schema", json!({ "names": ["Sumary"] })).await;
        assert!(is_error && text.starts_with("error "), "{text}");
    }

    async fn there_are_no_streams_and_no_sessions(app: TestApp) {
        for method in ["GET", "DELETE"] {
            let reply = app.send(request(method).body(Body::empty()).expect("a request")).await;
            assert_eq!((reply.status.as_u16(), reply.headers["allow"].to_str().expect("ASCII")), (405, "POST"), "{method}");
        }
    }

    async fn pages_of_unknown_origins_may_not_ask(app: TestApp) {
        let list = json!({ "jsonrpc": "2.0", "id": 1, "method": "tools/list" }).to_string();
        let from = async |app: &TestApp, origin: &str| {
            let request = request("POST").header("origin", origin).body(Body::from(list.clone()));
            app.send(request.expect("a request")).await.status.as_u16()
        };
        assert_eq!(from(&app, "https://a.example").await, 403);
        let cors = Cors::Origins(vec!["https://a.example".into()]);
        let app = app.served(&Http { cors, ..http_options() });
        assert_eq!(from(&app, "https://a.example").await, 200);
        assert_eq!(from(&app, "https://b.example").await, 403);
    }

    async fn agents_take_points_like_everybody(app: TestApp) {
        let app = app.served(&Http { rate_limit: RateLimit::Points(3.try_into().expect("points")), ..http_options() });
        let query = json!({ "query": "{ summaries(first: 100) { nodes { title tags { slug } } } }" });
        let (text, is_error) = call(&app, "query", query).await;
        assert!(is_error && text.starts_with("error RATE_LIMITED "), "{text}");
        let list = json!({ "jsonrpc": "2.0", "id": 1, "method": "tools/list" });
        let left: Vec<u16> = [send(&app, &list).await, send(&app, &list).await, send(&app, &list).await].map(|it| it.status.as_u16()).to_vec();
        assert_eq!(left, [200, 200, 429]);
        // What was meant is looked for, and that takes five, here as over plain GraphQL.
        let app = app.served(&Http { rate_limit: RateLimit::Points(4.try_into().expect("points")), ..http_options() });
        let (text, is_error) = call(&app, "query", json!({ "query": "{ summaries { nodes { titel } } }" })).await;
        assert!(is_error && text.starts_with("error RATE_LIMITED "), "{text}");
        let app = app.served(&Http { rate_limit: RateLimit::Points(5.try_into().expect("points")), ..http_options() });
        let (text, is_error) = call(&app, "query", json!({ "query": "{ summaries { nodes { titel } } }" })).await;
        assert!(is_error && text.starts_with("error UNKNOWN_FIELD "), "{text}");
    }

    async fn a_body_that_is_too_long_is_refused(app: TestApp) {
        let body = json!({ "jsonrpc": "2.0", "id": 1, "method": "tools/list", "params": { "x": "x".repeat(300_000) } });
        assert_eq!(send(&app, &body).await.status, 413);
    }

    async fn whoever_runs_the_server_may_switch_it_off(app: TestApp) {
        let app = app.served(&Http { mcp: false, ..http_options() });
        assert_eq!(send(&app, &json!({ "jsonrpc": "2.0", "id": 1, "method": "tools/list" })).await.status, 404);
    }
}
