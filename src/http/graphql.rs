//! `/graphql`: GraphQL over HTTP (the specification's stage 2 draft). This file knows methods and statuses;
//! [`super::body`] and [`super::params`] read the request, and [`super::media`] chooses the type of the answer.

use std::sync::Arc;

use axum::{
    body::Body,
    extract::{Extension, Request, State},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
    routing::{MethodRouter, get},
};

use super::{
    body,
    document::{ASK_EACH_TIME, Document},
    extensions,
    load::Load,
    measured::End,
    media::{self, MediaType},
    params, rate,
    refusal::{Code, RETRY_AFTER, Refusal},
    repair::Asked,
};
use crate::{
    access::Caller,
    graphql::{self, Answer, Engine},
    metrics::RequestOutcome,
};

/// Where it stands.
pub(super) const PATH: &str = "/graphql";

/// What answers here.
struct Served {
    engine: Engine,
    load: Load,
}

/// `POST` takes any operation, `GET` queries alone.
pub(super) fn route(engine: Engine, load: Load) -> MethodRouter {
    get(by_get).post(by_post).with_state(Arc::new(Served { engine, load }))
}

async fn by_get(State(served): State<Arc<Served>>, Extension(caller): Extension<Caller>, request: Request) -> Response {
    let (query, headers) = (request.uri().query().unwrap_or_default(), request.headers());
    varied(served.get(&caller, headers, query).await)
}

async fn by_post(
    State(served): State<Arc<Served>>,
    Extension(caller): Extension<Caller>,
    request: Request,
) -> Response {
    let (head, body) = request.into_parts();
    varied(served.post(&caller, &head.headers, body).await)
}

impl Served {
    async fn get(&self, caller: &Caller, headers: &HeaderMap, query: &str) -> Result<Response, Refusal> {
        let media = MediaType::accepted(headers)?;
        let answer = async {
            self.load.admit().await?;
            self.answered(params::from_query_string(query)?, true, caller).await
        };
        Ok(match answer.await.map_err(|it| it.written_as(media))? {
            Answer::Executed { body, complete: true, cost, .. } => {
                let mut response = Document::new(body, media.content_type(), ASK_EACH_TIME).answer(headers);
                response.extensions_mut().insert(End { outcome: RequestOutcome::Ok, cost: Some(cost) });
                response
            }
            other => written(other, media),
        })
    }

    async fn post(&self, caller: &Caller, headers: &HeaderMap, body: Body) -> Result<Response, Refusal> {
        let media = MediaType::accepted(headers)?;
        let answer = async {
            self.load.admit().await?;
            media::require_json(headers)?;
            let request = params::from_json(&body::arrived(headers, body, &self.load).await?)?;
            self.answered(request, false, caller).await
        };
        Ok(written(answer.await.map_err(|it| it.written_as(media))?, media))
    }

    /// Has a request answered when it is its turn, and explained where it is refused and its caller wants that.
    async fn answered(
        &self,
        request: graphql::Request,
        queries_only: bool,
        caller: &Caller,
    ) -> Result<Answer, Refusal> {
        let (wanted, asked) = (request.extensions, Asked::of(&request));
        let work = async {
            let answer = self.engine.answer(request, queries_only, caller).await;
            asked.explained(&self.engine, caller, answer).await
        };
        let answer = self.load.answer(Box::pin(work)).await?;
        Ok(extensions::added(wanted, answer))
    }
}

/// The statuses of “Response”: what was executed is a 200; what was refused is a 400, except under
/// `application/json`, where old clients take any other status than 200 for a fault of the network. What
/// could not be executed is just that: a 503 or 504 under both types.
fn written(answer: Answer, media: MediaType) -> Response {
    let end = |outcome| End { outcome, cost: None };
    let (status, body, end) = match answer {
        Answer::Unavailable(body) => (StatusCode::SERVICE_UNAVAILABLE, body, end(RequestOutcome::Unavailable)),
        Answer::TooSlow(body) => (StatusCode::GATEWAY_TIMEOUT, body, end(RequestOutcome::Timeout)),
        Answer::Executed { body, complete, cost, .. } => {
            let outcome = if complete { RequestOutcome::Ok } else { RequestOutcome::WithErrors };
            (StatusCode::OK, body, End { outcome, cost: Some(cost) })
        }
        Answer::Refused { body, code } if media == MediaType::Json => (StatusCode::OK, body, End::refused(code)),
        Answer::Refused { body, code } => (StatusCode::BAD_REQUEST, body, End::refused(code)),
        Answer::QueriesOnly => {
            let refusal = Refusal::new(Code::MethodNotAllowed, "A GET carries queries only. Send mutations by POST.");
            return ([(header::ALLOW, "POST")], refusal.written_as(media)).into_response();
        }
        Answer::RateLimited(exceeded) => return rate::refused(&exceeded, media),
    };
    let mut response = Response::new(Body::from(body));
    *response.status_mut() = status;
    response.extensions_mut().insert(end);
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(media.content_type()));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    if status.is_server_error() {
        headers.extend([RETRY_AFTER]);
    }
    response
}

/// Caches must keep the two types apart.
fn varied(answer: impl IntoResponse) -> Response {
    let mut response = answer.into_response();
    response.headers_mut().append(header::VARY, HeaderValue::from_static("accept"));
    response
}
