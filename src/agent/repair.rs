//! What is wrong with a request, in a line a mistake: a code, the place and the nearest right name; and the query
//! that was meant, where only one can have been.
//!
//! ```text
//! error UNKNOWN_FIELD Summary.titel -> title
//! query: { summaries { nodes { title } } }
//! ```
//!
//! [`syntax`] mends the text until it can be read, [`walk`] finds what does not fit the schema and which changes may
//! mend it, each with a price for how far it is from what was written: [`field`], [`argument`], [`value`],
//! [`fragment`] and [`variable`] know them. Here the cheapest of all ways to a right query is
//! looked for. A query is right when `graphql` would run it, its cost and its variables included; and it is offered
//! only if no other way costs as little.

mod argument;
mod coerce;
mod fault;
mod field;
mod fragment;
mod object;
mod syntax;
mod value;
mod variable;
mod walk;

use std::{
    cmp::Reverse,
    collections::{BinaryHeap, HashSet},
};

use async_graphql::{ServerError, parser::types::ExecutableDocument};

use super::view::View;
use crate::{
    access::{Caller, Exceeded},
    graphql::{Code, Engine, Request, code_of, parse, print},
};
use fault::Fault;
use syntax::Stuck;

/// The most queries that are looked at on the way to the right one, and their bytes in all.
const MOST_STEPS: usize = 200;
const MOST_BYTES: usize = 64 * 1024;

/// The points that a caller is charged for it in all: many queries are looked at until one is right.
const POINTS: u32 = 5;

/// The most lines.
const MOST_LINES: usize = 12;

/// What is told of a request that was refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Explained {
    /// A line for each mistake.
    pub lines: Vec<String>,
    /// The query that was meant, valid, in one line; none where that is not sure.
    pub fixed: Option<String>,
}

impl Explained {
    /// All of it as a text, the query in its last line.
    pub fn text(&self) -> String {
        let query = self.fixed.iter().map(|query| format!("query: {query}"));
        self.lines.iter().cloned().chain(query).collect::<Vec<_>>().join("\n")
    }
}

/// Whether there is something to explain about a request that was refused with this code: it is the document's or its
/// variables' fault.
pub fn can_explain(code: Code) -> bool {
    matches!(code, Code::GraphqlParseFailed | Code::GraphqlValidationFailed)
}

/// The same as [`explain`] for a caller who has the points for it, on a thread for what takes long: that may be a tenth of a
/// second, for which nobody else is to wait.
pub async fn explain_to(caller: &Caller, engine: &Engine, request: Request) -> Result<Explained, Exceeded> {
    caller.take(POINTS)?;
    let engine = engine.clone();
    let work = tokio::task::spawn_blocking(move || explain(&engine, &request));
    Ok(work.await.unwrap_or_else(|fault| std::panic::resume_unwind(fault.into_panic())))
}

/// Says what is wrong with a request, and how it was meant. Nothing of it is run.
pub fn explain(engine: &Engine, request: &Request) -> Explained {
    let errors = engine.faults(request);
    let is_ours = errors.iter().all(|error| code_of(error).is_none_or(can_explain));
    let (true, Some(text)) = (is_ours, &request.query) else { return Explained { lines: told(&errors), fixed: None } };
    let repair = Repair { engine, view: View::new(engine.types()), request };
    match syntax::mend(text) {
        Err(Stuck { mut lines, error }) => {
            lines.extend(told(&[*error]));
            Explained { lines: at_most(lines), fixed: None }
        }
        Ok(mended) => repair.explain(&mended.document, mended.lines, &errors),
    }
}

/// The errors as they are, where nobody knows better.
fn told(errors: &[ServerError]) -> Vec<String> {
    let line = |error: &ServerError| {
        let code = code_of(error).map_or("", Code::as_str);
        let place = error.locations.first().map(|at| format!(" {}:{}", at.line, at.column)).unwrap_or_default();
        format!("error {code}{place} {}", error.message)
    };
    errors.iter().take(MOST_LINES).map(line).collect()
}

struct Repair<'e> {
    engine: &'e Engine,
    view: View<'e>,
    request: &'e Request,
}

/// A query on the way, and what was done so far.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Step {
    /// The cheapest first, and of those the one that was found first.
    order: Reverse<(u32, usize)>,
    text: String,
    lines: Vec<String>,
}

impl Repair<'_> {
    fn explain(&self, document: &ExecutableDocument, done: Vec<String>, errors: &[ServerError]) -> Explained {
        if let Some(step) = self.cheapest(print(document), done.clone()) {
            let lines = if step.lines.is_empty() { told(errors) } else { step.lines };
            return Explained { lines: at_most(lines), fixed: Some(step.text) };
        }
        let mut lines = done;
        lines.extend(self.faults(document, MOST_LINES).iter().map(Fault::line));
        if lines.is_empty() {
            lines = told(errors);
        }
        Explained { lines: at_most(lines), fixed: None }
    }

    fn faults(&self, document: &ExecutableDocument, most: usize) -> Vec<Fault> {
        let given: Vec<&str> = self.request.variables.keys().map(async_graphql::Name::as_str).collect();
        walk::faults(self.view, document, &given, most)
    }

    /// The right query that is cheapest to come to, if there is only one.
    fn cheapest(&self, text: String, lines: Vec<String>) -> Option<Step> {
        let (mut open, mut seen) = (BinaryHeap::new(), HashSet::new());
        open.push(Step { order: Reverse((0, 0)), text, lines });
        let (mut best, mut steps, mut bytes, mut found): (Option<Step>, _, _, _) = (None, 0, 0, 0);
        while let Some(step) = open.pop() {
            let Reverse((cost, _)) = step.order;
            if best.as_ref().is_some_and(|best| best.order.0.0 < cost) {
                break;
            }
            if !seen.insert(step.text.clone()) {
                continue;
            }
            steps += 1;
            bytes += step.text.len();
            if steps > MOST_STEPS || bytes > MOST_BYTES {
                return None; // another one might be as cheap
            }
            let Ok(document) = parse(&step.text) else { continue };
            // What has no candidates may go away with what has.
            let Some(fault) = self.faults(&document, 1).into_iter().find(|it| !it.candidates.is_empty()) else {
                if self.is_right(&step.text) {
                    if best.is_some() {
                        return None;
                    }
                    best = Some(step);
                }
                continue;
            };
            for candidate in &fault.candidates {
                let mut changed = document.clone();
                if (candidate.edit)(&mut changed).is_none() {
                    continue;
                }
                let text = print(&changed);
                if !seen.contains(&text) {
                    let lines = step.lines.iter().cloned().chain([fault.mended(&candidate.to)]).collect();
                    found += 1;
                    open.push(Step { order: Reverse((cost + candidate.cost, found)), text, lines });
                }
            }
        }
        best
    }

    /// Whether a query would be run, with the variables that came.
    fn is_right(&self, text: &str) -> bool {
        let Request { operation_name, variables, .. } = self.request;
        let request = Request {
            query: Some(text.to_owned()),
            operation_name: operation_name.clone(),
            variables: variables.clone(),
            ..Request::default()
        };
        self.engine.faults(&request).is_empty()
    }
}

fn at_most(mut lines: Vec<String>) -> Vec<String> {
    if lines.len() > MOST_LINES {
        let rest = lines.len() - MOST_LINES + 1;
        lines.truncate(MOST_LINES - 1);
        lines.push(format!("… and {rest} more"));
    }
    lines
}
