//! Answers to requests that do not get as far as GraphQL: a status, a code, and a message that says what to
//! do. Errors of documents are written by `crate::graphql`, which has the list of all codes.

use std::borrow::Cow;

use axum::{
    http::{HeaderName, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};

use super::{measured::End, media::MediaType};
pub(super) use crate::graphql::Code;

/// What every 503 and 504 says of when to come again, in seconds.
pub(super) const RETRY_AFTER: (HeaderName, HeaderValue) = (header::RETRY_AFTER, HeaderValue::from_static("1"));

/// The status of a refusal with this code.
fn status(code: Code) -> StatusCode {
    match code {
        Code::GraphqlParseFailed
        | Code::GraphqlValidationFailed
        | Code::BadUserInput
        | Code::QueryTooComplex
        | Code::PersistedQueryNotFound
        | Code::DocumentNotTrusted
        | Code::BadRequest => StatusCode::BAD_REQUEST,
        Code::NotFound => StatusCode::NOT_FOUND,
        Code::MethodNotAllowed => StatusCode::METHOD_NOT_ALLOWED,
        Code::NotAcceptable => StatusCode::NOT_ACCEPTABLE,
        Code::RequestTimeout => StatusCode::REQUEST_TIMEOUT,
        Code::PayloadTooLarge => StatusCode::PAYLOAD_TOO_LARGE,
        Code::UnsupportedMediaType => StatusCode::UNSUPPORTED_MEDIA_TYPE,
        Code::RateLimited => StatusCode::TOO_MANY_REQUESTS,
        Code::Internal => StatusCode::INTERNAL_SERVER_ERROR,
        Code::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
        // Not a 503, which says that the same request would do later and which proxies send again by
        // themselves: this one costs too much, most often.
        Code::Timeout => StatusCode::GATEWAY_TIMEOUT,
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
        let (message, code) = (serde_json::Value::from(self.message), self.code.as_str());
        let body = format!(r#"{{"errors":[{{"message":{message},"extensions":{{"code":"{code}"}}}}]}}"#);
        let headers = [(header::CONTENT_TYPE, self.media.content_type()), (header::CACHE_CONTROL, "no-store")];
        let mut response = (status(self.code), headers, body).into_response();
        response.extensions_mut().insert(End::refused(self.code));
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
