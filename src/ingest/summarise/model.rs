//! A model behind an endpoint that speaks as `OpenAI`'s chat completions do
//! (<https://platform.openai.com/docs/api-reference/chat/create>): Ollama, vLLM, hosted ones.
//!
//! Where it lies is the operator's word, so that it may lie anywhere, other than what is fetched. It follows no
//! redirect, and what comes is bounded. Endpoints differ in what they take: what one refuses is left out the next
//! time.

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use reqwest::{
    Client, Response,
    header::{CONTENT_TYPE, HeaderMap, RETRY_AFTER},
    redirect::Policy,
};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::{config, metrics::ModelOutcome, text::cut::cut};

/// A model that can be asked. A clone is the same.
#[derive(Clone)]
pub struct Model {
    client: Client,
    settings: config::Model,
    /// Which of [`MANNERS`] the endpoint takes, as far as that is known.
    manner: Arc<AtomicUsize>,
}

/// A part of a conversation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Message {
    /// Who says it: `system`, `user` or `assistant`.
    pub role: &'static str,
    /// What is said.
    pub content: String,
}

/// What a model says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Answer {
    /// The text; nothing, if there is none.
    pub text: Option<String>,
    /// Whether it would not answer.
    pub refused: bool,
    /// Whether it was stopped, as it had said too much.
    pub cut_off: bool,
    /// How many tokens were asked and answered, by the endpoint's count, where it counts.
    pub usage: Option<Usage>,
}

/// Tokens.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
pub struct Usage {
    /// Of the question.
    #[serde(rename = "prompt_tokens", default)]
    pub input: u32,
    /// Of the answer.
    #[serde(rename = "completion_tokens", default)]
    pub output: u32,
}

