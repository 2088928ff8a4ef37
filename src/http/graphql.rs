//! `/graphql`: GraphQL over HTTP (the specification's stage 2 draft). This file knows methods, sizes and
//! statuses; [`super::params`] reads the request and [`super::media`] chooses the type of the answer.

use std::time::Duration;

use axum::{
    body::{Body, HttpBody},
    extract::{RawQuery, State},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    middleware,
    response::{IntoResponse, Response},
    routing::{MethodRouter, get},
};
use futures_util::StreamExt;

use super::{
    document::{ASK_EACH_TIME, Document},
    media::{self, MediaType},
    params,
    refusal::{Code, Refusal},
};
use crate::graphql::{Answer, Engine};

/// The longest body of a request, in bytes.
const BODY_LIMIT: usize = 256 * 1024;

/// How long a body may take to arrive.
const BODY_PATIENCE: Duration = Duration::from_secs(10);

/// `POST` takes any operation, `GET` queries alone.
pub(super) fn route(engine: Engine) -> MethodRouter {
    get(by_get).post(by_post).with_state(engine).layer(middleware::map_response(vary))
}

async fn by_get(
    State(engine): State<Engine>,
    headers: HeaderMap,
    RawQuery(query): RawQuery,
) -> Result<Response, Refusal> {
    let media = MediaType::accepted(&headers)?;
    let request = params::from_query_string(query.as_deref().unwrap_or_default()).map_err(|it| it.written_as(media))?;
    Ok(match engine.answer(request, true).await {
        Answer::Executed { body, complete: true } => {
            Document::new(body, media.content_type(), ASK_EACH_TIME).answer(&headers)
        }
        other => written(other, media),
    })
}

async fn by_post(State(engine): State<Engine>, headers: HeaderMap, body: Body) -> Result<Response, Refusal> {
    let media = MediaType::accepted(&headers)?;
    let request = async {
        media::require_json(&headers)?;
        params::from_json(&arrived(body, BODY_PATIENCE).await?)
    };
    let request = request.await.map_err(|it| it.written_as(media))?;
    Ok(written(engine.answer(request, false).await, media))
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
    };
    let headers = [(header::CONTENT_TYPE, media.content_type()), (header::CACHE_CONTROL, "no-store")];
    (status, headers, body).into_response()
}

/// The whole body, or a refusal as soon as it is known to be too long or too late. Never holds more than
/// the limit and one frame.
async fn arrived(body: Body, patience: Duration) -> Result<Vec<u8>, Refusal> {
    let too_large = || {
        let message = format!("The body has more than {BODY_LIMIT} bytes, and no more are read. Send less.");
        Refusal::new(Code::PayloadTooLarge, message)
    };
    let announced = usize::try_from(body.size_hint().lower()).unwrap_or(usize::MAX);
    if announced > BODY_LIMIT {
        return Err(too_large());
    }
    let collect = async {
        let mut bytes = Vec::with_capacity(announced);
        let mut frames = body.into_data_stream();
        while let Some(frame) = frames.next().await {
            let frame = frame.map_err(|_| Refusal::new(Code::BadRequest, "The body broke off. Send it again."))?;
            if bytes.len() + frame.len() > BODY_LIMIT {
                return Err(too_large());
            }
            bytes.extend_from_slice(&frame);
        }
        Ok(bytes)
    };
    let late = |_| {
        let seconds = patience.as_secs_f32();
        Refusal::new(Code::RequestTimeout, format!("The body did not arrive within {seconds} s. Send it faster."))
    };
    tokio::time::timeout(patience, collect).await.map_err(late)?
}

/// Caches must keep the two types apart.
async fn vary(mut response: Response) -> Response {
    response.headers_mut().append(header::VARY, HeaderValue::from_static("accept"));
    response
}

#[cfg(test)]
mod tests {
    use std::io;

    use axum::body::Bytes;
    use futures_util::stream;

    use super::*;

    /// A body whose length is not announced.
    fn frames(sizes: &[usize]) -> Body {
        let frames: Vec<_> = sizes.iter().map(|size| io::Result::Ok(Bytes::from(vec![b'x'; *size]))).collect();
        Body::from_stream(stream::iter(frames))
    }

    #[tokio::test]
    async fn a_body_is_read_up_to_the_limit() {
        let whole = arrived(frames(&[BODY_LIMIT - 1, 1]), BODY_PATIENCE).await;
        assert_eq!(whole.map(|bytes| bytes.len()), Ok(BODY_LIMIT));
        let message = "The body has more than 262144 bytes, and no more are read. Send less.";
        let too_large = Err(Refusal::new(Code::PayloadTooLarge, message));
        assert_eq!(arrived(frames(&[BODY_LIMIT, 1]), BODY_PATIENCE).await, too_large);
        assert_eq!(arrived(Body::from(vec![b'x'; BODY_LIMIT + 1]), BODY_PATIENCE).await, too_large);
    }

    #[tokio::test]
    async fn a_body_that_breaks_off_or_does_not_come_is_refused() {
        let broken = Body::from_stream(stream::iter([Err::<Bytes, _>(io::Error::other("gone"))]));
        let message = "The body broke off. Send it again.";
        assert_eq!(arrived(broken, BODY_PATIENCE).await, Err(Refusal::new(Code::BadRequest, message)));

        let silent = Body::from_stream(stream::pending::<io::Result<Bytes>>());
        let message = "The body did not arrive within 0.25 s. Send it faster.";
        let late = Err(Refusal::new(Code::RequestTimeout, message));
        assert_eq!(arrived(silent, Duration::from_millis(250)).await, late);
    }
}
