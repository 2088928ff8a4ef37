//! The door to the engine: who asks, whether there is anything left to them, and the headers that tell them,
//! as in draft-ietf-httpapi-ratelimit-headers-10. How points are counted is left to `crate::access`, and how
//! many a document takes to `crate::graphql`.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use axum::{
    extract::{ConnectInfo, Request},
    http::{HeaderName, HeaderValue, header},
    response::{IntoResponse, Response},
};

use super::{
    media::MediaType,
    refusal::{Code, Refusal},
};
use crate::access::{Access, Caller, Exceeded, WINDOW_SECONDS};

/// `"default";q=600;w=60`: 600 points in any 60 seconds.
pub(super) const RATE_LIMIT_POLICY: HeaderName = HeaderName::from_static("ratelimit-policy");

/// `"default";r=599;t=61`: 599 points are left, and in 61 seconds there will be more.
pub(super) const RATE_LIMIT: HeaderName = HeaderName::from_static("ratelimit");

/// What everything that comes to the engine takes at least, whatever it turns out to be.
const POINTS_AT_THE_DOOR: u32 = 1;

/// Takes a point for a request that asks the engine, and gives it its [`Caller`]. A request of a caller to whom nothing
/// is left goes no further, so that neither its body nor its document costs anything: it comes to a refusal.
pub(super) fn enter(access: &Access, mut request: Request) -> (Caller, Result<Request, Response>) {
    let caller = caller(access, &request);
    let entered = match caller.take(POINTS_AT_THE_DOOR) {
        Ok(()) => {
            request.extensions_mut().insert(caller.clone());
            Ok(request)
        }
        // Who accepts no type that is written here is told in JSON, as elsewhere.
        Err(exceeded) => Err(refused(&exceeded, MediaType::accepted(request.headers()).unwrap_or(MediaType::Json))),
    };
    (caller, entered)
}

/// The answer to a request that takes more than is left.
pub(super) fn refused(exceeded: &Exceeded, media: MediaType) -> Response {
    let refusal = Refusal::new(Code::RateLimited, exceeded.to_string()).written_as(media);
    match exceeded.retry_after {
        Some(seconds) => ([(header::RETRY_AFTER, HeaderValue::from(seconds))], refusal).into_response(),
        None => refusal.into_response(),
    }
}

/// The caller of a request. A request that came by no socket has no peer; all such are one client.
fn caller(access: &Access, request: &Request) -> Caller {
    let peer = request.extensions().get::<ConnectInfo<SocketAddr>>();
    let peer = peer.map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |ConnectInfo(address)| address.ip());
    access.caller(peer, |name| request.headers().get_all(name).iter().map(HeaderValue::as_bytes).collect())
}

/// The answer with the figures of its caller, as they are now.
pub(super) fn with_figures(caller: &Caller, response: Response) -> Response {
    let Some(rate) = caller.rate() else { return response };
    let policy = format!("\"default\";q={};w={WINDOW_SECONDS}", rate.limit);
    let more_in = rate.more_in.map_or_else(String::new, |seconds| format!(";t={seconds}"));
    let left = format!("\"default\";r={}{more_in}", rate.remaining);
    ([(RATE_LIMIT_POLICY, policy), (RATE_LIMIT, left)], response).into_response()
}

#[cfg(test)]
mod tests {
    use std::{num::NonZeroU32, sync::Arc};

    use axum::{Router, body::Body, http::StatusCode, routing::get};
    use http_body_util::BodyExt as _;
    use tower::ServiceExt as _;

    use super::*;
    use crate::{
        access::Rate,
        clock::SystemClock,
        config::{Cors, RateLimit},
        http::middleware,
        metrics::Metrics,
    };

    #[tokio::test]
    async fn a_request_that_never_can_pass_is_told_so_and_not_to_wait() {
        let rate = Rate { limit: 60, remaining: 59, more_in: Some(7) };
        let exceeded = Exceeded { points: 100, rate, retry_after: None };
        let response = refused(&exceeded, MediaType::GraphqlResponse);
        assert_eq!(response.status(), StatusCode::TOO_MANY_REQUESTS);
        assert_eq!(response.headers().get("retry-after"), None);
        assert_eq!(response.headers()["content-type"], "application/graphql-response+json; charset=utf-8");
        let body = response.into_body().collect().await.expect("a body").to_bytes();
        let message = "60 points may be taken in any 60 s. This request takes 100: ask for less at once.";
        let expected =
            serde_json::json!({ "errors": [{ "message": message, "extensions": { "code": "RATE_LIMITED" } }] });
        assert_eq!(serde_json::from_slice::<serde_json::Value>(&body).expect("JSON"), expected);
    }

    #[tokio::test]
    async fn an_answer_has_figures_also_where_a_panic_is_masked() {
        let limit = RateLimit::Points(NonZeroU32::new(600).expect("points"));
        let access = Access::new(limit, Vec::new(), Arc::new(SystemClock));
        let routes = Router::new().route("/graphql", get(async || -> &str { panic!("a fault") }));
        let metrics = Metrics::new(Arc::new(SystemClock));
        let routes = middleware::around(routes, Arc::new(access), metrics, &Cors::Origins(Vec::new()));
        let request = Request::get("/graphql").body(Body::empty()).expect("a request");
        let response = routes.oneshot(request).await.expect("an answer");
        assert_eq!(response.status(), StatusCode::INTERNAL_SERVER_ERROR);
        assert_eq!(response.headers()["ratelimit-policy"], "\"default\";q=600;w=60");
        let left = response.headers()["ratelimit"].to_str().expect("ASCII").to_owned();
        assert!(left.starts_with("\"default\";r=599;t="), "{left}");
    }
}
