//! What a caller asks for in `extensions`, put beside the data: what the request cost, and a budget that its response is
//! within.

use serde_json::{Map, Value, json};

use crate::{
    agent::budget,
    graphql::{Answer, Extensions, Price},
};

/// The answer with what was asked for beside it.
pub(super) fn added(wanted: Extensions, answer: Answer) -> Answer {
    let Answer::Executed { mut body, complete, cost, mut marks } = answer else { return answer };
    let mut extensions = Map::new();
    if let Some(limit) = wanted.budget {
        match budget::within(&body, std::mem::take(&mut marks), limit) {
            Ok((cut, spent)) => {
                body = cut;
                extensions.insert("budget".to_owned(), json!(spent));
            }
            Err(error) => tracing::error!(error = &error as &dyn std::error::Error, "a response can't be cut"),
        }
    }
    if wanted.cost {
        let Price { cost, points } = Price::of(cost);
        extensions.insert("cost".to_owned(), json!({ "cost": cost, "limit": Price::MOST, "points": points }));
    }
    if !extensions.is_empty() && body.pop_if(|last| *last == b'}').is_some() {
        body.extend_from_slice(b",\"extensions\":");
        body.extend_from_slice(Value::Object(extensions).to_string().as_bytes());
        body.push(b'}');
    }
    Answer::Executed { body, complete, cost, marks }
}
