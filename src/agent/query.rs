//! The tool `query`: a question, and a page of its answer within a budget.

use std::sync::Arc;

use async_graphql::Variables;
use serde::Deserialize;
use serde_json::{Map, Value, value::RawValue};

use super::{
    after::{After, Question, Refused, behind},
    fit::{End, end},
    page::{Answer, Fault, Format, error_line},
    place::Place,
    repair::{self, Explained},
    schema::Guide,
    tree::{Tree, Unreadable},
};
use crate::{
    access::{Caller, Exceeded},
    graphql::{self, Code, Engine, Mark, Pages, Price, Request},
    text::tokens,
};

/// Who answers agents.
#[derive(Clone)]
pub struct Agent {
    pub(super) engine: Engine,
    pub(super) guide: Arc<Guide>,
}

/// What an agent asks.
#[derive(Clone, Debug, Default)]
pub struct Query {
    /// The document.
    pub query: String,
    /// The values of its variables.
    pub variables: Map<String, Value>,
    /// Where the page before ended.
    pub after: Option<String>,
    /// How many tokens the text may have (`o200k_base`).
    pub max_tokens: usize,
    /// How it is written.
    pub format: Format,
    /// Whether only to say what it would cost.
    pub dry_run: bool,
    /// Whether to ask what was meant, where the document is wrong and only one thing can be meant.
    pub fix: bool,
}

/// What an agent is told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Told {
    /// The text.
    pub text: String,
    /// Whether it says why there is no answer.
    pub is_error: bool,
}

/// The body of a response.
#[derive(Deserialize)]
struct Response<'b> {
    #[serde(borrow)]
    data: Option<&'b RawValue>,
    #[serde(default)]
    errors: Vec<Value>,
}

/// How often a page is asked for, when rows that lead to it go meanwhile.
const ATTEMPTS: usize = 4;

impl Told {
    /// An answer.
    pub(super) fn answer(text: String) -> Self {
        Self { text, is_error: false }
    }

    /// Why there is none, within the budget.
    pub(super) fn error(text: &str, max_tokens: usize) -> Self {
        Self { text: tokens::beginning(text, max_tokens).to_owned(), is_error: true }
    }
}

/// The line that says what was wrong with a call.
pub(super) fn wrong(code: Code, message: impl std::fmt::Display) -> String {
    format!("error {} {message}", code.as_str())
}

impl Agent {
    /// Agents are answered by this engine.
    pub fn new(engine: Engine) -> Self {
        Self { guide: Arc::new(Guide::new(engine.clone())), engine }
    }

    /// The page that a query asks for; or the one that was meant, if that is wanted and certain.
    pub async fn query(&self, query: Query, caller: &Caller) -> Told {
        match self.ask(&query, caller).await {
            Ok(told) => told,
            Err(Explained { fixed: Some(fixed), .. }) if query.fix => {
                let fixed_line = format!("fixed {fixed}\n");
                let max_tokens = query.max_tokens.saturating_sub(tokens::count(&fixed_line));
                let meant = Query { query: fixed, max_tokens, ..query };
                match self.ask(&meant, caller).await {
                    Ok(Told { text, is_error }) => Told { text: fixed_line + &text, is_error },
                    Err(explained) => Told::error(&explained.text(), max_tokens),
                }
            }
            Err(explained) => Told::error(&explained.text(), query.max_tokens),
        }
    }

    /// The page that a query asks for, or what is wrong with it.
    async fn ask(&self, query: &Query, caller: &Caller) -> Result<Told, Explained> {
        let variables = Value::Object(query.variables.clone());
        let question = Question::of(&query.query, &variables);
        let mut after = match query.after.as_deref().map(|after| After::decode(after, question)).transpose() {
            Ok(after) => after.unwrap_or_default(),
            Err(refused) => return Ok(query.refuse(refused)),
        };
        for _ in 0..ATTEMPTS {
            let request = Request {
                query: Some(query.query.clone()),
                variables: Variables::from_json(variables.clone()),
                pages: Some(Pages { resumed: after.resumed() }),
                ..Request::default()
            };
            if query.dry_run {
                return match self.engine.price(request) {
                    Ok(Price { cost, points }) => {
                        Ok(Told::answer(format!("cost {cost} of at most {}, points {points}", Price::MOST)))
                    }
                    Err(answer) => query.explain(&self.engine, caller, answer).await,
                };
            }
            let (body, marks) = match self.engine.answer(request, true, caller).await {
                graphql::Answer::Executed { body, marks, .. } => (body, marks),
                other => return query.explain(&self.engine, caller, other).await,
            };
            match query.page(&body, marks, question, &after) {
                Ok(Ok(told)) => return Ok(told),
                Ok(Err(shorter)) => after = shorter,
                Err(unreadable) => {
                    tracing::error!(error = &unreadable as &dyn std::error::Error, "a page can't be made");
                    let text = wrong(Code::Internal, "a fault on our side; it has been logged");
                    return Ok(Told::error(&text, query.max_tokens));
                }
            }
        }
        Ok(query.refuse(Refused::Broken))
    }
}

