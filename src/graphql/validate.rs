//! The rules of GraphQL, section 5, and section 6.1.2 for variables, in place of async-graphql's own, which 7.2.1
//! has not all of, and which walk over fragments as often as they are spread.
//!
//! `walk` looks at what can be seen where it stands, `fragments`, `variables` and `merge` at what has to be
//! followed. [`Types`] is the schema as they see it. Everything is linear in the document but two things,
//! which a budget of steps holds: fields that merge through many fragments, and fragments that many
//! operations share. The rest of section 5 is seen elsewhere: what has a name twice by `syntax`, fragments
//! that are spread within themselves by the gate.

mod fragments;
mod merge;
mod report;
mod scalars;
mod types;
mod values;
mod variables;
mod walk;

use async_graphql::{
    ServerError, Variables,
    parser::types::{ExecutableDocument, OperationDefinition},
};

use report::{Exhausted, Report};
pub use scalars::fault as scalar_fault;
pub use types::{Types, is_one_of, is_required, members, named};
pub use variables::may_stand;

/// The rules, over one schema.
pub(super) struct Validator {
    types: Types,
}

impl Validator {
    /// The rules of the schema that this text defines.
    pub(super) fn new(sdl: &str) -> Self {
        Self { types: Types::of(sdl) }
    }

    /// The schema as the rules see it.
    pub(super) fn types(&self) -> &Types {
        &self.types
    }

    /// What is wrong with a document, whatever its variables are, beside what its syntax has shown.
    pub(super) fn document(&self, document: &ExecutableDocument, doubles: Vec<ServerError>) -> Vec<ServerError> {
        let mut report = Report::new(doubles);
        if self.look_at(document, &mut report).is_err() {
            report.exhausted();
        }
        report.told()
    }

    fn look_at(&self, document: &ExecutableDocument, report: &mut Report) -> Result<(), Exhausted> {
        let walked = walk::walk(&self.types, document, report);
        fragments::check(&self.types, &walked, report)?;
        variables::check(&self.types, &walked, report)?;
        merge::check(&self.types, document, report)
    }

    /// What is wrong with the values of an operation's variables (section 6.1.2).
    pub(super) fn variables(&self, operation: &OperationDefinition, given: &Variables) -> Vec<ServerError> {
        let mut report = Report::new(Vec::new());
        variables::coerce(&self.types, operation, given, &mut report);
        report.told()
    }
}

#[cfg(test)]
mod tests;
