//! The body of an answer over GraphQL, as whoever asked reads it.

use serde::Deserialize;

/// The body.
#[derive(Debug, Deserialize)]
pub struct Reply<D> {
    /// What was asked for, where there is any of it.
    pub data: Option<D>,
    /// What went wrong.
    #[serde(default = "Vec::new")]
    pub errors: Vec<Fault>,
}

/// An error.
#[derive(Debug, Deserialize)]
pub struct Fault {
    /// For people.
    pub message: String,
    #[serde(default)]
    extensions: Extensions,
}

#[derive(Debug, Default, Deserialize)]
struct Extensions {
    code: Option<String>,
}

impl Fault {
    /// For programs.
    pub fn code(&self) -> Option<&str> {
        self.extensions.code.as_deref()
    }
}
