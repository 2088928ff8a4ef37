//! What stands around every path: a line of log, CORS, the counting of requests to GraphQL and the door to it,
//! compression, and the mask over panics.
//!
//! Each is a function from what answers to what answers with something around it, and all of them are one layer to the
//! router: a layer of its own, and each `from_fn`, would put the request into one more box and the service behind it, which
//! is cloned for that, into another.

use std::{convert::Infallible, panic::AssertUnwindSafe, sync::Arc, time::Instant};

use axum::{
    Router,
    body::Body,
    extract::Request,
    http::{HeaderValue, header},
    response::{IntoResponse, Response},
    routing::Route,
};
use futures_util::{
    FutureExt,
    future::{Either, ready},
};
use tower::{Layer, Service, ServiceExt, layer::layer_fn, service_fn, util::option_layer};
use tower_http::{
    CompressionLevel,
    compression::{
        CompressionLayer, Predicate,
        predicate::{NotForContentType, SizeAbove},
    },
};
use tracing::Instrument;

use super::{
    cors, measured, rate,
    refusal::{Code, ForWantOfRoom, Refusal},
};
use crate::{access::Access, config::Cors, metrics::Metrics};

/// Shorter answers fit into one packet either way.
const WORTH_COMPRESSING: u16 = 1024;

/// Whatever answers requests.
trait Answers:
    Service<Request, Response = Response, Error = Infallible, Future: Send + 'static> + Clone + Send + Sync + 'static
{
}

impl<S> Answers for S where
    S: Service<Request, Response = Response, Error = Infallible, Future: Send + 'static>
        + Clone
        + Send
        + Sync
        + 'static
{
}

/// Puts all of it around the routes.
pub(super) fn around(routes: Router, access: Arc<Access>, metrics: Metrics, origins: &Cors) -> Router {
    let cors = option_layer(cors::layer(origins));
    routes.layer(layer_fn(move |route| {
        // Inside of CORS, whose answers cost nothing, and outside of all that may fail, so that each answer has its
        // figures.
        let asking = asking(metrics.clone(), access.clone(), guarded(route));
        logged(cors.layer(asking))
    }))
}

/// The same around the one path of an address that is for metrics.
pub(super) fn around_metrics(routes: Router) -> Router {
    routes.layer(layer_fn(|route| logged(guarded(route))))
}

/// A route whose panics are masked, and whose long answers are compressed.
fn guarded(mut route: Route) -> impl Answers {
    let route = service_fn(move |request: Request| {
        let answering = AssertUnwindSafe(route.call(request)).catch_unwind();
        answering.map(|answer| answer.unwrap_or_else(|_| Ok(masked())))
    });
    let compressed = SizeAbove::new(WORTH_COMPRESSING).and(NotForContentType::SSE);
    let compression = CompressionLayer::new().quality(CompressionLevel::Fastest).compress_when(compressed);
    compression.layer(route).map_response(|response| response.map(Body::new))
}

/// What asks the engine is counted, and passes its door.
fn asking(metrics: Metrics, access: Arc<Access>, mut inner: impl Answers) -> impl Answers {
    service_fn(move |request: Request| {
        if !super::asks(request.uri().path()) {
            return Either::Left(inner.call(request));
        }
        let (caller, entered) = rate::enter(&access, request);
        let answering = match entered {
            Ok(request) => Either::Left(inner.call(request).map(|Ok(response)| response)),
            Err(refused) => Either::Right(ready(refused)),
        };
        let answering = answering.map(move |response| rate::with_figures(&caller, response));
        Either::Right(measured::measured(metrics.clone(), answering).map(Ok))
    })
}

/// One span and one line a request, and a header of each answer. Query strings stay out of it: they carry documents and
/// variables.
fn logged(mut inner: impl Answers) -> impl Answers {
    service_fn(move |request: Request| {
        let (method, path) = (request.method(), request.uri().path());
        let is_probe = matches!(path, "/livez" | "/readyz" | super::metrics::PATH);
        let span = tracing::info_span!("request", http.method = %method, http.path = path);
        let started = Instant::now();
        let answering = inner.call(request).instrument(span.clone());
        async move {
            let response = no_sniffing(answering.await?);
            let status = response.status().as_u16();
            let duration_ms = (started.elapsed().as_secs_f64() * 1e6).round() / 1e3;
            span.in_scope(|| {
                // Probes come every few seconds, and refusals by the thousand: they would drown the rest.
                if is_probe || response.extensions().get::<ForWantOfRoom>().is_some() {
                    tracing::debug!(http.status = status, http.duration_ms = duration_ms, "answered");
                } else {
                    tracing::info!(http.status = status, http.duration_ms = duration_ms, "answered");
                }
            });
            Ok(response)
        }
    })
}

