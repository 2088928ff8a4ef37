//! `/livez` and `/readyz`: whether the process runs, and whether it can answer now. An orchestrator
//! restarts by the first and routes by the second.

use std::{sync::Arc, time::Duration};

use axum::{
    http::{StatusCode, header},
    response::{IntoResponse, Response},
    routing::{MethodRouter, get},
};
use futures_util::future::BoxFuture;

/// Asks whether requests can be answered now. The error is shown to whoever asks for `/readyz`: a plain
/// sentence without addresses or secrets.
pub type Readiness = Arc<dyn Fn() -> BoxFuture<'static, Result<(), String>> + Send + Sync>;

/// How long the question may take.
const PATIENCE: Duration = Duration::from_secs(5);

/// 200 as long as the process can answer at all; asks nothing of the database.
pub(super) fn live() -> MethodRouter {
    get(async || plain(StatusCode::OK, "ok"))
}

/// 200, or 503 with the reason.
pub(super) fn ready(ready: Readiness) -> MethodRouter {
    get(async move || match tokio::time::timeout(PATIENCE, ready()).await {
        Ok(Ok(())) => plain(StatusCode::OK, "ok"),
        Ok(Err(reason)) => unavailable(&reason),
        Err(_) => unavailable(&format!("no answer within {} s", PATIENCE.as_secs())),
    })
}

fn unavailable(reason: &str) -> Response {
    tracing::warn!(reason, "not ready");
    plain(StatusCode::SERVICE_UNAVAILABLE, reason)
}

fn plain(status: StatusCode, text: &str) -> Response {
    let headers = [(header::CONTENT_TYPE, "text/plain; charset=utf-8"), (header::CACHE_CONTROL, "no-store")];
    (status, headers, format!("{text}\n")).into_response()
}