/// Why there is no answer. Nothing that the endpoint says stands in it, and no key.
#[derive(Debug, thiserror::Error)]
pub enum ModelError {
    /// There is nothing to ask with.
    #[error("no request can be made from here")]
    Client(#[source] reqwest::Error),
    /// Nobody is there.
    #[error("the model can't be reached: see whether model_url is right, and the endpoint runs")]
    Unreachable(#[source] reqwest::Error),
    /// It went away.
    #[error("the model's answer broke off")]
    Broken(#[source] reqwest::Error),
    /// It takes its time.
    #[error("the model took longer than {} s: give it more with model_timeout, or less with max_input_tokens", .0.as_secs())]
    TooSlow(Duration),
    /// It is no JSON, or other JSON.
    #[error("the endpoint answered something else than a chat completion: see whether model_url is right")]
    NoCompletion,
    /// It goes on and on.
    #[error("the endpoint's answer is longer than {} KiB", .0 >> 10)]
    TooLarge(usize),
    /// It wants another key.
    #[error("the endpoint answered {0}: see whether the key is right, which the variable of model_key_variable holds")]
    Key(u16),
    /// It has no such model.
    #[error("the endpoint answered {0}: see whether model_url is right, and has a model of that name")]
    Unknown(u16),
    /// It wants to be asked less.
    #[error("the endpoint answered {status}: it wants to be asked less often, or later")]
    Busy {
        /// What it answered.
        status: u16,
        /// How long to wait, where it says so.
        wait: Option<Duration>,
    },
    /// It is out of order.
    #[error("the endpoint answered {0}: something is wrong with it")]
    OutOfOrder(u16),
    /// It does not take what is asked, in whatever manner.
    #[error("the endpoint answered {0}: it does not take the question; its log may say why")]
    Refused(u16),
}

/// The most tokens of an answer.
pub(super) const MAX_OUTPUT_TOKENS: usize = 2_000;
/// The most that is read of what an endpoint sends, in bytes.
const MAX_BYTES: usize = 1 << 20;
const CONNECT: Duration = Duration::from_secs(10);
/// How long an endpoint is left alone that does not answer, if it does not say how long it takes.
const PAUSE: Duration = Duration::from_mins(5);
/// The longest that an endpoint may have one wait before the next question.
const LONGEST_WAIT: Duration = Duration::from_hours(1);

/// How a question may be put: what bounds an answer, and what says that it is to be JSON. The strictest first.
const MANNERS: [(&str, Format); 4] = [
    ("max_tokens", Format::Schema),
    // What newer models of OpenAI's take instead.
    ("max_completion_tokens", Format::Schema),
    ("max_tokens", Format::Object),
    ("max_tokens", Format::Any),
];

#[derive(Clone, Copy)]
enum Format {
    Schema,
    Object,
    Any,
}

impl Model {
    /// The model that the configuration names.
    pub fn new(settings: &config::Model) -> Result<Self, ModelError> {
        // It fails where somebody chose before.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let client = Client::builder()
            .user_agent(concat!("precis/", env!("CARGO_PKG_VERSION")))
            .no_proxy()
            .redirect(Policy::none()) // the key goes where the operator says
            .connect_timeout(CONNECT)
            .timeout(settings.timeout)
            .build()
            .map_err(ModelError::Client)?;
        Ok(Self { client, settings: settings.clone(), manner: Arc::default() })
    }

    /// Who it is, and how much it may be asked for.
    pub fn settings(&self) -> &config::Model {
        &self.settings
    }

    /// Asks for an object like this.
    pub async fn ask(&self, messages: &[Message], schema: &Value) -> Result<Answer, ModelError> {
        let mut refused = 0;
        let known = self.manner.load(Ordering::Relaxed);
        for (number, manner) in MANNERS.iter().enumerate().skip(known) {
            let response = self.send(messages, schema, *manner).await?;
            match response.status().as_u16() {
                200..=299 => {
                    self.manner.store(number, Ordering::Relaxed);
                    return self.read(response).await;
                }
                status @ (400 | 415 | 422 | 501) => {
                    refused = status;
                    self.tell(response).await;
                }
                _ => return Err(self.failed(response).await),
            }
        }
        Err(ModelError::Refused(refused))
    }

    async fn send(
        &self,
        messages: &[Message],
        schema: &Value,
        (bound, format): (&str, Format),
    ) -> Result<Response, ModelError> {
        // `join` leaves the base as it is, which ends in a slash.
        let url = self.settings.url.join("chat/completions").map_err(|_| ModelError::Unknown(404))?;
        let mut body = json!({ "model": self.settings.name, "messages": messages, "stream": false });
        body[bound] = MAX_OUTPUT_TOKENS.into();
        match format {
            Format::Schema => {
                let schema = json!({ "name": "summary", "strict": true, "schema": schema });
                body["response_format"] = json!({ "type": "json_schema", "json_schema": schema });
            }
            Format::Object => body["response_format"] = json!({ "type": "json_object" }),
            Format::Any => {}
        }
        let mut request = self.client.post(url).header(CONTENT_TYPE, "application/json").body(body.to_string());
        if let Some(key) = &self.settings.key {
            request = request.bearer_auth(key.reveal());
        }
        request.send().await.map_err(|error| self.of_client(error))
    }

    async fn read(&self, response: Response) -> Result<Answer, ModelError> {
        let bytes = self.bytes(response).await?;
        let completion: Completion = serde_json::from_slice(&bytes).map_err(|_| ModelError::NoCompletion)?;
        let choice = completion.choices.into_iter().next().ok_or(ModelError::NoCompletion)?;
        Ok(Answer {
            text: choice.message.content,
            refused: choice.message.refusal.is_some(),
            cut_off: choice.finish_reason.as_deref() == Some("length"),
            usage: completion.usage.filter(|usage| usage.input > 0),
        })
    }

    /// The whole body, which is counted as it comes.
    async fn bytes(&self, mut response: Response) -> Result<Vec<u8>, ModelError> {
        let mut bytes = Vec::new();
        while let Some(more) = response.chunk().await.map_err(|error| self.of_client(error))? {
            if bytes.len() + more.len() > MAX_BYTES {
                return Err(ModelError::TooLarge(MAX_BYTES));
            }
            bytes.extend_from_slice(&more);
        }
        Ok(bytes)
    }

    /// What an answer means that is none.
    async fn failed(&self, response: Response) -> ModelError {
        let status = response.status().as_u16();
        let wait = wait(response.headers());
        self.tell(response).await;
        match status {
            401 | 403 => ModelError::Key(status),
            404 | 405 | 300..=399 => ModelError::Unknown(status),
            429 | 503 | 529 => ModelError::Busy { status, wait },
            500..=599 => ModelError::OutOfOrder(status),
            _ => ModelError::Refused(status),
        }
    }

    /// What the endpoint says about it is for those alone who look for it.
    async fn tell(&self, response: Response) {
        if tracing::enabled!(tracing::Level::DEBUG) {
            let status = response.status().as_u16();
            let body = self.bytes(response).await.unwrap_or_default();
            let body = String::from_utf8_lossy(&body);
            tracing::debug!(model.status = status, model.said = %cut(&body, 500), "a model's endpoint refuses");
        }
    }

    fn of_client(&self, error: reqwest::Error) -> ModelError {
        let error = error.without_url();
        if error.is_timeout() && !error.is_connect() {
            ModelError::TooSlow(self.settings.timeout)
        } else if error.is_connect() {
            ModelError::Unreachable(error)
        } else {
            ModelError::Broken(error)
        }
    }
}

impl ModelError {
    /// As it is counted.
    pub(super) fn outcome(&self) -> ModelOutcome {
        match self {
            Self::Key(_) | Self::Unknown(_) | Self::Refused(_) => ModelOutcome::Refused,
            Self::Busy { .. } => ModelOutcome::RateLimited,
            Self::TooSlow(_) => ModelOutcome::Timeout,
            Self::Client(_)
            | Self::Unreachable(_)
            | Self::Broken(_)
            | Self::NoCompletion
            | Self::TooLarge(_)
            | Self::OutOfOrder(_) => ModelOutcome::Failed,
        }
    }

    /// Whether the question may have been worked on, and paid for.
    pub(super) fn may_have_cost(&self) -> bool {
        matches!(self, Self::TooSlow(_) | Self::Broken(_) | Self::NoCompletion | Self::TooLarge(_))
    }

    /// How long to leave the endpoint alone, where it is the endpoint that something is wrong with: any other
    /// question would come to the same, and this one may be asked as often as it takes.
    pub(super) fn wait(&self) -> Option<Duration> {
        match self {
            Self::Busy { wait: Some(wait), .. } => Some(*wait),
            Self::Busy { .. } | Self::Unreachable(_) | Self::Key(_) | Self::Unknown(_) | Self::OutOfOrder(_) => {
                Some(PAUSE)
            }
            _ => None,
        }
    }
}

impl Message {
    /// What the task is.
    pub fn system(content: impl Into<String>) -> Self {
        Self { role: "system", content: content.into() }
    }

    /// What is asked.
    pub fn user(content: impl Into<String>) -> Self {
        Self { role: "user", content: content.into() }
    }

    /// What was answered.
    pub fn assistant(content: impl Into<String>) -> Self {
        Self { role: "assistant", content: content.into() }
    }
}

impl Usage {
    /// Of question and answer.
    pub fn total(self) -> i64 {
        i64::from(self.input) + i64::from(self.output)
    }
}

/// `Retry-After` in seconds, as the endpoints of models give it; a date is none of theirs.
fn wait(headers: &HeaderMap) -> Option<Duration> {
    let seconds = headers.get(RETRY_AFTER)?.to_str().ok()?.trim().parse().ok()?;
    Some(Duration::from_secs(seconds).clamp(Duration::from_secs(1), LONGEST_WAIT))
}

#[derive(Deserialize)]
struct Completion {
    choices: Vec<Choice>,
    usage: Option<Usage>,
}

#[derive(Deserialize)]
struct Choice {
    message: Said,
    finish_reason: Option<String>,
}

#[derive(Deserialize)]
struct Said {
    content: Option<String>,
    refusal: Option<String>,
}
