//! Digests and feeds: `/digest.md`, `/feed.atom` and the others of [`Output`], filtered by the parameters of the query.
//! This file knows statuses and headers; what is asked for, and how it is written, is left to `crate::outputs`.
//!
//! They are documents of the program's own, put to the engine: they take points, wait for their turn, and are counted as
//! what is asked by GraphQL.

use std::sync::LazyLock;

use async_graphql::Variables;
use axum::{
    Router,
    extract::{Extension, RawQuery},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
    routing::{MethodRouter, get},
};
use base64::Engine as _;
use serde_json::value::RawValue;
use sha2::{Digest as _, Sha256};

use super::{
    document::{ASK_EACH_TIME, ASK_EACH_TIME_ALONE, Document},
    load::Load,
    measured::End,
    media::MediaType,
    origin::Origin,
    rate,
    refusal::{Code, Refusal},
};
use crate::{
    access::Caller,
    clock::Timestamp,
    config, content,
    graphql::{Answer, Engine, Request, told},
    metrics::RequestOutcome,
    outputs::{Fault, Kind, Output, Question, Reply, Wanted, Wrong, digest, feed},
    text::digest::STYLE,
};

/// Whether one of them stands at a path.
pub(super) fn stands_at(path: &str) -> bool {
    let file = path.strip_prefix('/').unwrap_or_default();
    Output::ALL.iter().any(|output| output.file() == file)
}

/// All of them.
pub(super) fn routes(engine: &Engine, load: &Load, settings: &config::Http) -> Router {
    let outputs = Outputs { engine: engine.trusting_all(), load: load.clone(), origin: Origin::of(settings) };
    let add = |routes: Router, output: Output| routes.route(&format!("/{}", output.file()), outputs.route(output));
    Output::ALL.into_iter().fold(Router::new(), add)
}

/// Who answers.
#[derive(Clone)]
struct Outputs {
    engine: Engine,
    load: Load,
    origin: Origin,
}

/// The engine's answer.
struct Answered {
    data: Box<RawValue>,
    cost: u64,
    /// When anything was last changed or removed.
    changed: Timestamp,
}

/// An output, written.
struct Written {
    /// None, where it is empty and to be skipped.
    text: Option<String>,
    cost: u64,
    changed: Timestamp,
}

impl Outputs {
    fn route(&self, output: Output) -> MethodRouter {
        let outputs = self.clone();
        get(async move |Extension(caller): Extension<Caller>, RawQuery(query): RawQuery, headers: HeaderMap| {
            outputs.answer(output, &caller, &query.unwrap_or_default(), &headers).await
        })
    }

    async fn answer(
        &self,
        output: Output,
        caller: &Caller,
        query: &str,
        headers: &HeaderMap,
    ) -> Result<Response, Refusal> {
        self.load.admit().await?;
        let now = self.engine.content().now();
        let wanted = Wanted::read(output.kind(), url::form_urlencoded::parse(query.as_bytes()))?;
        let question = match output {
            Output::Digest(format) => digest::question(&wanted, format, now),
            Output::Feed(_) => feed::question(&wanted, now),
        };
        let question = question?;
        let (base, is_everybodys) = self.origin.base(headers);
        // What names the address by which it was asked for is for whoever asked by it.
        let names_address = output.kind() == Kind::Feed && !is_everybodys;
        let cache_control = if names_address { ASK_EACH_TIME_ALONE } else { ASK_EACH_TIME };
        let work = self.write(output, &wanted, question, caller, &base);
        let Written { text, cost, changed } = match self.load.answer(Box::pin(work)).await? {
            Ok(written) => written,
            Err(response) => return Ok(response),
        };
        let mut response = match text {
            Some(text) => {
                let document = Document::new(text, output.content_type(), cache_control);
                let modified = changed.max(wanted.since(now));
                // What changed in this second may change in it again.
                let document = if modified < now { document.modified(modified) } else { document };
                document.answer(headers)
            }
            None => (StatusCode::NO_CONTENT, [(header::CACHE_CONTROL, cache_control)]).into_response(),
        };
        response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, POLICY.clone());
        response.headers_mut().insert(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
        response.extensions_mut().insert(End { outcome: RequestOutcome::Ok, cost: Some(cost) });
        Ok(response)
    }

