//! The rules of GraphQL, section 5, that async-graphql 7.2.1 leaves out, and section 6.1.2 for variables.
//!
//! async-graphql's own validation runs after these, and finds what the schema does not have. So whatever
//! is unknown here is passed over in silence. A rule a file; [`Types`] is the schema as they see it.
//!
//! Everything is linear in the document but two things, which a budget of steps holds: fields that merge
//! through many fragments, and fragments that many operations share.

mod merge;
mod scalars;
mod typename;
mod types;
mod values;
mod variables;
mod walk;

use async_graphql::{
    ServerError, Variables,
    parser::types::{ExecutableDocument, OperationDefinition},
};

use super::{
    error::{Code, with_code},
    gate::Limit,
};
use types::Types;
use walk::Walked;

/// The most errors that are told at once.
const MOST_ERRORS: usize = 50;

/// The rules, over one schema.
pub(super) struct Validator {
    types: Types,
}

impl Validator {
    /// The rules of the schema that this text defines.
    pub(super) fn new(sdl: &str) -> Self {
        Self { types: Types::of(sdl) }
    }

    /// What is wrong with a document, whatever its variables are, beside what its syntax has shown.
    pub(super) fn document(&self, document: &ExecutableDocument, mut errors: Vec<ServerError>) -> Vec<ServerError> {
        let mut walked = walk::walk(&self.types, document);
        errors.append(&mut walked.errors);
        match self.across_fragments(document, &walked) {
            Ok(mut found) => errors.append(&mut found),
            Err(Exhausted) => errors.push(Limit::STEPS.exceeded(Limit::STEPS.most() + 1, None)),
        }
        told(errors)
    }

    /// What has to be followed through fragments.
    fn across_fragments(&self, document: &ExecutableDocument, walked: &Walked) -> Result<Vec<ServerError>, Exhausted> {
        let mut budget = Budget(Limit::STEPS.most());
        let mut errors = variables::check(&self.types, walked, &mut budget)?;
        errors.append(&mut merge::check(&self.types, document, &mut budget)?);
        Ok(errors)
    }

    /// Rewrites a document so that async-graphql sees in it what is there: see [`typename::unfold`].
    pub(super) fn unfold(&self, document: &mut ExecutableDocument) {
        typename::unfold(&self.types, document);
    }

    /// What is wrong with the values of an operation's variables (section 6.1.2).
    pub(super) fn variables(&self, operation: &OperationDefinition, given: &Variables) -> Vec<ServerError> {
        told(variables::coerce(&self.types, operation, given))
    }
}

/// In the order of the document, with a code each.
fn told(mut errors: Vec<ServerError>) -> Vec<ServerError> {
    errors.sort_by_key(|error| error.locations.first().map(|at| (at.line, at.column)));
    errors.truncate(MOST_ERRORS);
    errors.into_iter().map(|error| with_code(error, Code::GraphqlValidationFailed)).collect()
}

/// How many steps are left.
struct Budget(usize);

/// They are used up.
#[derive(Debug)]
struct Exhausted;

impl Budget {
    fn spend(&mut self, steps: usize) -> Result<(), Exhausted> {
        self.0 = self.0.checked_sub(steps).ok_or(Exhausted)?;
        Ok(())
    }
}

#[cfg(test)]
mod tests;
