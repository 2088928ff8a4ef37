//! What there is to ask for, for readers who pay for each token: the lean map of all of it; definitions by name; and
//! a search that gives a query with each hit, ready to be run.
//!
//! [`coordinate`] knows what can be named, [`define`] writes it as SDL, [`example`] asks for it, and [`search`]
//! finds it. Here it is put together, within a budget of tokens.

mod coordinate;
mod define;
mod example;
mod search;

use std::sync::OnceLock;

use super::{fit::largest, view::View};
use crate::{graphql::Engine, text::tokens};
use coordinate::Coordinate;
use search::Index;

/// The tokens of an answer, unless its caller wants another number of them.
pub const USUAL_TOKENS: usize = 2_000;

/// The most hits of a search.
const HITS: usize = 8;

/// What somebody wants to know of the schema.
#[derive(Clone, Debug)]
pub struct Asked {
    /// Types (`Summary`) and coordinates (`Query.summaries`, `SummaryFilter.tags`, `Summary.tldr(maxChars:)`).
    pub names: Vec<String>,
    /// What it is about, in a few words.
    pub search: Option<String>,
    /// The most tokens of the answer (`o200k_base`).
    pub max_tokens: usize,
}

impl Default for Asked {
    fn default() -> Self {
        Self { names: Vec::new(), search: None, max_tokens: USUAL_TOKENS }
    }
}

/// Knows the schema. It is made once, and asked often.
pub struct Guide {
    engine: Engine,
    /// Made when something is first looked for.
    index: OnceLock<Index>,
}

impl Guide {
    /// A guide to what this engine answers.
    pub fn new(engine: Engine) -> Self {
        Self { engine, index: OnceLock::new() }
    }

    /// The map, where nothing is asked for; definitions and hits otherwise. An unknown name is an error, in a line that
    /// names the nearest.
    pub fn describe(&self, asked: &Asked) -> Result<String, String> {
        let view = View::new(self.engine.types());
        let Asked { names, search, max_tokens } = asked;
        let mut parts = Parts { max_tokens: *max_tokens, texts: Vec::new(), rest: "lines" };
        if names.is_empty() && search.is_none() {
            parts.texts.extend(self.engine.lean_sdl().lines().map(str::to_owned));
        }
        for name in names {
            let found = Coordinate::named(view, name).ok_or_else(|| coordinate::unknown(view, name))?;
            parts.texts.extend(define::fragment(view, &found));
        }
        if let Some(search) = search {
            parts.rest = if names.is_empty() { "hits" } else { "lines and hits" };
            let hits = self.index.get_or_init(|| Index::of(view)).search(search, HITS);
            if hits.is_empty() && names.is_empty() {
                return Err(format!("error NOT_FOUND nothing in the schema is about “{}”", search.trim()));
            }
            parts.texts.extend(hits);
        }
        Ok(parts.within())
    }
}

/// Parts of an answer, in their order.
struct Parts {
    max_tokens: usize,
    texts: Vec<String>,
    /// What those are that are left out.
    rest: &'static str,
}

impl Parts {
    /// As many of the parts as the budget takes, from the first on, with a line about the others.
    fn within(&self) -> String {
        let fits = |many: usize| tokens::count_within(&self.first(many), self.max_tokens).is_some();
        let text = self.first(largest(1, self.texts.len(), fits).unwrap_or(0));
        // Not even the line may fit.
        tokens::beginning(&text, self.max_tokens).to_owned()
    }

    fn first(&self, many: usize) -> String {
        let left = self.texts.len() - many;
        let text = self.texts[..many].join("\n");
        match (left, many) {
            (0, _) => text,
            (_, 0) => self.about(left),
            _ => format!("{text}\n{}", self.about(left)),
        }
    }

    fn about(&self, left: usize) -> String {
        format!("# {left} more {}: ask with a greater maxTokens, or for fewer names", self.rest)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_within_its_budget_and_says_what_is_left_out() {
        let texts: Vec<String> = (0..40).map(|number| format!("line {number} of many lines")).collect();
        let all = Parts { max_tokens: usize::MAX, texts: texts.clone(), rest: "lines" };
        assert_eq!(all.within(), texts.join("\n"));
        for max_tokens in 0..300 {
            let text = Parts { max_tokens, texts: texts.clone(), rest: "lines" }.within();
            assert!(tokens::count(&text) <= max_tokens, "{max_tokens}: {text}");
            let shown = text.lines().filter(|line| line.starts_with("line ")).count();
            if max_tokens > 30 && shown < texts.len() {
                let last = format!("# {} more lines: ask with a greater maxTokens, or for fewer names", 40 - shown);
                assert_eq!(text.lines().last(), Some(last.as_str()));
            }
        }
    }
}
