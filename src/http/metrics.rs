//! `/metrics`: what is counted, for Prometheus and whatever else reads its format. It is answered whatever else
//! there is to do, and says less where the database does not answer.

use std::{sync::Arc, time::Duration};

use axum::{
    http::{HeaderMap, header},
    response::{IntoResponse, Response},
    routing::{MethodRouter, get},
};
use futures_util::future::BoxFuture;
use tokio::{sync::Mutex, time::Instant};

use super::{
    media,
    refusal::{Code, Refusal},
};
use crate::metrics::{Format, Metrics, Queue};

/// Where it stands.
pub(super) const PATH: &str = "/metrics";

/// Counts what waits to be done. The error is for the log.
pub type Backlog = Arc<dyn Fn() -> BoxFuture<'static, Result<Vec<Queue>, String>> + Send + Sync>;

/// How long that may take: whoever asks has ten seconds, most often.
const PATIENCE: Duration = Duration::from_secs(2);

/// Who answers. A clone is the same.
#[derive(Clone)]
pub struct Scraper {
    metrics: Metrics,
    backlog: Backlog,
    last: Arc<Mutex<Option<Known>>>,
}

/// What waited to be done the last time that somebody asked, as far as the database told.
struct Known {
    since: Instant,
    queues: Option<Vec<Queue>>,
}

impl Scraper {
    /// Shows what is counted there, and what waits to be done.
    pub fn new(metrics: Metrics, backlog: Backlog) -> Self {
        Self { metrics, backlog, last: Arc::default() }
    }

    /// Where everything is counted.
    pub(super) fn metrics(&self) -> &Metrics {
        &self.metrics
    }

    /// Answers `GET` and `HEAD`.
    pub(super) fn route(self) -> MethodRouter {
        get(async move |headers: HeaderMap| self.answer(&headers).await)
    }

    async fn answer(&self, headers: &HeaderMap) -> Result<Response, Refusal> {
        let (format, content_type) = if media::prefers_open_metrics(headers)? {
            (Format::OpenMetrics, "application/openmetrics-text; version=1.0.0; charset=utf-8")
        } else {
            (Format::Prometheus, "text/plain; version=0.0.4; charset=utf-8")
        };
        let queues = self.queues(PATIENCE).await;
        let text = self.metrics.write(format, queues.as_deref()).map_err(|error| {
            tracing::error!(error = &error as &dyn std::error::Error, "the metrics can't be written");
            Refusal::new(Code::Internal, "A fault on our side; it has been logged. Try again.")
        })?;
        let headers = [
            (header::CONTENT_TYPE, content_type),
            (header::CACHE_CONTROL, "no-store"),
            (header::VARY, header::ACCEPT.as_str()),
        ];
        Ok((headers, text).into_response())
    }

    /// What waits to be done; nothing, where the database does not answer. One question at a time: who comes
    /// meanwhile gets the same answer, so that thousands who ask are no load for the database.
    async fn queues(&self, patience: Duration) -> Option<Vec<Queue>> {
        let came = Instant::now();
        let mut last = self.last.lock().await;
        if let Some(known) = last.as_ref().filter(|known| known.since >= came) {
            return known.queues.clone();
        }
        let in_time = tokio::time::timeout(patience, (self.backlog)()).await;
        let counted = in_time.unwrap_or_else(|_| Err(format!("no answer within {} s", patience.as_secs_f32())));
        if let Err(reason) = &counted {
            tracing::warn!(reason, "metrics are shown without what waits to be done");
        }
        last.insert(Known { since: Instant::now(), queues: counted.ok() }).queues.clone()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use futures_util::{FutureExt, future::join_all};

    use super::*;
    use crate::clock::SystemClock;

    #[tokio::test]
    async fn who_asks_at_a_time_shares_an_answer_and_who_asks_later_gets_a_new_one() {
        let asked = Arc::new(AtomicUsize::new(0));
        let counted = asked.clone();
        let backlog: Backlog = Arc::new(move || {
            counted.fetch_add(1, Ordering::Relaxed);
            async {
                tokio::task::yield_now().await;
                Err("the database is on fire".to_owned())
            }
            .boxed()
        });
        let scraper = Scraper::new(Metrics::new(Arc::new(SystemClock)), backlog);
        for times in 1..=2 {
            let seen = join_all((0..20).map(|_| scraper.queues(PATIENCE))).await;
            assert_eq!((seen, asked.load(Ordering::Relaxed)), (vec![None; 20], times));
        }
    }

    #[tokio::test]
    async fn a_database_that_stands_still_is_not_waited_for() {
        let backlog: Backlog = Arc::new(|| std::future::pending().boxed());
        let scraper = Scraper::new(Metrics::new(Arc::new(SystemClock)), backlog);
        assert_eq!(scraper.queues(Duration::from_millis(5)).await, None);
    }
}
