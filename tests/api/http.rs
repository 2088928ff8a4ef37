//! HTTP as a caller meets it: methods, types, sizes and statuses of `/graphql`, and what stands beside it.

use axum::{
    body::Body,
    http::{HeaderValue, Method, Request, StatusCode, header, request::Builder},
};
use serde_json::{Value, json};

use crate::{
    both,
    support::{Reply, TestApp},
};

const JSON: &str = "application/json";
const GRAPHQL: &str = "application/graphql-response+json";

both! {
    async fn a_query_is_answered_by_post_and_by_get(app: TestApp) {
        let posted = app.send(post(JSON, r#"{"query":"{ __typename }"}"#)).await;
        assert_eq!(seen(&posted), (StatusCode::OK, typename()));
        let got = app.send(get("/graphql?query=%7B__typename%7D")).await;
        assert_eq!(seen(&got), (StatusCode::OK, typename()));
    }

    async fn the_operation_and_its_variables_are_those_that_were_sent(app: TestApp) {
        let answer = json!({ "data": { "b": { "name": "Query" } } });
        let document = "query A { __typename } query B($of: String!) { b: __type(name: $of) { name } }";
        let body = json!({ "query": document, "operationName": "B", "variables": { "of": "Query" } }).to_string();
        assert_eq!(seen(&app.send(post(JSON, body)).await), (StatusCode::OK, answer.clone()));

        let uri = "/graphql?operationName=B&variables=%7B%22of%22:%22Query%22%7D&query=query+A%7B__typename%7D\
                   query+B($of:String!)%7Bb:__type(name:$of)%7Bname%7D%7D";
        assert_eq!(seen(&app.send(get(uri)).await), (StatusCode::OK, answer));
    }

    async fn the_type_of_the_answer_follows_accept(app: TestApp) {
        for (accept, answer) in [
            (None, JSON),
            (Some("*/*"), JSON),
            (Some(JSON), JSON),
            (Some(GRAPHQL), GRAPHQL),
            (Some("application/graphql-response+json, application/json;q=0.9"), GRAPHQL),
            (Some("application/graphql-response+json;q=0.1, application/*"), JSON),
        ] {
            let mut request = post(JSON, r#"{"query":"{ __typename }"}"#);
            if let Some(accept) = accept {
                request.headers_mut().insert(header::ACCEPT, HeaderValue::from_static(accept));
            }
            let reply = app.send(request).await;
            assert_eq!(seen(&reply), (StatusCode::OK, typename()), "{accept:?}");
            assert_eq!(header(&reply, "content-type"), Some(format!("{answer}; charset=utf-8").as_str()), "{accept:?}");
            let vary = reply.headers.get_all("vary").iter().any(|value| value == "accept");
            assert!(vary, "caches keep the types apart");
        }
    }

    async fn types_that_cannot_be_written_are_refused(app: TestApp) {
        let request = Request::get("/graphql?query=%7B__typename%7D").header("accept", "text/html, image/*");
        let reply = app.send(empty(request)).await;
        assert_eq!(
            seen(&reply),
            refused(
                406,
                "NOT_ACCEPTABLE",
                "None of the types in `Accept` can be written here. \
                 Accept application/graphql-response+json or application/json.",
            ),
        );
        assert_eq!(header(&reply, "content-type"), Some("application/json; charset=utf-8"));
    }

    async fn a_document_that_is_refused_is_a_400_only_under_the_newer_type(app: TestApp) {
        for document in ["{", "{ noSuchField }", "query ($id: ID!) { node(id: $id) { id } }"] {
            let body = json!({ "query": document, "variables": { "id": null } }).to_string();
            for (accept, status) in [(GRAPHQL, StatusCode::BAD_REQUEST), (JSON, StatusCode::OK)] {
                let mut request = post(JSON, body.clone());
                request.headers_mut().insert(header::ACCEPT, HeaderValue::from_static(accept));
                let (found, answer) = seen(&app.send(request).await);
                assert_eq!(found, status, "{document} as {accept}");
                assert_eq!(keys(&answer), ["errors"], "{document} as {accept}: {answer}");
            }
        }
    }

    async fn bodies_of_other_types_are_refused(app: TestApp) {
        let other = "This `Content-Type` is not read here. Send the request as application/json.";
        for (content_type, message) in [
            (None, "There is no `Content-Type`. Send the request as application/json."),
            (Some("text/plain"), other),
            (Some("multipart/form-data; boundary=x"), other),
            (Some("application/x-www-form-urlencoded"), other),
            (Some("application/graphql"), other),
            (
                Some("application/json; charset=utf-16"),
                "JSON is read in UTF-8 alone. Leave `charset` out, or send charset=utf-8.",
            ),
        ] {
            let mut request = post(JSON, r#"{"query":"{ __typename }"}"#);
            request.headers_mut().remove(header::CONTENT_TYPE);
            if let Some(content_type) = content_type {
                request.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(content_type));
            }
            let reply = app.send(request).await;
            assert_eq!(seen(&reply), refused(415, "UNSUPPORTED_MEDIA_TYPE", message), "{content_type:?}");
        }
        let spelled = app.send(post("application/json; charset=UTF-8", r#"{"query":"{ __typename }"}"#)).await;
        assert_eq!(seen(&spelled), (StatusCode::OK, typename()));
    }

    async fn what_is_no_graphql_request_is_a_400_under_both_types(app: TestApp) {
        for (body, message) in [
            ("", "The body is empty. Send a JSON object with `query`."),
            (
                r#"{"query":"{ __typename }""#,
                "The body is not JSON: EOF while parsing an object at line 1 column 25. \
                 Send a JSON object with `query`.",
            ),
            ("{}", "There is no `query`. Send the GraphQL document in it."),
            (r#"{"query":["{ __typename }"]}"#, "`query` is an array. Send a string."),
            (r#"{"query":"{ __typename }","operationName":1}"#, "`operationName` is a number. Send a string."),
            (r#"{"query":"{ __typename }","variables":"{}"}"#, "`variables` is a string. Send a JSON object."),
            (r#"{"query":"{ __typename }","extensions":[]}"#, "`extensions` is an array. Send a JSON object."),
            (
                r#"{"query":"{ a }","query":"{ b }"}"#,
                "The body cannot be read: the entry `query` is there twice at line 1 column 33.",
            ),
            (
                r#"[{"query":"{ __typename }"}]"#,
                "The body is an array. Batches are not answered: send one request at a time.",
            ),
        ] {
            for accept in [JSON, GRAPHQL] {
                let mut request = post(JSON, body);
                request.headers_mut().insert(header::ACCEPT, HeaderValue::from_static(accept));
                let reply = app.send(request).await;
                assert_eq!(seen(&reply), refused(400, "BAD_REQUEST", message), "{body}");
                assert_eq!(header(&reply, "content-type"), Some(format!("{accept}; charset=utf-8").as_str()));
            }
        }
        for (query, message) in [
            ("", "There is no `query`. Send the GraphQL document in it."),
            ("?query=%7Ba%7D&query=%7Bb%7D", "The parameter `query` is there twice. Send it once."),
            ("?query=%7Ba%7D&variables=%5B%5D", "`variables` is an array. Send a JSON object."),
            (
                "?query=%7Ba%7D&extensions=%7B",
                "`extensions` cannot be read: EOF while parsing an object at line 1 column 1. Send a JSON object.",
            ),
        ] {
            let reply = app.send(get(&format!("/graphql{query}"))).await;
            assert_eq!(seen(&reply), refused(400, "BAD_REQUEST", message), "{query}");
        }
    }

    async fn null_parameters_are_the_same_as_none(app: TestApp) {
        let body = r#"{"query":"{ __typename }","operationName":null,"variables":null,"extensions":null}"#;
        assert_eq!(seen(&app.send(post(JSON, body)).await), (StatusCode::OK, typename()));
    }

    async fn a_mutation_by_get_is_refused_with_405(app: TestApp) {
        for query in [
            "mutation%7B__typename%7D",
            "query+A%7B__typename%7D+mutation+B%7B__typename%7D&operationName=B",
        ] {
            let reply = app.send(get(&format!("/graphql?query={query}"))).await;
            let message = "A GET carries queries only. Send mutations by POST.";
            assert_eq!(seen(&reply), refused(405, "METHOD_NOT_ALLOWED", message), "{query}");
            assert_eq!(header(&reply, "allow"), Some("POST"));
        }
    }

    async fn other_methods_are_refused_and_the_right_ones_named(app: TestApp) {
        for (method, uri, allow) in [
            (Method::PUT, "/graphql", "GET,HEAD,POST"),
            (Method::DELETE, "/graphql", "GET,HEAD,POST"),
            (Method::OPTIONS, "/graphql", "GET,HEAD,POST"),
            (Method::POST, "/schema.graphql", "GET,HEAD"),
        ] {
            let reply = app.send(empty(Request::builder().method(method.clone()).uri(uri))).await;
            let message = format!("{method} is not answered at this path. `Allow` names the methods that are.");
            assert_eq!(seen(&reply), refused(405, "METHOD_NOT_ALLOWED", &message), "{method} {uri}");
            assert_eq!(header(&reply, "allow"), Some(allow), "{method} {uri}");
        }
    }

    async fn bodies_documents_and_variables_have_a_limit(app: TestApp) {
        let filler = |size| "x".repeat(size);
        for (body, message) in [
            (
                json!({ "query": "{ __typename }", "extensions": { "x": filler(256 * 1024) } }),
                "The body has more than 262144 bytes, and no more are read. Send less.",
            ),
            (
                json!({ "query": format!("{{ __typename }} #{}", filler(32 * 1024)) }),
                "`query` has 32784 bytes; at most 32768 are read. Send less.",
            ),
            (
                json!({ "query": "{ __typename }", "variables": { "x": filler(128 * 1024) } }),
                "`variables` has 131080 bytes; at most 131072 are read. Send less.",
            ),
        ] {
            let reply = app.send(post(JSON, body.to_string())).await;
            assert_eq!(seen(&reply), refused(413, "PAYLOAD_TOO_LARGE", message));
        }
        let fits = json!({ "query": "{ __typename }", "extensions": { "x": filler(250 * 1024) } }).to_string();
        assert_eq!(seen(&app.send(post(JSON, fits)).await), (StatusCode::OK, typename()));
    }

    async fn the_explorer_asks_this_host_alone_and_for_what_never_changes(app: TestApp) {
        let page = app.send(get("/graphiql")).await;
        assert_eq!(page.status, StatusCode::OK);
        assert_eq!(header(&page, "content-type"), Some("text/html; charset=utf-8"));
        let policy = header(&page, "content-security-policy").expect("a policy");
        assert!(policy.starts_with("default-src 'none'; script-src 'self';"), "{policy}");

        let html = text(&page);
        assert!(!html.contains("//"), "no address of another host: {html}");
        for (attribute, content_type) in [
            ("<script defer src=\"", "text/javascript; charset=utf-8"),
            ("\"stylesheet\" href=\"", "text/css; charset=utf-8"),
        ] {
            let path = html.split(attribute).nth(1).and_then(|rest| rest.split('"').next()).expect(attribute);
            let request = Request::get(format!("/{path}")).header("accept-encoding", "gzip");
            let asset = app.send(empty(request)).await;
            assert_eq!(asset.status, StatusCode::OK, "{path}");
            assert_eq!(header(&asset, "content-type"), Some(content_type));
            assert_eq!(header(&asset, "content-encoding"), Some("gzip"));
            assert_eq!(header(&asset, "cache-control"), Some("public, max-age=31536000, immutable"));
        }
    }

    async fn the_schema_is_sent_once_to_a_caller_that_keeps_it(app: TestApp) {
        let first = app.send(get("/schema.graphql")).await;
        assert_eq!(first.status, StatusCode::OK);
        assert_eq!(header(&first, "content-type"), Some("text/plain; charset=utf-8"));
        assert!(text(&first).contains("type Query"), "{}", text(&first));

        let tag = header(&first, "etag").expect("a tag");
        let again = app.send(empty(Request::get("/schema.graphql").header("if-none-match", tag))).await;
        assert_eq!((again.status, text(&again)), (StatusCode::NOT_MODIFIED, ""));
        assert_eq!(header(&again, "etag"), Some(tag));
    }

    async fn the_schema_is_there_in_few_tokens_as_well(app: TestApp) {
        let whole = app.send(get("/schema.graphql")).await;
        assert_eq!(app.send(get("/schema.graphql?form=sdl")).await.body, whole.body);
        let lean = app.send(get("/schema.graphql?form=lean")).await;
        assert_eq!((lean.status, text(&lean)), (StatusCode::OK, precis::graphql::lean_sdl().as_str()));
        let tag = header(&lean, "etag").expect("a tag");
        assert_ne!(header(&whole, "etag"), Some(tag));
        let again = app.send(empty(Request::get("/schema.graphql?form=lean").header("if-none-match", tag))).await;
        assert_eq!(again.status, StatusCode::NOT_MODIFIED);
        let other = app.send(get("/schema.graphql?form=json")).await;
        assert_eq!(other.status, StatusCode::BAD_REQUEST);
        assert!(text(&other).contains("`form` is `sdl`, as without it, or `lean`."), "{}", text(&other));
    }

    async fn the_process_says_that_it_lives_and_is_ready(app: TestApp) {
        for uri in ["/livez", "/readyz"] {
            let reply = app.send(get(uri)).await;
            assert_eq!((reply.status, text(&reply)), (StatusCode::OK, "ok\n"), "{uri}");
            assert_eq!(header(&reply, "cache-control"), Some("no-store"), "{uri}");
        }
    }

    async fn unknown_paths_name_the_known_ones(app: TestApp) {
        let message = "Nothing stands at this path. Known are /graphql, /mcp, /digest.md, /feed.atom, /graphiql, \
                       /schema.graphql, /llms.txt, /livez, /readyz, /metrics.";
        let reply = app.send(get("/api/graphql")).await;
        assert_eq!(seen(&reply), refused(404, "NOT_FOUND", message));
        let home = app.send(get("/")).await;
        assert_eq!(home.status, StatusCode::OK);
        for path in ["graphql", "graphiql", "schema.graphql"] {
            assert!(text(&home).contains(&format!("href=\"{path}\"")), "{path} in {}", text(&home));
        }
    }

    async fn every_answer_forbids_guessing_its_type(app: TestApp) {
        for uri in ["/", "/graphql", "/graphiql", "/schema.graphql", "/livez", "/nothing"] {
            let reply = app.send(get(uri)).await;
            assert_eq!(header(&reply, "x-content-type-options"), Some("nosniff"), "{uri}");
        }
    }
}

fn post(content_type: &str, body: impl Into<Body>) -> Request<Body> {
    Request::post("/graphql").header(header::CONTENT_TYPE, content_type).body(body.into()).expect("a request")
}

fn get(uri: &str) -> Request<Body> {
    empty(Request::get(uri))
}

fn empty(request: Builder) -> Request<Body> {
    request.body(Body::empty()).expect("a request")
}

fn typename() -> Value {
    json!({ "data": { "__typename": "Query" } })
}

/// The status and the body of a request that did not get as far as GraphQL.
fn refused(status: u16, code: &str, message: &str) -> (StatusCode, Value) {
    let error = json!({ "message": message, "extensions": { "code": code } });
    (StatusCode::from_u16(status).expect("a status"), json!({ "errors": [error] }))
}

fn seen(reply: &Reply) -> (StatusCode, Value) {
    (reply.status, serde_json::from_slice(&reply.body).expect("JSON"))
}

fn keys(answer: &Value) -> Vec<&str> {
    answer.as_object().expect("an object").keys().map(String::as_str).collect()
}

fn header<'a>(reply: &'a Reply, name: &str) -> Option<&'a str> {
    reply.headers.get(name).map(|value| value.to_str().expect("ASCII"))
}

fn text(reply: &Reply) -> &str {
    std::str::from_utf8(&reply.body).expect("text")
}
