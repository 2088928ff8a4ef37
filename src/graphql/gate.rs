//! What a document may ask for: refused here, before anything runs, is what would cost too much to look
//! at, to validate or to answer. Everything is linear in the length of the document.
//!
//! 1. `tokens`, over the text: how much there is of it, and how deep it nests.
//! 2. `shape`, over the parsed document: how deep and how wide its selections are, fragments included.
//! 3. The cost, by what the tables say of each field: see [`super::cost`].
//!
//! Every limit stands here, with what it is told by.

pub(super) mod shape;
pub(super) mod tokens;

use async_graphql::{Pos, ServerError, Value};

use super::{
    error::{Code, coded},
    syntax::{self, Parsed},
};

/// Reads a text that is not too long, and does not nest too deep.
pub(super) fn parse(text: &str) -> Result<Parsed, ServerError> {
    tokens::check(text)?;
    syntax::parse(text)
}

/// The most of something that a document may have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Limit {
    /// As programs read it, in `extensions.limit`.
    name: &'static str,
    pub(super) most: usize,
    /// What there is too much of, as a sentence goes on: `tokens`.
    what: &'static str,
    /// What to do about it.
    advice: &'static str,
    code: Code,
}

impl Limit {
    /// Of the text.
    pub(super) const TOKENS: Self = Self::new("tokens", 2_000, "tokens", "Ask for less at once.");
    /// The standard introspection query nests 16 brackets.
    pub(super) const BRACKETS: Self = Self::new("nesting", 64, "brackets inside of one another", "Nest less.");
    /// No name of the schema comes near it, and no sensible alias.
    pub(super) const NAME: Self = Self::new("name", 128, "characters in one name", "Shorten it.");
    /// Of a document, whichever of them is run.
    pub(super) const OPERATIONS: Self =
        Self::new("operations", 10, "operations", "Send those that are not run in documents of their own.");
    /// Of all operations, with what their fragments come to.
    pub(super) const SELECTIONS: Self =
        Self::new("selections", 2_000, "selections, fragments included", "Select less, or in fewer places.");
    /// Of an operation.
    pub(super) const DEPTH: Self = Self::new("depth", 14, "fields inside of one another", "Nest less.");
    /// The standard introspection query has 14 below `__schema`.
    pub(super) const INTROSPECTION_DEPTH: Self =
        Self::new("introspectionDepth", 20, "fields inside of one another below `__schema` or `__type`", "Nest less.");
    /// Six of `fields { type {` inside of one another are a million fields.
    pub(super) const INTROSPECTION_LISTS: Self = Self::new(
        "introspectionLists",
        2,
        "of `fields`, `inputFields`, `interfaces` and `possibleTypes` inside of one another",
        "Ask for a type's fields by `__type(name:)`, one type after another.",
    );
    /// Of an operation, fragments included.
    pub(super) const ALIASES: Self = Self::new("aliases", 30, "aliases, fragments included", "Use fewer aliases.");
    /// Of an operation.
    pub(super) const ROOT_FIELDS: Self =
        Self::new("rootFields", 20, "root fields", "Ask for some of them in another request.");
    /// Of a mutation.
    pub(super) const MUTATIONS: Self = Self {
        code: Code::BadUserInput,
        ..Self::new("mutations", 10, "mutations in one operation", "Send some of them in another request.")
    };
    /// On a field, a fragment or an operation.
    pub(super) const DIRECTIVES: Self = Self::new("directives", 5, "directives in one place", "Use fewer of them.");
    /// Of validation: the longest document that says everything once takes a third.
    pub(super) const STEPS: Self =
        Self::new("steps", 100_000, "steps to be validated in", "Use fewer fragments, and ask for fewer fields twice.");
    /// Of a query, in points: see [`super::cost`].
    pub(super) const COST: Self = Self::new(
        "cost",
        10_000,
        "points of cost, which is about how many objects it may return",
        "Ask for smaller pages (`first`), or for less below them.",
    );

    const fn new(name: &'static str, most: usize, what: &'static str, advice: &'static str) -> Self {
        Self { name, most, what, advice, code: Code::QueryTooComplex }
    }

    /// The most that there may be.
    pub(super) const fn most(self) -> usize {
        self.most
    }

    /// Refuses what is past the limit. `place` is where.
    pub(super) fn check(self, has: usize, place: Option<Pos>) -> Result<(), ServerError> {
        if has <= self.most { Ok(()) } else { Err(self.exceeded(has, place)) }
    }

    /// The refusal.
    pub(super) fn exceeded(self, has: usize, place: Option<Pos>) -> ServerError {
        let Self { name, most, what, advice, code } = self;
        let message = format!("The document has {has} {what}; it may have up to {most}. {advice}");
        let mut error = coded(&message, code);
        error.locations.extend(place);
        let extensions = error.extensions.get_or_insert_default();
        for (key, value) in [("limit", Value::from(name)), ("figure", has.into()), ("bound", most.into())] {
            extensions.set(key, value);
        }
        error
    }
}
