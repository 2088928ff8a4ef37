//! What is said of a question that is wrong.

use serde_json::{Map, Value};

use super::page::error_line;

/// What was wrong, for whoever asked.
#[derive(Debug)]
pub(super) struct Explained {
    /// A line for each error.
    pub(super) text: String,
    /// The query that was meant, where there is only one that it can be.
    pub(super) fixed: Option<String>,
}

/// Explains the errors of a query that was refused.
pub(super) fn explain(_query: &str, _variables: &Map<String, Value>, errors: &[Value]) -> Explained {
    Explained { text: errors.iter().map(error_line).collect::<Vec<_>>().join("\n"), fixed: None }
}
