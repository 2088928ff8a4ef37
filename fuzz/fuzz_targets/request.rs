//! Requests: any bytes as the body of a POST, or as the query string of a GET.

#![no_main]

use axum::{body::Body, http::Request};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: (bool, &[u8])| {
    let (by_get, bytes) = input;
    let request = if by_get {
        // What is no URI at all does not come as far as the application.
        let Ok(text) = std::str::from_utf8(bytes) else { return };
        let Ok(request) = Request::get(format!("/graphql?{text}")).body(Body::empty()) else { return };
        request
    } else {
        let request = Request::post("/graphql").header("content-type", "application/json");
        request.body(Body::from(bytes.to_vec())).expect("a request")
    };
    precis_fuzz::ask(request);
});
