//! What whoever watches sees of it, while it happens.

use precis::config::Http;

use super::{SLOW, make_slow};
use crate::{
    both,
    metrics::exposition::{Exposition, Format},
    support::{
        TestApp, app,
        socket::{Served, post},
    },
};

const METRICS: &[u8] = b"GET /metrics HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n";

/// What is shown just now, however busy the server is.
pub(super) async fn shown(served: &Served) -> Exposition {
    let heard = served.answer(METRICS).await;
    assert_eq!(heard.status, 200, "{heard:?}");
    Exposition::read(&heard.body, Format::Prometheus)
}

/// Waits until it shows so many.
async fn until(served: &Served, series: &str, many: u64) -> Exposition {
    loop {
        let seen = shown(served).await;
        if seen.get(series) == many {
            return seen;
        }
    }
}

both! {
    async fn requests_at_work_and_those_that_wait_show_and_so_do_those_that_go_away(app: TestApp) {
        make_slow(&app).await;
        let served = Served::start(&app, &Http { max_requests: 1, ..app::http_options() }).await;
        let first = served.send(&post(SLOW)).await;
        until(&served, "precis_requests_at_work", 1).await;
        let second = served.send(&post(SLOW)).await;
        let seen = until(&served, "precis_requests_waiting", 1).await;
        // Who asks is connected, too.
        assert_eq!((seen.get("precis_requests_at_work"), seen.get("precis_http_connections")), (1, 3));

        assert_eq!(served.ask(SLOW).await.status, 503);
        drop((first, second));
        let seen = until(&served, "precis_requests_total{outcome=\"abandoned\"}", 2).await;
        assert_eq!((seen.get("precis_requests_at_work"), seen.get("precis_requests_waiting")), (0, 0));
        assert_eq!(seen.get("precis_requests_total{outcome=\"shed\"}"), 1);
        assert_eq!(seen.get("precis_request_duration_seconds_count{result=\"refused\"}"), 1);
        assert_eq!(seen.get("precis_request_duration_seconds_count{result=\"failed\"}"), 0);
        served.stop().await.expect("it ends");
    }

    async fn an_answer_that_takes_too_long_is_counted_as_such(app: TestApp) {
        make_slow(&app).await;
        let served = Served::start(&app, &app::http_options()).await;
        assert_eq!(served.ask(SLOW).await.status, 504);
        let seen = shown(&served).await;
        assert_eq!(seen.get("precis_requests_total{outcome=\"timeout\"}"), 1);
        assert_eq!(seen.get("precis_request_duration_seconds_count{result=\"failed\"}"), 1);
        served.stop().await.expect("it ends");
    }
}
