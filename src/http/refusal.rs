//! Answers to requests that do not get as far as GraphQL: a status, a code out of a closed list, and a
//! message that says what to do. Errors of documents are written by `crate::graphql`.

use std::borrow::Cow;

use axum::{
    http::{HeaderName, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};

use super::media::MediaType;

/// Every `extensions.code` of this room. Each belongs to one status.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Code {
    /// 400: not a GraphQL request.
    BadRequest,
    /// 404: nothing stands at the path.
    NotFound,
    /// 405: the path is right, the method is not.
    MethodNotAllowed,
    /// 406: no type that is written here is accepted.
    NotAcceptable,
    /// 408: the request did not arrive in time.
    RequestTimeout,
    /// 413: the request is too long.
    PayloadTooLarge,
    /// 415: the body is of a type that is not read here.
    UnsupportedMediaType,
    /// 429: the caller has asked for as much as it may for now.
    RateLimited,
    /// 500: a fault of the program.
    Internal,
    /// 503: there is more to do than can be done.
    Unavailable,
    /// 504: the answer was not there in time. Not a 503, which says that the same request would do later and
    /// which proxies send again by themselves: this one costs too much, most often.
    Timeout,
}

/// What every 503 and 504 says of when to come again, in seconds.
pub(super) const RETRY_AFTER: (HeaderName, HeaderValue) = (header::RETRY_AFTER, HeaderValue::from_static("1"));

impl Code {
    fn name(self) -> &'static str {
        match self {
            Self::BadRequest => "BAD_REQUEST",
            Self::NotFound => "NOT_FOUND",
            Self::MethodNotAllowed => "METHOD_NOT_ALLOWED",
            Self::NotAcceptable => "NOT_ACCEPTABLE",
            Self::RequestTimeout => "REQUEST_TIMEOUT",
            Self::PayloadTooLarge => "PAYLOAD_TOO_LARGE",
            Self::UnsupportedMediaType => "UNSUPPORTED_MEDIA_TYPE",
            Self::RateLimited => "RATE_LIMITED",
            Self::Internal => "INTERNAL",
            Self::Unavailable => "UNAVAILABLE",
            Self::Timeout => "TIMEOUT",
        }
    }

    fn status(self) -> StatusCode {
        match self {
            Self::BadRequest => StatusCode::BAD_REQUEST,
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::MethodNotAllowed => StatusCode::METHOD_NOT_ALLOWED,
            Self::NotAcceptable => StatusCode::NOT_ACCEPTABLE,
            Self::RequestTimeout => StatusCode::REQUEST_TIMEOUT,
            Self::PayloadTooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::UnsupportedMediaType => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Self::RateLimited => StatusCode::TOO_MANY_REQUESTS,
            Self::Internal => StatusCode::INTERNAL_SERVER_ERROR,
            Self::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
            Self::Timeout => StatusCode::GATEWAY_TIMEOUT,
        }
    }
}

/// Why a request is not answered with what it asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Refusal {
    code: Code,
    message: Cow<'static, str>,
    media: MediaType,
}

impl Refusal {
    /// A refusal written as `application/json`. The message is for the caller: what was wrong, and what
    /// to do about it.
    pub(super) fn new(code: Code, message: impl Into<Cow<'static, str>>) -> Self {
        Self { code, message: message.into(), media: MediaType::Json }
    }

    /// Whether the request is too long.
    pub(super) fn is_too_large(&self) -> bool {
        self.code == Code::PayloadTooLarge
    }

    /// The same, in the type that the caller accepts.
    pub(super) fn written_as(self, media: MediaType) -> Self {
        Self { media, ..self }
    }
}

/// Marks an answer of which there may be thousands a second: it has no line of log to itself.
#[derive(Clone, Copy, Debug)]
pub(super) struct ForWantOfRoom;

impl IntoResponse for Refusal {
    /// `{"errors":[{"message":…,"extensions":{"code":…}}]}`
    fn into_response(self) -> Response {
        let (message, code) = (serde_json::Value::from(self.message), self.code.name());
        let body = format!(r#"{{"errors":[{{"message":{message},"extensions":{{"code":"{code}"}}}}]}}"#);
        let headers = [(header::CONTENT_TYPE, self.media.content_type()), (header::CACHE_CONTROL, "no-store")];
        let mut response = (self.code.status(), headers, body).into_response();
        match self.code {
            Code::Unavailable => {
                response.extensions_mut().insert(ForWantOfRoom);
                response.headers_mut().extend([RETRY_AFTER]);
            }
            Code::Timeout => response.headers_mut().extend([RETRY_AFTER]),
            _ => {}
        }
        response
    }
}
