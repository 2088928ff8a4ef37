//! CORS: the pages of other origins that may read answers in a browser. It protects nobody but the users
//! of browsers; who may do what is decided by tokens.

use std::time::Duration;

use axum::http::{Method, header::RETRY_AFTER};
use tower_http::cors::{AllowHeaders, AllowOrigin, Any, CorsLayer};

use super::rate::{RATE_LIMIT, RATE_LIMIT_POLICY};
use crate::config::Cors;

/// How long a browser may keep the answer to its question: a day, as far as browsers go along.
const MAX_AGE: Duration = Duration::from_hours(24);

/// The layer that answers for these origins; none where there are none, as the absence of the header that
/// names one is what forbids.
///
/// Every header may be sent: there are no cookies, so that a page can send no more than it knows itself.
pub(super) fn layer(origins: &Cors) -> Option<CorsLayer> {
    let origin = match origins {
        Cors::Origins(list) if list.is_empty() => return None,
        Cors::Any => Any.into(),
        Cors::Origins(list) => {
            let list = list.clone();
            AllowOrigin::predicate(move |origin, _| list.iter().any(|allowed| origin == allowed.as_str()))
        }
    };
    let layer = CorsLayer::new().allow_origin(origin).allow_methods([Method::GET, Method::POST]);
    let layer = layer.expose_headers([RATE_LIMIT, RATE_LIMIT_POLICY, RETRY_AFTER]);
    Some(layer.allow_headers(AllowHeaders::mirror_request()).max_age(MAX_AGE))
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use axum::{
        Router,
        body::Body,
        http::{HeaderMap, Request, StatusCode},
        routing::post,
    };
    use tower::ServiceExt;

    use super::*;
    use crate::{access::Access, clock::SystemClock, config::RateLimit, http::middleware, metrics::Metrics};

    /// The answer's status and CORS headers to a request from `https://a.example`.
    async fn asked(origins: Cors, method: Method) -> (StatusCode, Vec<(String, String)>) {
        let routes = Router::new().route("/graphql", post(async || "x"));
        let access = Access::new(RateLimit::Off, Vec::new(), Arc::new(SystemClock));
        let metrics = Metrics::new(Arc::new(SystemClock));
        let app = middleware::around(routes, Arc::new(access), metrics, &origins);
        let request = Request::builder()
            .method(method)
            .uri("/graphql")
            .header("origin", "https://a.example")
            .header("access-control-request-method", "POST")
            .header("access-control-request-headers", "content-type,authorization");
        let response = app.oneshot(request.body(Body::empty()).expect("a request")).await.expect("an answer");
        (response.status(), cors_headers(response.headers()))
    }

    fn cors_headers(headers: &HeaderMap) -> Vec<(String, String)> {
        let pairs = headers.iter().map(|(name, value)| (name.to_string(), value.to_str().expect("ASCII").to_owned()));
        let mut pairs: Vec<_> = pairs.filter(|(name, _)| name.starts_with("access-control-")).collect();
        pairs.sort();
        pairs
    }

    fn owned(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
        pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
    }

    fn list(origin: &str) -> Cors {
        Cors::Origins(vec![origin.to_owned()])
    }

    #[tokio::test]
    async fn a_preflight_is_answered_for_an_allowed_origin() {
        let answer = owned(&[
            ("access-control-allow-headers", "content-type,authorization"),
            ("access-control-allow-methods", "GET,POST"),
            ("access-control-allow-origin", "https://a.example"),
            ("access-control-max-age", "86400"),
        ]);
        assert_eq!(asked(list("https://a.example"), Method::OPTIONS).await, (StatusCode::OK, answer));
    }

    #[tokio::test]
    async fn an_answer_names_the_origin_that_may_read_it() {
        let exposed = ("access-control-expose-headers", "ratelimit,ratelimit-policy,retry-after");
        let named = owned(&[("access-control-allow-origin", "https://a.example"), exposed]);
        assert_eq!(asked(list("https://a.example"), Method::POST).await, (StatusCode::OK, named));
        let any = owned(&[("access-control-allow-origin", "*"), exposed]);
        assert_eq!(asked(Cors::Any, Method::POST).await, (StatusCode::OK, any));
    }

    #[tokio::test]
    async fn other_origins_are_not_named() {
        // What could be read says nothing to a page that is not allowed to read.
        let exposed = owned(&[("access-control-expose-headers", "ratelimit,ratelimit-policy,retry-after")]);
        assert_eq!(asked(list("https://b.example"), Method::POST).await, (StatusCode::OK, exposed));
        assert_eq!(asked(Cors::Origins(Vec::new()), Method::POST).await, (StatusCode::OK, vec![]));
        assert_eq!(asked(Cors::Origins(Vec::new()), Method::OPTIONS).await, (StatusCode::METHOD_NOT_ALLOWED, vec![]));
    }
}
