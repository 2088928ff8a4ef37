//! The time between the signal to stop and the end: who asks is told not to come again.
//!
//! `/readyz` says no from the first moment on, so that whoever routes traffic sends no more of it, and each
//! answer closes its connection.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use axum::{
    Router,
    extract::{Request, State},
    http::{HeaderValue, header},
    middleware::{Next, from_fn_with_state},
    response::Response,
};

use super::{health, middleware::no_sniffing};

/// Whether the server is to stop.
#[derive(Clone, Debug, Default)]
pub(super) struct Stopping(Arc<AtomicBool>);

impl Stopping {
    /// It is, from now on.
    pub(super) fn begin(&self) {
        self.0.store(true, Ordering::Release);
    }

    fn has_begun(&self) -> bool {
        self.0.load(Ordering::Acquire)
    }

    /// The routes, which say so.
    pub(super) fn said_by(&self, routes: Router) -> Router {
        routes.layer(from_fn_with_state(self.clone(), said))
    }
}

async fn said(State(stopping): State<Stopping>, request: Request, next: Next) -> Response {
    let is_asked = request.uri().path() == "/readyz" && stopping.has_begun();
    let mut response = if is_asked { no_sniffing(health::stopping()) } else { next.run(request).await };
    if stopping.has_begun() {
        response.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
    }
    response
}
