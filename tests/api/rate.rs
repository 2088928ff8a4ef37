//! How much callers may ask for, and who they are: through the real router, with a clock that the tests move,
//! and once over real sockets.

mod sockets;

use std::{net::SocketAddr, num::NonZeroU32, sync::Arc, time::Duration};

use axum::{
    body::{Body, Bytes},
    extract::ConnectInfo,
    http::{Method, Request, StatusCode, request::Builder},
};
use futures_util::stream;
use precis::{
    access::{Access, Exceeded, Rate},
    clock::Timestamp,
    config::{Cors, Http, RateLimit},
    graphql::{self, Answer},
};
use serde_json::{Value, json};

use crate::{
    both,
    support::{Reply, TestApp, app::http_options},
};

const JSON: &str = "application/json";
const GRAPHQL: &str = "application/graphql-response+json";
const QUERY: &str = r#"{"query":"{ __typename }"}"#;
const A: &str = "203.0.113.1";
const B: &str = "203.0.113.2";

both! {
    async fn one_request_past_the_limit_is_refused_until_the_first_has_left_the_window(app: TestApp) {
        let app = limited(app, 3);
        // A point is counted with the second in which it was taken, and gone 61 seconds after that began.
        for (after, left) in [(0, "r=2;t=61"), (10_500, "r=1;t=51"), (15_000, "r=0;t=36")] {
            app.clock.pass(Duration::from_millis(after));
            assert_eq!(app.told(query(A)).await, answered(3, left), "{after} ms later");
        }
        assert_eq!(app.told(query(A)).await, refused(3, 36), "25.5 s after the first");
        app.clock.pass(Duration::from_millis(35_499));
        assert_eq!(app.told(query(A)).await, refused(3, 1), "a millisecond too early");
        app.clock.pass(Duration::from_millis(1));
        assert_eq!(app.told(query(A)).await, answered(3, "r=0;t=10"), "61 s after the first");
        assert_eq!(app.told(query(A)).await, refused(3, 10));
        app.clock.pass(Duration::from_secs(61));
        assert_eq!(app.told(query(A)).await, answered(3, "r=2;t=61"), "when all of them are gone");
    }

    async fn one_client_takes_nothing_from_another(app: TestApp) {
        let app = limited(app, 1);
        for peer in [A, B, "2001:db8:0:1::1", "2001:db8:0:2::1"] {
            assert_eq!(app.told(query(peer)).await, answered(1, "r=0;t=61"), "{peer}");
        }
        for peer in [A, "::ffff:203.0.113.1", B, "2001:db8:0:1::1", "2001:db8:0:1:ffff::2"] {
            assert_eq!(app.told(query(peer)).await, refused(1, 61), "{peer}");
        }
    }

    async fn a_caller_cannot_say_who_it_is_but_a_trusted_proxy_can(app: TestApp) {
        let trusted_proxies = vec!["198.51.100.0/24".parse().expect("a net")];
        let app = app.served(&Http { rate_limit: points(1), trusted_proxies, ..http_options() });
        let through = |peer, name: &str, value: &str| query_with(Request::post("/graphql").header(name, value), peer);
        let proxy = "198.51.100.7";
        for (request, left) in [
            (through(A, "x-forwarded-for", "192.0.2.1"), true),
            (through(A, "x-forwarded-for", "192.0.2.2"), false),
            (through(A, "forwarded", "for=192.0.2.3"), false),
            // B comes through the proxy now and then, and sends a header of its own to it.
            (through(proxy, "x-forwarded-for", B), true),
            (through(proxy, "x-forwarded-for", &format!("192.0.2.4, {B}")), false),
            (through(proxy, "forwarded", &format!("for=192.0.2.5, for=\"{B}:4711\"")), false),
            (query(B), false),
            // Nothing that one could be known by.
            (through(proxy, "x-forwarded-for", "unknown"), true),
            (query(proxy), false),
        ] {
            let shown = format!("{request:?}");
            let expected = if left { answered(1, "r=0;t=61") } else { refused(1, 61) };
            assert_eq!(app.told(request).await, expected, "{shown}");
        }
    }

    async fn everything_that_comes_to_graphql_takes_one_point(app: TestApp) {
        let app = limited(app, 100);
        let mut left = 100;
        for (request, status) in [
            (query(A), 200),
            (get("/graphql?query=%7B__typename%7D"), 200),
            (at(A, Request::head("/graphql?query=%7B__typename%7D"), Body::empty()), 200),
            (post(r#"{"query":"{ tags { totalCount } sources { totalCount } }"}"#), 200),
            (post(r#"{"query":"{"}"#), 200),
            (post(r#"{"query":"{ nothing }"}"#), 200),
            (post(r#"{"query":"{ node(id: 1.5) { id } }"}"#), 200),
            (post(r#"{"query":"{ tags(first: 1000) { totalCount } }"}"#), 200),
            (post("{"), 400),
            (post(""), 400),
            (post("[]"), 400),
            (post("x".repeat(300_000)), 413),
            (at(A, Request::post("/graphql"), Body::from(QUERY)), 415),
            (at(A, Request::post("/graphql").header("accept", "text/html"), Body::from(QUERY)), 406),
            (get("/graphql"), 400),
            (get("/graphql?query=mutation%7B__typename%7D"), 405),
            (at(A, Request::put("/graphql"), Body::from(QUERY)), 405),
            (at(A, Request::options("/graphql"), Body::empty()), 405),
        ] {
            let shown = format!("{request:?}");
            left -= 1;
            let told = app.told(request).await;
            assert_eq!((told.status, told.left, told.policy), (status, figure(left, 61), policy(100)), "{shown}");
        }
    }

    async fn other_paths_take_none_and_tell_no_figures(app: TestApp) {
        let app = limited(app, 1);
        for path in ["/", "/schema.graphql", "/graphiql", "/livez", "/readyz", "/nothing", "/graphql/"] {
            let told = app.told(get(path)).await;
            assert_eq!((told.left.as_str(), told.policy.as_str()), ("", ""), "{path}");
        }
        assert_eq!(app.told(query(A)).await, answered(1, "r=0;t=61"));
        for path in ["/", "/schema.graphql", "/graphiql", "/livez", "/readyz"] {
            assert_eq!(app.told(get(path)).await.status, 200, "{path}");
        }
    }

    async fn a_refusal_is_written_as_the_caller_accepts_it(app: TestApp) {
        let app = limited(app, 1);
        app.told(query(A)).await;
        for (accept, written) in [("*/*", JSON), (JSON, JSON), (GRAPHQL, GRAPHQL), ("text/html", JSON)] {
            for method in [Method::GET, Method::POST, Method::HEAD, Method::PUT] {
                let request = Request::builder().method(method.clone()).uri("/graphql").header("accept", accept);
                let reply = app.send(at(A, request, Body::empty())).await;
                assert_eq!(reply.headers["content-type"], format!("{written}; charset=utf-8"), "{method} {accept}");
                let Told { body, .. } = refused(1, 61);
                let body = if method == Method::HEAD { Value::Null } else { body };
                assert_eq!(told(&reply), Told { body, ..refused(1, 61) }, "{method} {accept}");
            }
        }
    }

    async fn who_has_nothing_left_is_refused_before_anything_is_read(app: TestApp) {
        let app = limited(app, 1);
        app.told(query(A)).await;
        let body = Body::from_stream(stream::once(async { panic!("somebody reads the body") as Result<Bytes, String> }));
        let request = Request::post("/graphql").header("content-type", JSON);
        assert_eq!(app.told(at(A, request, body)).await, refused(1, 61));
    }

    async fn what_the_clock_of_the_machine_is_set_to_changes_nothing(app: TestApp) {
        let app = limited(app, 1);
        assert_eq!(app.told(query(A)).await, answered(1, "r=0;t=61"));
        for year in ["1970", "2038", "9999", "2026"] {
            app.clock.set(format!("{year}-01-01T00:00:00Z").parse::<Timestamp>().expect("an instant"));
            assert_eq!(app.told(query(A)).await, refused(1, 61), "{year}");
        }
        app.clock.pass(Duration::from_secs(61));
        assert_eq!(app.told(query(A)).await, answered(1, "r=0;t=61"));
    }

    async fn without_a_limit_nothing_is_counted_or_told(app: TestApp) {
        for _ in 0..1_000 {
            let told = app.told(query(A)).await;
            assert_eq!((told.status, told.left + &told.policy + &told.retry_after), (200, String::new()));
        }
        let viewer = app.data("{ viewer { __typename name scopes rateLimit { limit } } }").await;
        let nobody = json!({ "__typename": "Viewer", "name": null, "scopes": [], "rateLimit": null });
        assert_eq!(viewer, json!({ "viewer": nobody }));
    }

    async fn the_viewer_sees_what_is_left_after_the_request(app: TestApp) {
        let app = limited(app, 600);
        app.told(query(A)).await;
        app.statements();
        let document = "{ viewer { name scopes rateLimit { __typename limit remaining windowSeconds } } }";
        let reply = app.told(post(json!({ "query": document }).to_string())).await;
        let rate = json!({ "__typename": "RateLimit", "limit": 600, "remaining": 598, "windowSeconds": 60 });
        let viewer = json!({ "viewer": { "name": null, "scopes": [], "rateLimit": rate } });
        assert_eq!((reply.body, reply.left), (json!({ "data": viewer }), figure(598, 61)));
        assert_eq!(app.statements(), Vec::<String>::new());
    }

    async fn pages_of_other_origins_may_read_the_figures_and_ask_what_they_may_for_nothing(app: TestApp) {
        let app = app.served(&Http { rate_limit: points(1), cors: Cors::Any, ..http_options() });
        for _ in 0..3 {
            let preflight = Request::options("/graphql").header("origin", "https://a.example");
            let preflight = preflight.header("access-control-request-method", "POST");
            assert_eq!(app.send(at(A, preflight, Body::empty())).await.status, StatusCode::OK);
        }
        for status in [200, 429] {
            let request = Request::post("/graphql").header("origin", "https://a.example");
            let reply = app.send(query_with(request, A)).await;
            assert_eq!(reply.status, status);
            assert_eq!(reply.headers["access-control-expose-headers"], "ratelimit,ratelimit-policy,retry-after");
        }
    }

    async fn a_request_takes_a_point_for_each_started_hundred_of_its_cost(app: TestApp) {
        let app = limited(app, 10);
        // Summaries: 99 and a total are 104; 100 with a search are 105.
        for (query, left) in [
            ("{ summaries(first: 100) { nodes { id } } }", "r=9;t=61"),
            ("{ summaries(first: 99) { totalCount nodes { id } } }", "r=7;t=61"),
            ("{ summaries(first: 100, filter: {text: \"a\"}) { nodes { id } } }", "r=5;t=61"),
            ("{ tags(first: 1) { nodes { id } } sources(first: 100) { nodes { id } } }", "r=4;t=61"),
        ] {
            let body = json!({ "query": query }).to_string();
            let told = app.told(post(body)).await;
            assert_eq!((told.status, told.left.as_str()), (200, &*format!("\"default\";{left}")), "{query}");
        }
        let tags = "{ summaries(first: 100) { nodes { tags { id } } } }"; // 600
        let body = json!({ "query": tags }).to_string();
        let told = app.told(post(body)).await;
        assert_eq!((told.status, told.retry_after.as_str()), (429, "61"));
    }

    async fn the_engine_charges_callers_that_came_by_no_door(app: TestApp) {
        let access = Access::new(points(1), Vec::new(), Arc::new(app.clock.clone()));
        let answer = async || {
            let caller = access.caller(A.parse().expect("an address"), |_| Vec::new());
            let request = graphql::Request { query: Some("{ __typename }".to_owned()), ..graphql::Request::default() };
            app.engine().answer(request, true, &caller).await
        };
        assert!(matches!(answer().await, Answer::Executed { .. }));
        let rate = Rate { limit: 1, remaining: 0, more_in: Some(61) };
        let expected = Exceeded { points: 1, rate, retry_after: Some(61) };
        assert!(matches!(answer().await, Answer::RateLimited(exceeded) if exceeded == expected));
    }
}

/// What an answer says of points, and its body. A header that is not there is empty.
#[derive(Debug, PartialEq, Eq)]
struct Told {
    status: u16,
    policy: String,
    left: String,
    retry_after: String,
    body: Value,
}

impl TestApp {
    async fn told(&self, request: Request<Body>) -> Told {
        told(&self.send(request).await)
    }
}

fn told(reply: &Reply) -> Told {
    let header = |name: &str| reply.headers.get(name).map_or("", |value| value.to_str().expect("ASCII")).to_owned();
    Told {
        status: reply.status.as_u16(),
        policy: header("ratelimit-policy"),
        left: header("ratelimit"),
        retry_after: header("retry-after"),
        body: serde_json::from_slice(&reply.body).unwrap_or_default(),
    }
}

/// The answer to [`QUERY`].
fn answered(limit: u32, left: &str) -> Told {
    let body = json!({ "data": { "__typename": "Query" } });
    Told { status: 200, policy: policy(limit), left: format!("\"default\";{left}"), retry_after: String::new(), body }
}

/// The answer to any request of who has nothing left.
fn refused(limit: u32, wait: u32) -> Told {
    let message = format!(
        "{limit} points may be taken in any 60 s, 0 of them now. This request takes 1: send it again in {wait} s."
    );
    let body = json!({ "errors": [{ "message": message, "extensions": { "code": "RATE_LIMITED" } }] });
    Told { status: 429, policy: policy(limit), left: figure(0, wait), retry_after: wait.to_string(), body }
}

fn policy(limit: u32) -> String {
    format!("\"default\";q={limit};w=60")
}

fn figure(left: u32, more_in: u32) -> String {
    format!("\"default\";r={left};t={more_in}")
}

fn limited(app: TestApp, limit: u32) -> TestApp {
    app.served(&Http { rate_limit: points(limit), ..http_options() })
}

fn points(limit: u32) -> RateLimit {
    RateLimit::Points(NonZeroU32::new(limit).expect("points"))
}

fn query(peer: &str) -> Request<Body> {
    query_with(Request::post("/graphql"), peer)
}

fn query_with(request: Builder, peer: &str) -> Request<Body> {
    at(peer, request.header("content-type", JSON), Body::from(QUERY))
}

fn post(body: impl Into<Body>) -> Request<Body> {
    at(A, Request::post("/graphql").header("content-type", JSON), body.into())
}

fn get(uri: &str) -> Request<Body> {
    at(A, Request::get(uri), Body::empty())
}

/// A request as it comes from a connection with that peer.
fn at(peer: &str, request: Builder, body: Body) -> Request<Body> {
    let peer = SocketAddr::new(peer.parse().expect("an address"), 4711);
    request.extension(ConnectInfo(peer)).body(body).expect("a request")
}
