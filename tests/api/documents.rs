//! Documents that are named instead of sent, and answers that are not sent twice.

use std::{fs, path::Path};

use axum::{
    body::Body,
    http::{Request, StatusCode, header},
};
use precis::config::Http;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use crate::{
    both,
    support::{Reply, TestApp, app::http_options},
};

const DOCUMENT: &str = "{ tags(first: 0) { __typename } }";
const TYPE: &str = "application/graphql-response+json";

/// The hash of a document, as clients write it.
fn hash(document: &str) -> String {
    let digits = |text: String, byte: &u8| text + &format!("{byte:02x}");
    Sha256::digest(document).iter().fold(String::new(), digits)
}

/// What clients of automatic persisted queries send; with the document, the second time.
fn persisted(hash: &str, query: Option<&str>) -> Value {
    let mut body = json!({ "extensions": { "persistedQuery": { "version": 1, "sha256Hash": hash } } });
    if let Some(query) = query {
        body["query"] = query.into();
    }
    body
}

async fn post(app: &TestApp, body: &Value) -> (StatusCode, Value) {
    let request = Request::post("/graphql").header("content-type", "application/json").header("accept", TYPE);
    seen(&app.send(request.body(Body::from(body.to_string())).expect("a request")).await)
}

async fn get(app: &TestApp, query: &[(&str, &str)], headers: &[(&str, &str)]) -> Reply {
    let query = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(query).finish();
    let mut request = Request::get(format!("/graphql?{query}"));
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    app.send(request.body(Body::empty()).expect("a request")).await
}

/// Served with the documents of a folder alone.
fn trusting(folder: &Path) -> Http {
    Http { trusted_documents: Some(folder.into()), ..http_options() }
}

fn seen(reply: &Reply) -> (StatusCode, Value) {
    (reply.status, serde_json::from_slice(&reply.body).unwrap_or_default())
}

fn text<'a>(reply: &'a Reply, name: &header::HeaderName) -> Option<&'a str> {
    reply.headers.get(name).map(|value| value.to_str().expect("ASCII"))
}

fn found() -> (StatusCode, Value) {
    (StatusCode::OK, json!({ "data": { "tags": { "__typename": "TagConnection" } } }))
}

fn refused(code: &str, message: &str) -> (StatusCode, Value) {
    let error = json!({ "message": message, "extensions": { "code": code } });
    (StatusCode::BAD_REQUEST, json!({ "errors": [error] }))
}

fn not_found() -> (StatusCode, Value) {
    refused("PERSISTED_QUERY_NOT_FOUND", "PersistedQueryNotFound")
}

