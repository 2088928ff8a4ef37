//! Counting requests that ask the engine: what became of each, what it cost, and how long it took. Who answers a
//! request marks the answer with its [`End`]; what no answer came to was abandoned.

use std::time::Duration;

use axum::response::Response;

use super::refusal::Code;
use crate::metrics::{Metrics, RequestOutcome};

/// How a request ended: stands in the extensions of its answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct End {
    /// What became of it.
    pub(super) outcome: RequestOutcome,
    /// What it cost, where it was executed.
    pub(super) cost: Option<u64>,
}

impl End {
    /// It was refused with this code.
    pub(super) fn refused(code: Code) -> Self {
        Self { outcome: outcome(code), cost: None }
    }
}

/// Counts a request that asks the engine, while it is answered.
pub(super) async fn measured(metrics: Metrics, answering: impl Future<Output = Response>) -> Response {
    let begun = metrics.uptime();
    let mut measure = Measure { metrics, begun, end: End { outcome: RequestOutcome::Abandoned, cost: None } };
    let response = answering.await;
    // All that answers at these paths marks its answers.
    measure.end = response.extensions().get().copied().unwrap_or(End::refused(Code::Internal));
    response
}

/// Dropped, it counts the request.
struct Measure {
    metrics: Metrics,
    begun: Duration,
    end: End,
}

impl Drop for Measure {
    fn drop(&mut self) {
        let took = self.metrics.uptime().saturating_sub(self.begun);
        self.metrics.request(self.end.outcome, self.end.cost, took);
    }
}

/// What a refusal with this code counts as.
fn outcome(code: Code) -> RequestOutcome {
    match code {
        Code::GraphqlParseFailed | Code::GraphqlValidationFailed | Code::BadUserInput => RequestOutcome::Invalid,
        Code::QueryTooComplex => RequestOutcome::TooComplex,
        Code::PersistedQueryNotFound => RequestOutcome::UnknownDocument,
        Code::DocumentNotTrusted => RequestOutcome::UntrustedDocument,
        Code::RateLimited => RequestOutcome::RateLimited,
        // For want of room. What the database could not answer is no refusal, but an answer without data.
        Code::Unavailable => RequestOutcome::Shed,
        Code::Timeout => RequestOutcome::Timeout,
        Code::Internal => RequestOutcome::Internal,
        Code::BadRequest
        | Code::NotFound
        | Code::MethodNotAllowed
        | Code::NotAcceptable
        | Code::RequestTimeout
        | Code::PayloadTooLarge
        | Code::UnsupportedMediaType => RequestOutcome::BadRequest,
    }
}
