//! What is wrong with a document, as it is found.

use async_graphql::{Pos, ServerError};

use crate::graphql::{
    error::{Code, with_code},
    gate::Limit,
};

/// The most errors that are told at once. Beyond them a message is not even composed, as it takes time to find
/// out what might have been meant.
const MOST: usize = 50;

/// One mistake is allowed in so many characters of a name, and one at least.
const CHARACTERS_OF_A_MISTAKE: usize = 3;

/// The errors so far, and how many steps validation may still take.
pub(super) struct Report {
    errors: Vec<ServerError>,
    steps_left: usize,
}

/// No steps are left.
#[derive(Debug)]
pub(super) struct Exhausted;

impl Report {
    /// A report that begins with these.
    pub(super) fn new(errors: Vec<ServerError>) -> Self {
        Self { errors, steps_left: Limit::STEPS.most() }
    }

    /// An error of one place.
    pub(super) fn tell(&mut self, place: Pos, message: impl FnOnce() -> String) {
        self.tell_all([place], message);
    }

    /// An error of several places.
    pub(super) fn tell_all(&mut self, places: impl Into<Vec<Pos>>, message: impl FnOnce() -> String) {
        if !self.is_full() {
            self.errors.push(ServerError { locations: places.into(), ..ServerError::new(message(), None) });
        }
    }

    /// Whether more errors would not be told.
    pub(super) fn is_full(&self) -> bool {
        self.errors.len() >= MOST
    }

    /// Takes so many steps.
    pub(super) fn spend(&mut self, steps: usize) -> Result<(), Exhausted> {
        self.steps_left = self.steps_left.checked_sub(steps).ok_or(Exhausted)?;
        Ok(())
    }

    /// Ends with the error that there was too much to do.
    pub(super) fn exhausted(&mut self) {
        self.errors.push(Limit::STEPS.exceeded(Limit::STEPS.most() + 1, None));
    }

    /// In the order of the document, with a code each.
    pub(super) fn told(self) -> Vec<ServerError> {
        let mut errors = self.errors;
        errors.sort_by_key(|error| error.locations.first().map(|at| (at.line, at.column)));
        errors.into_iter().map(|error| with_code(error, Code::GraphqlValidationFailed)).collect()
    }
}

/// What might have been meant by a name, as the end of a message.
pub(super) fn suggestion<'n>(name: &str, known: impl Iterator<Item = &'n str>) -> String {
    suggestion_with("", name, known)
}

/// The same of names with a sign in front.
pub(super) fn suggestion_with<'n>(sign: &str, name: &str, known: impl Iterator<Item = &'n str>) -> String {
    let allowed = (name.len() / CHARACTERS_OF_A_MISTAKE).max(1);
    let near = known.filter(|other| other.len().abs_diff(name.len()) <= allowed);
    let best = near.map(|other| (strsim::osa_distance(name, other), other)).min();
    let likely = best.filter(|(mistakes, _)| *mistakes <= allowed);
    likely.map_or_else(String::new, |(_, other)| format!(" Did you mean “{sign}{other}”?"))
}