both! {
    async fn a_document_is_answered_by_the_variables_that_come_with_it_whatever_came_before(app: TestApp) {
        let query = "query ($size: Int, $below: Int, $named: Boolean = false, $other: Boolean = true) {
            sources(first: $size) {
                nodes { slug name @include(if: $named) episodes(first: $below) { edges { node { summaries { slug } } } } }
            }
            same: sources(first: 1) { nodes { slug } }
            same: sources(first: 1) @include(if: $other) { totalCount }
        }";
        let asked = [
            json!({ "size": 1, "below": 1 }),
            json!({ "size": 2, "below": 1, "named": true }),
            json!({ "size": 1, "below": 2, "other": false }),
            json!({ "size": 100, "below": 100 }),
        ];
        let shape = |(status, answer): (StatusCode, Value)| {
            let nodes = answer["data"]["sources"]["nodes"].as_array().cloned().unwrap_or_default();
            let most = |of: fn(&Value) -> usize| nodes.iter().map(of).max().unwrap_or_default();
            let below = most(|node| node["episodes"]["edges"].as_array().map_or(0, Vec::len));
            let names = most(|node| node["name"].as_str().map_or(0, |_| 1));
            (status.as_u16(), nodes.len(), below, names, answer["data"]["same"]["totalCount"].is_number())
        };
        for _ in 0..2 {
            let mut shapes = Vec::new();
            for variables in &asked {
                shapes.push(shape(post(&app, &json!({ "query": query, "variables": variables })).await));
            }
            assert_eq!(
                shapes,
                [(200, 1, 1, 0, true), (200, 2, 1, 1, true), (200, 1, 2, 0, false), (400, 0, 0, 0, false)],
                "the last one costs too much"
            );
        }
    }

    async fn a_document_is_known_by_its_hash_once_it_was_sent_with_it(app: TestApp) {
        let hash = hash(DOCUMENT);
        assert_eq!(post(&app, &persisted(&hash, None)).await, not_found());
        assert_eq!(post(&app, &persisted(&hash, Some(DOCUMENT))).await, found());
        assert_eq!(post(&app, &persisted(&hash, None)).await, found());
        assert_eq!(post(&app, &json!({ "documentId": format!("sha256:{hash}") })).await, found());
        let extensions = persisted(&hash.to_uppercase(), None)["extensions"].to_string();
        let reply = get(&app, &[("extensions", &extensions)], &[]).await;
        assert_eq!(seen(&reply), found());
    }

    async fn a_hash_of_something_else_is_refused_and_nothing_is_kept(app: TestApp) {
        let other = hash("{ __typename }");
        let message = "The hash is not that of `query`: send the SHA-256 of its bytes, in hexadecimal digits.";
        assert_eq!(post(&app, &persisted(&other, Some(DOCUMENT))).await, refused("BAD_USER_INPUT", message));
        assert_eq!(post(&app, &persisted(&other, None)).await, not_found());
    }

    async fn what_is_refused_is_not_kept(app: TestApp) {
        for document in ["{ tags", "{ nothing }", "query($x: Int!) { tags(first: $x) { totalCount } }"] {
            let hash = hash(document);
            assert_ne!(post(&app, &persisted(&hash, Some(document))).await.0, StatusCode::OK, "{document}");
            assert_eq!(post(&app, &persisted(&hash, None)).await, not_found(), "{document}");
        }
    }

    async fn an_unknown_hash_is_never_kept_by_caches(app: TestApp) {
        let extensions = persisted(&hash(DOCUMENT), None)["extensions"].to_string();
        let reply = get(&app, &[("extensions", &extensions)], &[]).await;
        assert_eq!(text(&reply, &header::CACHE_CONTROL), Some("no-store"));
        assert_eq!(text(&reply, &header::ETAG), None);
    }

    async fn a_mutation_by_get_is_refused_with_its_hash_too(app: TestApp) {
        let mutation = "mutation { __typename }";
        let by_hash = persisted(&hash(mutation), None)["extensions"].to_string();
        let reply = get(&app, &[("query", mutation), ("extensions", &by_hash)], &[]).await;
        assert_eq!(reply.status, StatusCode::METHOD_NOT_ALLOWED);
        assert_eq!(text(&reply, &header::ALLOW), Some("POST"));
        let unknown = get(&app, &[("extensions", &by_hash)], &[]).await;
        assert_eq!(seen(&unknown).1, not_found().1);
    }

    async fn trusted_documents_that_do_not_fit_the_schema_are_refused_at_the_start(app: TestApp) {
        let folder = tempfile::tempdir().expect("a folder");
        fs::write(folder.path().join("write.graphql"), "mutation { __typename }").expect("a file");
        let error = app.try_router(&trusting(folder.path())).expect_err("a refusal");
        let source = std::error::Error::source(&error).expect("a source").to_string();
        let path = folder.path().join("write.graphql");
        let message = "the document “write” will not do: The schema has no mutations: send a query.";
        assert_eq!(source, format!("{}: {message}", path.display()));
    }

    async fn where_documents_are_trusted_no_others_are_answered(app: TestApp) {
        let folder = tempfile::tempdir().expect("a folder");
        fs::write(folder.path().join("tags.graphql"), DOCUMENT).expect("a file");
        let manifest = json!({ "a1": "query($n: Int!) { tags(first: $n) { __typename } }" });
        fs::write(folder.path().join("documents.json"), manifest.to_string()).expect("a file");
        let app = app.served(&trusting(folder.path()));
        for body in [
            json!({ "documentId": "tags" }),
            json!({ "documentId": format!("sha256:{}", hash(DOCUMENT)) }),
            json!({ "documentId": "a1", "variables": { "n": 0 } }),
            json!({ "query": DOCUMENT }),
            persisted(&hash(DOCUMENT), None),
            persisted(&hash(DOCUMENT), Some(DOCUMENT)),
        ] {
            assert_eq!(post(&app, &body).await, found(), "{body}");
        }
        let other = "{ __typename }";
        let message = "Only the documents that this server trusts are answered: send the id or the hash of one of them.";
        for body in [json!({ "query": other }), persisted(&hash(other), Some(other))] {
            assert_eq!(post(&app, &body).await, refused("DOCUMENT_NOT_TRUSTED", message), "{body}");
        }
        for body in [json!({ "documentId": "other" }), persisted(&hash(other), None)] {
            assert_eq!(post(&app, &body).await, not_found(), "{body}");
        }
        let message = "Send either `query` or `documentId`, not both.";
        let both = json!({ "query": DOCUMENT, "documentId": "tags" });
        assert_eq!(post(&app, &both).await, refused("BAD_USER_INPUT", message));
    }

    async fn an_answer_to_a_get_is_not_sent_to_who_has_it_until_it_changes(app: TestApp) {
        let query = [("query", "{ summaries(first: 1) { totalCount nodes { title } } }")];
        let first = get(&app, &query, &[]).await;
        assert_eq!(first.status, StatusCode::OK);
        assert_eq!(text(&first, &header::CACHE_CONTROL), Some("no-cache"));
        assert_eq!(text(&first, &header::VARY), Some("accept"));
        let tag = text(&first, &header::ETAG).expect("a tag").to_owned();

        let again = get(&app, &query, &[("if-none-match", &tag)]).await;
        assert_eq!((again.status, again.body.len()), (StatusCode::NOT_MODIFIED, 0));
        assert_eq!(text(&again, &header::ETAG), Some(tag.as_str()));

        app.import("new.jsonl", r#"{"source": {"name": "N"}, "episode": {"title": "New", "published_at": "2026-10-31T00:00:00Z"}}"#)
            .await
            .1
            .expect("it is imported");
        let changed = get(&app, &query, &[("if-none-match", &tag)]).await;
        assert_eq!(changed.status, StatusCode::OK);
        assert_ne!(text(&changed, &header::ETAG), Some(tag.as_str()));
        assert_eq!(seen(&changed).1["data"]["summaries"]["nodes"][0]["title"], "New");
    }

    async fn answers_with_errors_and_answers_to_posts_are_not_kept(app: TestApp) {
        for query in ["{ nothing }", "{ tags(first: 1000) { totalCount } }", "{"] {
            let reply = get(&app, &[("query", query)], &[]).await;
            assert_eq!(text(&reply, &header::CACHE_CONTROL), Some("no-store"), "{query}");
            assert_eq!(text(&reply, &header::ETAG), None, "{query}");
        }
        let reply = app.post(r#"{"query":"{ __typename }"}"#).await;
        assert_eq!((text(&reply, &header::CACHE_CONTROL), text(&reply, &header::ETAG)), (Some("no-store"), None));
    }
}
