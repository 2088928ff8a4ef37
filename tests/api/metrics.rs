//! What is counted, and how it is shown: after traffic of which all is known, through the real router.

pub(crate) mod exposition;

use std::num::NonZeroU32;

use axum::{
    Router,
    body::Body,
    http::{Method, Request, StatusCode},
};
use http_body_util::BodyExt as _;
use precis::{
    config::{self, Http, RateLimit},
    http,
};
use serde_json::json;
use tower::ServiceExt as _;

use crate::{
    both,
    support::{Reply, TestApp, app::http_options},
};
use exposition::{Exposition, Format};

/// What is read just now.
pub(crate) async fn scrape(app: &TestApp) -> Exposition {
    Exposition::read(&text(&app.send(get("/metrics")).await), Format::Prometheus)
}

/// What differs from one time to the next: measured by the machine's clock, or a figure of the machine.
const VOLATILE: [&str; 3] =
    ["process_resident_memory_bytes ", "precis_statement_duration_seconds_total{", "precis_statements_total{"];

both! {
    async fn a_scrape_says_all_that_is_known_of_traffic(app: TestApp) {
        let http = Http { rate_limit: RateLimit::Points(NonZeroU32::new(1).expect("points")), ..http_options() };
        let limited = app.router(&http);
        let query = "{ summaries(first: 20) { nodes { title tags { slug } } totalCount } }";
        for _ in 0..3 {
            app.data(query).await;
        }
        // Known as it is, or found in a cache: it was answered.
        let got = app.send(get("/graphql?query=%7B__typename%7D")).await;
        let mut again = get("/graphql?query=%7B__typename%7D");
        again.headers_mut().insert("if-none-match", got.headers["etag"].clone());
        assert_eq!(app.send(again).await.status, StatusCode::NOT_MODIFIED);
        for (body, outcome) in [
            (json!({ "query": "{ summaries(first: 101) { totalCount } }" }), "BAD_USER_INPUT"),
            (json!({ "query": "{" }), "GRAPHQL_PARSE_FAILED"),
            (json!({ "query": "{ noSuchField }" }), "GRAPHQL_VALIDATION_FAILED"),
            (json!({ "query": format!("{{ {} }}", "a: __typename ".repeat(2_001)) }), "QUERY_TOO_COMPLEX"),
            (json!({ "extensions": { "persistedQuery": { "version": 1, "sha256Hash": "0".repeat(64) } } }), "PERSISTED_QUERY_NOT_FOUND"),
            (json!({}), "BAD_REQUEST"),
        ] {
            let reply = app.post(&body.to_string()).await;
            assert!(text(&reply).contains(&format!("\"code\":\"{outcome}\"")), "{outcome}: {}", text(&reply));
        }
        let put = Request::builder().method(Method::PUT).uri("/graphql").body(Body::empty()).expect("a request");
        assert_eq!(app.send(put).await.status, StatusCode::METHOD_NOT_ALLOWED);
        for status in [StatusCode::OK, StatusCode::TOO_MANY_REQUESTS, StatusCode::TOO_MANY_REQUESTS] {
            assert_eq!(send(&limited, get("/graphql?query=%7B__typename%7D")).await.status, status);
        }
        // These are no requests to the API.
        for path in ["/", "/nothing", "/livez", "/readyz", "/schema.graphql", "/graphql/", "/metrics"] {
            app.send(get(path)).await;
        }

        let reply = app.send(get("/metrics")).await;
        assert_eq!(reply.status, StatusCode::OK);
        assert_eq!(reply.headers["content-type"], "text/plain; version=0.0.4; charset=utf-8");
        assert_eq!(reply.headers["cache-control"], "no-store");
        let shown = text(&reply);
        Exposition::read(&shown, Format::Prometheus);
        insta::assert_snapshot!("scrape", shown.lines().map(settled).collect::<Vec<_>>().join("\n"));
    }

    async fn the_format_follows_accept(app: TestApp) {
        let asked = async |accept: &'static str| {
            let mut request = get("/metrics");
            request.headers_mut().insert("accept", accept.parse().expect("a header"));
            app.send(request).await
        };
        let open = asked("application/openmetrics-text;version=1.0.0,text/plain;version=0.0.4;q=0.5,*/*;q=0.1").await;
        assert_eq!(open.headers["content-type"], "application/openmetrics-text; version=1.0.0; charset=utf-8");
        let plain = asked("text/html, */*;q=0.8").await;
        assert_eq!(plain.headers["content-type"], "text/plain; version=0.0.4; charset=utf-8");
        // The same series, whichever it is.
        let (open, plain) = (Exposition::read(&text(&open), Format::OpenMetrics), Exposition::read(&text(&plain), Format::Prometheus));
        let sorted = |exposition: &Exposition| {
            let mut series: Vec<String> = exposition.series().into_iter().map(str::to_owned).collect();
            series.sort();
            series
        };
        assert_eq!(sorted(&open), sorted(&plain));
    }

    async fn it_is_read_and_nothing_else(app: TestApp) {
        let head = app.send(request(Method::HEAD, "/metrics")).await;
        assert_eq!((head.status, head.body.len()), (StatusCode::OK, 0));
        for method in [Method::POST, Method::PUT, Method::DELETE, Method::OPTIONS] {
            let reply = app.send(request(method.clone(), "/metrics")).await;
            assert_eq!(reply.status, StatusCode::METHOD_NOT_ALLOWED, "{method}");
            assert_eq!(reply.headers["allow"], "GET,HEAD", "{method}");
        }
    }

    async fn at_an_address_of_its_own_it_is_shown_there_alone(app: TestApp) {
        let metrics = config::Metrics { listen: Some(([127, 0, 0, 1], 9464).into()) };
        let beside = app.wired().router(&http_options(), metrics).expect("a router");
        let reply = send(&beside, get("/metrics")).await;
        assert_eq!(reply.status, StatusCode::NOT_FOUND);
        assert!(!text(&reply).contains("/metrics"), "{}", text(&reply));
        assert!(!text(&send(&beside, get("/")).await).contains("/metrics"));

        let alone = http::metrics_router(app.wired().scraper());
        let before = scrape(&app).await;
        send(&beside, get("/graphql?query=%7B__typename%7D")).await;
        let shown = Exposition::read(&text(&send(&alone, get("/metrics")).await), Format::Prometheus);
        let ok = "precis_requests_total{outcome=\"ok\"}";
        assert!(shown.get(ok) > before.get(ok), "what is counted is the same");
        for path in ["/graphql", "/graphiql", "/livez", "/schema.graphql"] {
            let reply = send(&alone, get(path)).await;
            assert_eq!(reply.status, StatusCode::NOT_FOUND, "{path}");
            assert!(text(&reply).contains("Known are /metrics."), "{}", text(&reply));
        }
        assert_eq!(send(&alone, request(Method::POST, "/metrics")).await.status, StatusCode::METHOD_NOT_ALLOWED);
    }

    async fn what_callers_make_up_is_no_series(app: TestApp) {
        let before = scrape(&app).await;
        let strange = "a\"b\\c\nd{e=\"f\"} 1";
        for number in 0..20 {
            app.send(get(&format!("/{number}/metrics?outcome={number}"))).await;
            app.send(get(&format!("/graphql?query=query+Q{number}%7B__typename%7D&operationName=Q{number}"))).await;
            app.post(&json!({ "query": "{ __typename }", "operationName": format!("{strange}{number}") }).to_string()).await;
            let document = format!("query Q{number} {{ source(by: {{slug: \"s{number}\"}}) {{ a{number}: name }} }}");
            app.post(&json!({ "query": document, "variables": { strange: number } }).to_string()).await;
            let method = Method::from_bytes(format!("M{number}").as_bytes()).expect("a method");
            app.send(request(method, "/graphql")).await;
        }
        let after = scrape(&app).await;
        assert_eq!(after.series(), before.series());
        assert!(after.get("precis_requests_total{outcome=\"ok\"}") >= 20);
    }

    async fn statements_are_counted_as_often_as_they_run(app: TestApp) {
        app.data("{ summaries(first: 1) { nodes { source { name } } } }").await;
        let count = |seen: &Exposition, connection| seen.get(&format!("precis_statements_total{{connection=\"{connection}\"}}"));
        let before = scrape(&app).await;
        app.statements();
        for _ in 0..5 {
            app.data("{ sources { nodes { episodes(first: 2) { totalCount nodes { title } } } } tags { totalCount } }").await;
        }
        let run = app.statements().len();
        let after = scrape(&app).await;
        assert!(run > 0);
        assert_eq!(count(&after, "reader") - count(&before, "reader"), run as u64);
        // A scrape is one statement, on a connection that nobody waits for.
        let asked: Vec<String> = app.statements();
        assert_eq!(asked.len(), 1, "{asked:#?}");
        assert_eq!(count(&after, "probe") - count(&before, "probe"), 1);
        assert_eq!(count(&after, "writer"), count(&before, "writer"));
        let took = |seen: &Exposition| -> f64 {
            let series = "precis_statement_duration_seconds_total{connection=\"reader\"}";
            seen.find(series).and_then(|took| took.parse().ok()).expect("seconds")
        };
        assert!(took(&after) > took(&before));
    }

    async fn without_a_database_the_rest_is_shown(app: TestApp) {
        let before = scrape(&app).await;
        assert_eq!(before.get("precis_database_up"), 1);
        app.wired().clone().close().await;
        let after = scrape(&app).await;
        assert_eq!(after.get("precis_database_up"), 0);
        let gone: Vec<_> = before.series().into_iter().filter(|series| after.find(series).is_none()).collect();
        assert!(gone.iter().all(|series| series.starts_with("precis_jobs")) && !gone.is_empty(), "{gone:?}");
        let query = json!({ "query": "{ tags(first: 1) { nodes { slug } } }" }).to_string();
        assert_eq!(app.post(&query).await.status, StatusCode::SERVICE_UNAVAILABLE);
        assert_eq!(scrape(&app).await.get("precis_requests_total{outcome=\"unavailable\"}"), 1);
    }
}

/// A line, whose value is left out where it differs from one time to the next.
fn settled(line: &str) -> String {
    match line.rsplit_once(' ') {
        Some((series, _)) if VOLATILE.iter().any(|volatile| line.starts_with(volatile)) => format!("{series} …"),
        _ => line.to_owned(),
    }
}

fn request(method: Method, path: &str) -> Request<Body> {
    Request::builder().method(method).uri(path).body(Body::empty()).expect("a request")
}

fn get(path: &str) -> Request<Body> {
    request(Method::GET, path)
}

fn text(reply: &Reply) -> String {
    String::from_utf8(reply.body.to_vec()).expect("UTF-8")
}

async fn send(router: &Router, request: Request<Body>) -> Reply {
    let response = router.clone().oneshot(request).await.expect("the router always answers");
    let (parts, body) = response.into_parts();
    let body = body.collect().await.expect("a whole body").to_bytes();
    Reply { status: parts.status, headers: parts.headers, body }
}