    /// Writes an output out of what the engine answers. What goes wrong is a response already.
    async fn write(
        &self,
        output: Output,
        wanted: &Wanted,
        question: Question,
        caller: &Caller,
        base: &str,
    ) -> Result<Written, Response> {
        let Answered { data, cost, changed } = self.ask(wanted, question, caller).await?;
        let text = match output {
            Output::Digest(format) => digest::write(wanted, format, &data).map_err(fault),
            Output::Feed(format) => feed::write(wanted, format, &data, base, changed).map(Some).map_err(fault),
        };
        text.map(|text| Written { text, cost, changed }).map_err(IntoResponse::into_response)
    }

    /// Asks the engine. What it does not answer is a response already.
    async fn ask(&self, wanted: &Wanted, question: Question, caller: &Caller) -> Result<Answered, Response> {
        let kept = self.engine.content();
        let refuse = |error: content::Error| {
            let (message, code) = told(&error);
            Refusal::new(code, message.to_owned()).into_response()
        };
        if let Some(name) = kept.unknown_name(&wanted.names()).await.map_err(refuse)? {
            return Err(Refusal::from(Wrong::from(name)).into_response());
        }
        // Before the rest: what changes meanwhile is newer than this says.
        let changed = kept.changed_at().await.map_err(refuse)?;
        let variables = Variables::from_json(question.variables);
        let request = Request { query: Some(question.document.to_owned()), variables, ..Request::default() };
        let (body, cost) = match self.engine.answer(request, true, caller).await {
            Answer::Executed { body, cost, .. } => (body, cost),
            Answer::Refused { body, .. } | Answer::Unavailable(body) | Answer::TooSlow(body) => (body, 0),
            Answer::RateLimited(exceeded) => return Err(rate::refused(&exceeded, MediaType::Json)),
            Answer::QueriesOnly => return Err(fault("the document is no query").into_response()),
        };
        match serde_json::from_slice::<Reply<Box<RawValue>>>(&body) {
            Ok(Reply { data: Some(data), errors }) if errors.is_empty() => {
                Ok(Answered { data, cost, changed: changed.unwrap_or_default() })
            }
            Ok(Reply { errors, .. }) => Err(refusal(errors.into_iter().next()).into_response()),
            Err(error) => Err(fault(error).into_response()),
        }
    }
}

/// Nothing may be active in what is shown, and nothing is loaded for it; the page around a digest has its own style.
static POLICY: LazyLock<HeaderValue> = LazyLock::new(|| {
    let style = base64::engine::general_purpose::STANDARD.encode(Sha256::digest(STYLE));
    let policy = format!(
        "default-src 'none'; style-src 'sha256-{style}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    );
    HeaderValue::try_from(policy).unwrap_or(HeaderValue::from_static("default-src 'none'"))
});

/// What the engine said first.
fn refusal(error: Option<Fault>) -> Refusal {
    let code = error.as_ref().and_then(|error| Code::named(error.code()?));
    match (error, code) {
        (_, Some(Code::QueryTooComplex)) => Refusal::new(
            Code::QueryTooComplex,
            "This is too much for one request. Lower `limit`, or group by something else than tags.",
        ),
        (Some(error), Some(code)) => Refusal::new(code, error.message),
        _ => fault("the engine gave neither data nor an error"),
    }
}

impl From<Wrong> for Refusal {
    fn from(wrong: Wrong) -> Self {
        let message = wrong.to_string();
        let stop = if message.ends_with(['?', '.']) { "" } else { "." };
        Self::new(Code::BadUserInput, format!("{message}{stop}"))
    }
}

fn fault(error: impl std::fmt::Display) -> Refusal {
    tracing::error!(%error, "an output could not be written");
    Refusal::new(Code::Internal, "A fault on our side; it has been logged. Try again.")
}
