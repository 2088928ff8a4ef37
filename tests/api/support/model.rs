//! A model of the tests, behind an endpoint that speaks as `OpenAI`'s chat completions do: it writes what a test has
//! it write, takes what a test has it take, and keeps what it was asked.

use std::num::NonZeroU32;

use precis::config;
use serde_json::{Value, json};

use super::origin::{Asked, Does, Origin, answer, says};

/// An endpoint. It lives as long as the process.
#[derive(Clone)]
pub(crate) struct TestModel {
    origin: Origin,
}

/// A question, taken apart.
#[derive(Clone, Debug)]
pub(crate) struct Question {
    /// All of it.
    pub(crate) body: Value,
    /// `bearer …`, in small letters.
    pub(crate) authorization: Option<String>,
    /// How many came before.
    pub(crate) nth: usize,
}

impl Question {
    fn of(asked: &Asked) -> Self {
        assert_eq!(asked.path, "/v1/chat/completions");
        assert_eq!(asked.header("content-type"), Some("application/json"));
        let body = serde_json::from_slice(&asked.body).expect("a question is JSON");
        Self { body, authorization: asked.header("authorization").map(str::to_owned), nth: asked.nth }
    }

    /// What is said in it: who says it, and what.
    pub(crate) fn said(&self) -> Vec<(String, String)> {
        let text = |value: &Value| value.as_str().expect("a text").to_owned();
        let messages = self.body["messages"].as_array().expect("a list").iter();
        messages.map(|message| (text(&message["role"]), text(&message["content"]))).collect()
    }

    /// What is said last.
    pub(crate) fn last(&self) -> String {
        self.said().pop().expect("a message").1
    }
}

impl TestModel {
    /// One that does about each question what `does` makes of it.
    pub(crate) fn start(does: impl Fn(&Question) -> Does + Send + Sync + 'static) -> Self {
        Self { origin: Origin::start(move |asked| does(&Question::of(asked))) }
    }

    /// One that always writes this.
    pub(crate) fn that_writes(summary: &Value) -> Self {
        let summary = summary.to_string();
        Self::start(move |_| writes(&summary))
    }

    /// The questions so far.
    pub(crate) fn asked(&self) -> Vec<Question> {
        self.origin.asked().iter().map(Question::of).collect()
    }

    /// Its address, as the configuration gives it.
    pub(crate) fn url(&self) -> String {
        self.origin.url("127.0.0.1", "/v1")
    }

    /// Options that have it asked without limits.
    pub(crate) fn settings(&self) -> config::Model {
        config::Model {
            url: format!("{}/", self.url()).parse().expect("a URL"),
            name: "test-model".to_owned(),
            key: Some("test-key".into()),
            timeout: std::time::Duration::from_secs(20),
            parallel: 2,
            days: 3_650,
            max_input_tokens: 6_000,
            max_requests_per_minute: None,
            max_tokens_per_day: None,
        }
    }
}

/// An answer with this text, which took 100 tokens in and 50 out.
pub(crate) fn writes(text: &str) -> Does {
    says(200, &["content-type: application/json"], completion(text))
}

/// The same after a while.
pub(crate) fn writes_slowly(pause: std::time::Duration, text: &str) -> Does {
    Does::Waits(pause, answer(200, &["content-type: application/json"], completion(text)))
}

fn completion(text: &str) -> String {
    json!({
        "id": "chatcmpl-1", "object": "chat.completion", "created": 1_793_534_400, "model": "test-model",
        "choices": [{ "index": 0, "message": { "role": "assistant", "content": text }, "finish_reason": "stop" }],
        "usage": { "prompt_tokens": 100, "completion_tokens": 50, "total_tokens": 150 },
    })
    .to_string()
}

/// As many as this.
pub(crate) fn some(number: u32) -> Option<NonZeroU32> {
    NonZeroU32::new(number)
}

/// A summary that can be used.
pub(crate) fn summary() -> Value {
    json!({
        "title": "Rivers rise after two wet days",
        "tldr": "Two wet days raised the river by a metre.",
        "key_points": ["It rained for two days.", "The gauge rose by a metre.", "Nobody was hurt."],
        "body": "The river rose by **a metre**.\n\nNobody was hurt.",
        "category": null,
        "tags": ["Hydrology", "Floods"],
    })
}
