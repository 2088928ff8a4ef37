//! `/livez` and `/readyz`: whether the process runs, and whether it can answer now. An orchestrator
//! restarts by the first and routes by the second.

use std::{sync::Arc, time::Duration};

use axum::{
    http::{StatusCode, header},
    response::{IntoResponse, Response},
    routing::{MethodRouter, get},
};
use futures_util::future::BoxFuture;
use tokio::{sync::Mutex, time::Instant};

/// Asks whether requests can be answered now. The error is shown to whoever asks for `/readyz`: a plain
/// sentence without addresses or secrets.
pub type Readiness = Arc<dyn Fn() -> BoxFuture<'static, Result<(), String>> + Send + Sync>;

/// How long the question may take.
const PATIENCE: Duration = Duration::from_secs(2);

/// For how long an answer holds. Whoever asks in between gets the same one: probes come from many sides, and
/// a database in trouble is not helped by questions that pile up.
const HOLDS: Duration = Duration::from_millis(500);

/// 200 as long as the process can answer at all; asks nothing of the database.
pub(super) fn live() -> MethodRouter {
    get(async || plain(StatusCode::OK, "ok"))
}

/// 200, or 503 with the reason.
pub(super) fn ready(ready: Readiness) -> MethodRouter {
    let known = Arc::new(Mutex::new(None::<(Instant, Result<(), String>)>));
    get(async move || {
        // Who comes while the question is asked waits here for its answer.
        let mut known = known.lock().await;
        let answer = match &*known {
            Some((asked, answer)) if asked.elapsed() < HOLDS => answer.clone(),
            _ => {
                let in_time = tokio::time::timeout(PATIENCE, ready()).await;
                let answer = in_time.unwrap_or_else(|_| Err(format!("no answer within {} s", PATIENCE.as_secs())));
                if let Err(reason) = &answer {
                    tracing::warn!(reason, "not ready");
                }
                known.insert((Instant::now(), answer)).1.clone()
            }
        };
        match answer {
            Ok(()) => plain(StatusCode::OK, "ok"),
            Err(reason) => plain(StatusCode::SERVICE_UNAVAILABLE, &reason),
        }
    })
}

/// 503, as the process is about to end.
pub(super) fn stopping() -> Response {
    plain(StatusCode::SERVICE_UNAVAILABLE, "stopping")
}

fn plain(status: StatusCode, text: &str) -> Response {
    let headers = [(header::CONTENT_TYPE, "text/plain; charset=utf-8"), (header::CACHE_CONTROL, "no-store")];
    (status, headers, format!("{text}\n")).into_response()
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use axum::{Router, body::Body, http::Request};
    use futures_util::{FutureExt, future::join_all};
    use tower::ServiceExt;

    use super::*;

    #[tokio::test]
    async fn probes_at_a_time_ask_once() {
        let asked = Arc::new(AtomicUsize::new(0));
        let counted = asked.clone();
        let readiness: Readiness = Arc::new(move || {
            counted.fetch_add(1, Ordering::Relaxed);
            async {
                tokio::task::yield_now().await;
                Err("the database is on fire".to_owned())
            }
            .boxed()
        });
        let app = Router::new().route("/readyz", ready(readiness));
        let probe = async || {
            let request = Request::get("/readyz").body(Body::empty()).expect("a request");
            app.clone().oneshot(request).await.expect("an answer").status()
        };
        let seen = join_all((0..20).map(|_| probe())).await;
        assert_eq!((seen, asked.load(Ordering::Relaxed)), (vec![StatusCode::SERVICE_UNAVAILABLE; 20], 1));
    }
}