fn errors_of(body: &[u8]) -> Vec<Value> {
    serde_json::from_slice::<Response>(body).map(|response| response.errors).unwrap_or_default()
}

impl Query {
    fn refuse(&self, refused: Refused) -> Told {
        Told::error(&wrong(Code::BadUserInput, refused), self.max_tokens)
    }

    /// Why there is no answer, and what to do.
    async fn explain(&self, engine: &Engine, caller: &Caller, answer: graphql::Answer) -> Result<Told, Explained> {
        let text = match answer {
            graphql::Answer::Refused { body, code } => match self.explained(engine, caller, &body, code).await {
                Ok(explained) => return Err(explained),
                Err(exceeded) => wrong(Code::RateLimited, exceeded),
            },
            graphql::Answer::Unavailable(body)
            | graphql::Answer::TooSlow(body)
            | graphql::Answer::Executed { body, .. } => {
                errors_of(&body).iter().map(error_line).collect::<Vec<_>>().join("\n")
            }
            graphql::Answer::QueriesOnly => wrong(Code::BadUserInput, "only queries are answered here"),
            graphql::Answer::RateLimited(exceeded) => wrong(Code::RateLimited, exceeded),
        };
        Ok(Told::error(&text, self.max_tokens))
    }

    /// What is wrong with a query that was refused, and how it was meant.
    async fn explained(
        &self,
        engine: &Engine,
        caller: &Caller,
        body: &[u8],
        code: Code,
    ) -> Result<Explained, Exceeded> {
        if !repair::can_explain(code) {
            return Ok(Explained { lines: errors_of(body).iter().map(error_line).collect(), fixed: None });
        }
        let variables = Variables::from_json(Value::Object(self.variables.clone()));
        let request = Request { query: Some(self.query.clone()), variables, ..Request::default() };
        repair::explain_to(caller, engine, request).await
    }

    /// The page of an answer that begins where the way leads; or the way that is left of it.
    fn page(
        &self,
        body: &[u8],
        marks: Vec<Mark>,
        question: Question,
        after: &After,
    ) -> Result<Result<Told, After>, Unreadable> {
        let response: Response = serde_json::from_slice(body)?;
        let mut data = response.data.map_or_else(|| Ok(Tree::null()), Tree::read)?;
        data.mark(marks);
        let from = match after.place(&mut data) {
            Ok(from) => from,
            Err(shorter) => return Ok(Err(shorter)),
        };
        if data.is_null() {
            let lines: Vec<String> = response.errors.iter().map(error_line).collect();
            return Ok(Ok(Told::error(&lines.join("\n"), self.max_tokens)));
        }
        let limit = after.limit().and_then(|entry| behind(&data, &entry));
        let faults = response.errors.into_iter().map(|error| Fault::of(error, &data)).collect();
        let answer = Answer { data, faults, question };
        let from = (from != Place::default()).then_some(&from);
        let page = |to: Option<&Place>| answer.page(self.format, from, to);
        let fits = |to: Option<&Place>| {
            let is_within = to.zip(limit.as_ref()).is_none_or(|(to, limit)| to.path < limit.path);
            is_within && tokens::count_within(&page(to.or(limit.as_ref())), self.max_tokens).is_some()
        };
        Ok(Ok(match end(&answer.data, from, fits) {
            End::Whole => Told::answer(page(limit.as_ref())),
            End::Before(place) => Told::answer(page(Some(&place))),
            End::Nowhere(least) => {
                // That place may be none where a page can end: what is known is that it takes more than this.
                let least = tokens::count(&page(Some(&least))).max(self.max_tokens.saturating_add(1));
                let message = format!(
                    "maxTokens {} is too little for the least of this answer, about {least}: raise it, or select less",
                    self.max_tokens
                );
                Told::error(&wrong(Code::BadUserInput, message), self.max_tokens)
            }
        }))
    }
}
