//! The time between the signal to stop and the end: who asks is told not to come again.
//!
//! `/readyz` says no from the first moment on, so that whoever routes traffic sends no more of it, and each
//! answer closes its connection.

use std::{
    convert::Infallible,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use axum::{
    Router,
    http::{HeaderValue, Request, header},
    response::Response,
};
use hyper::body::Incoming;
use tower::Service as _;

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

    /// What the routes answer, unless the request is one about this.
    pub(super) async fn answer(self, mut routes: Router, request: Request<Incoming>) -> Result<Response, Infallible> {
        let mut response = if request.uri().path() == "/readyz" && self.has_begun() {
            no_sniffing(health::stopping())
        } else {
            routes.call(request).await?
        };
        if self.has_begun() {
            response.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
        }
        Ok(response)
    }
}
