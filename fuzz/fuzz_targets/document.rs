//! Documents: everything from the text to the answer.

#![no_main]

use axum::{body::Body, http::Request};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|document: &str| {
    let body = serde_json::json!({ "query": document, "variables": { "x": 1, "s": "a", "l": ["a"] } }).to_string();
    let request = Request::post("/graphql").header("content-type", "application/json");
    let request = request.header("accept", "application/graphql-response+json");
    precis_fuzz::ask(request.body(Body::from(body)).expect("a request"));
});