/// A caller learns that there was a fault. Which one is in the log: the program's hook for panics writes it.
fn masked() -> Response {
    Refusal::new(Code::Internal, "A fault on our side; it has been logged. Try again.").into_response()
}

/// Browsers are to believe `Content-Type`.
pub(super) fn no_sniffing(mut response: Response) -> Response {
    response.headers_mut().insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    response
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};

    use axum::{body::Body, http::StatusCode, routing::get};
    use http_body_util::BodyExt;
    use tower::ServiceExt;
    use tracing_subscriber::fmt::MakeWriter;

    use super::*;
    use crate::{clock::SystemClock, config::RateLimit};

    /// Where a test reads what was logged.
    #[derive(Clone, Default)]
    struct Log(Arc<Mutex<Vec<u8>>>);

    impl std::io::Write for Log {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            self.0.lock().expect("no panic").extend_from_slice(bytes);
            Ok(bytes.len())
        }

        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }

    impl MakeWriter<'_> for Log {
        type Writer = Self;

        fn make_writer(&self) -> Self {
            self.clone()
        }
    }

    async fn get_answer(uri: &str, accept_encoding: &str) -> Response {
        let routes = Router::new()
            .route("/panic", get(async || -> &str { panic!("the password is 123") }))
            .route("/long", get(async || "x".repeat(2000)))
            .route("/short", get(async || "x"));
        let request = Request::builder().uri(uri).header("accept-encoding", accept_encoding);
        let access = Access::new(RateLimit::Off, Vec::new(), Arc::new(SystemClock));
        let metrics = Metrics::new(Arc::new(SystemClock));
        around(routes, Arc::new(access), metrics, &Cors::Origins(Vec::new()))
            .oneshot(request.body(Body::empty()).expect("a request"))
            .await
            .expect("an answer")
    }

    async fn text(response: Response) -> String {
        let body = response.into_body().collect().await.expect("a body").to_bytes();
        String::from_utf8(body.to_vec()).expect("text")
    }

    #[tokio::test]
    async fn a_panic_is_a_masked_500() {
        let response = get_answer("/panic", "").await;
        assert_eq!(response.status(), StatusCode::INTERNAL_SERVER_ERROR);
        assert_eq!(response.headers()["x-content-type-options"], "nosniff");
        assert_eq!(
            text(response).await,
            r#"{"errors":[{"message":"A fault on our side; it has been logged. Try again.","extensions":{"code":"INTERNAL"}}]}"#
        );
    }

    #[tokio::test]
    async fn long_answers_are_compressed_for_those_who_accept_it() {
        for (uri, accepted, encoding) in [
            ("/long", "gzip", Some("gzip")),
            ("/long", "gzip;q=0", None),
            ("/long", "", None),
            ("/short", "gzip", None),
        ] {
            let response = get_answer(uri, accepted).await;
            let found = response.headers().get("content-encoding").map(|value| value.to_str().expect("ASCII"));
            assert_eq!(found, encoding, "{uri} for {accepted:?}");
        }
    }

    #[tokio::test]
    async fn a_request_is_one_line_of_log_without_its_query() {
        let log = Log::default();
        let subscriber = tracing_subscriber::fmt().json().with_writer(log.clone()).finish();
        // With one subscriber alone, a thread of another test could decide for all that nobody listens.
        let _second = tracing::Dispatch::new(tracing::subscriber::NoSubscriber::default());
        let guard = tracing::subscriber::set_default(subscriber);
        get_answer("/short?query=secret", "").await;
        drop(guard);

        let line = log.0.lock().expect("no panic").clone();
        let mut line: serde_json::Value = serde_json::from_slice(&line).expect("one line of JSON");
        assert!(line["fields"]["http.duration_ms"].take().is_f64());
        line["timestamp"].take();
        line["target"].take();
        let span = serde_json::json!({ "name": "request", "http.method": "GET", "http.path": "/short" });
        assert_eq!(
            line,
            serde_json::json!({
                "timestamp": null,
                "target": null,
                "level": "INFO",
                "fields": { "message": "answered", "http.status": 200, "http.duration_ms": null },
                "span": span,
                "spans": [span],
            })
        );
    }
}
