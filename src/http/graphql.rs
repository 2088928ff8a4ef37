//! `/graphql`: GraphQL over HTTP (the specification's stage 2 draft). This file knows methods and statuses;
//! [`super::body`] and [`super::params`] read the request, and [`super::media`] chooses the type of the answer.

use axum::{
    body::Body,
    extract::{Extension, RawQuery, State},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    middleware,
    response::{IntoResponse, Response},
    routing::{MethodRouter, get},
};

use super::{
    body,
    document::{ASK_EACH_TIME, Document},
    media::{self, MediaType},
    params, rate,
    refusal::{Code, Refusal},
};
use crate::{
    access::Caller,
    graphql::{Answer, Engine},
};

/// Where it stands.
pub(super) const PATH: &str = "/graphql";

/// `POST` takes any operation, `GET` queries alone.
pub(super) fn route(engine: Engine) -> MethodRouter {
    get(by_get).post(by_post).with_state(engine).layer(middleware::map_response(vary))
}

async fn by_get(
    State(engine): State<Engine>,
    Extension(caller): Extension<Caller>,
    headers: HeaderMap,
    RawQuery(query): RawQuery,
) -> Result<Response, Refusal> {
    let media = MediaType::accepted(&headers)?;
    let request = params::from_query_string(query.as_deref().unwrap_or_default()).map_err(|it| it.written_as(media))?;
    Ok(match engine.answer(request, true, &caller).await {
        Answer::Executed { body, complete: true } => {
            Document::new(body, media.content_type(), ASK_EACH_TIME).answer(&headers)
        }
        other => written(other, media),
    })
}

async fn by_post(
    State(engine): State<Engine>,
    Extension(caller): Extension<Caller>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Refusal> {
    let media = MediaType::accepted(&headers)?;
    let request = async {
        media::require_json(&headers)?;
        params::from_json(&body::arrived(&headers, body).await?)
    };
    let request = request.await.map_err(|it| it.written_as(media))?;
    Ok(written(engine.answer(request, false, &caller).await, media))
}

/// The statuses of “Response”: what was executed is a 200; what was refused is a 400, except under
/// `application/json`, where old clients take any other status than 200 for a fault of the network.
fn written(answer: Answer, media: MediaType) -> Response {
    let (status, body) = match answer {
        Answer::Executed { body, .. } => (StatusCode::OK, body),
        Answer::Refused(body) if media == MediaType::Json => (StatusCode::OK, body),
        Answer::Refused(body) => (StatusCode::BAD_REQUEST, body),
        Answer::QueriesOnly => {
            let refusal = Refusal::new(Code::MethodNotAllowed, "A GET carries queries only. Send mutations by POST.");
            return ([(header::ALLOW, "POST")], refusal.written_as(media)).into_response();
        }
        Answer::RateLimited(exceeded) => return rate::refused(&exceeded, media),
    };
    let headers = [(header::CONTENT_TYPE, media.content_type()), (header::CACHE_CONTROL, "no-store")];
    (status, headers, body).into_response()
}

/// Caches must keep the two types apart.
async fn vary(mut response: Response) -> Response {
    response.headers_mut().append(header::VARY, HeaderValue::from_static("accept"));
    response
}
