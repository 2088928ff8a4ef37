//! What a caller is told who asks for it with `extensions: {repair: true}`: beside the errors of a document that was
//! refused, a line a mistake, and the query that was meant where only one can have been.

use serde_json::json;

use crate::{
    access::Caller,
    agent::repair::{Explained, can_explain, explain_to},
    graphql::{Answer, Engine, Request},
};

/// A request that may be explained later: one whose caller has asked for that.
pub(super) struct Asked(Option<Request>);

impl Asked {
    /// Keeps what is needed for it.
    pub(super) fn of(request: &Request) -> Self {
        Self(request.repair.then(|| request.clone()))
    }

    /// The answer, with what there is to tell about its errors.
    pub(super) async fn explained(self, engine: &Engine, caller: &Caller, answer: Answer) -> Answer {
        match (self.0, answer) {
            (Some(request), Answer::Refused { body, code }) if can_explain(code) => {
                match Box::pin(explain_to(caller, engine, request)).await {
                    Ok(explained) => Answer::Refused { body: with_repair(&explained, body), code },
                    Err(exceeded) => Answer::RateLimited(exceeded),
                }
            }
            (_, answer) => answer,
        }
    }
}

/// The body of a refusal, with `extensions.repair` at its end.
fn with_repair(explained: &Explained, mut body: Vec<u8>) -> Vec<u8> {
    let extensions = json!({ "repair": { "lines": explained.lines, "query": explained.fixed } });
    body.pop(); // the brace that closes it
    body.extend_from_slice(format!(",\"extensions\":{extensions}}}").as_bytes());
    body
}
