//! What callers are told when something fails: a message for people and a code for programs. The
//! codes are a closed list; nothing of the inside (SQL, paths, names of types) ever stands in a message.

use async_graphql::{ServerError, Value};

use crate::content;

/// What kind of error it is, as `extensions.code`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Code {
    /// The document is no GraphQL.
    GraphqlParseFailed,
    /// The document does not fit the schema, or its variables do not.
    GraphqlValidationFailed,
    /// The document is past a limit.
    QueryTooComplex,
    /// An argument is out of its range, or two of them don't go together.
    BadUserInput,
    /// No document has this hash or id: send its text as well.
    PersistedQueryNotFound,
    /// Only trusted documents are answered, and this is none of them.
    DocumentNotTrusted,
    /// There is too much to do, or the database is gone: try again later.
    Unavailable,
    /// It took longer than it may: ask for less.
    Timeout,
    /// A fault of the server.
    Internal,
}

impl Code {
    /// All there are.
    pub const ALL: [Self; 9] = [
        Self::GraphqlParseFailed,
        Self::GraphqlValidationFailed,
        Self::QueryTooComplex,
        Self::BadUserInput,
        Self::PersistedQueryNotFound,
        Self::DocumentNotTrusted,
        Self::Unavailable,
        Self::Timeout,
        Self::Internal,
    ];

    /// As it stands in `extensions.code`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::GraphqlParseFailed => "GRAPHQL_PARSE_FAILED",
            Self::GraphqlValidationFailed => "GRAPHQL_VALIDATION_FAILED",
            Self::QueryTooComplex => "QUERY_TOO_COMPLEX",
            Self::BadUserInput => "BAD_USER_INPUT",
            Self::PersistedQueryNotFound => "PERSISTED_QUERY_NOT_FOUND",
            Self::DocumentNotTrusted => "DOCUMENT_NOT_TRUSTED",
            Self::Unavailable => "UNAVAILABLE",
            Self::Timeout => "TIMEOUT",
            Self::Internal => "INTERNAL",
        }
    }
}

/// An error with a code, before its path is known.
pub(super) fn coded(message: &str, code: Code) -> ServerError {
    with_code(ServerError::new(message, None), code)
}

/// The error with this code, unless it has one.
pub(super) fn with_code(mut error: ServerError, code: Code) -> ServerError {
    let extensions = error.extensions.get_or_insert_default();
    if extensions.get("code").is_none() {
        extensions.set("code", Value::from(code.as_str()));
    }
    error
}

/// What content could not do, as the caller is told. What isn't the caller's doing is logged here.
pub(super) fn of_content(error: &content::Error) -> ServerError {
    match error {
        content::Error::Input(message) => coded(message, Code::BadUserInput),
        content::Error::Unavailable(_) => {
            tracing::warn!(error = error as &dyn std::error::Error, "the database can't be reached");
            coded("The database can't be reached just now. Try again in a moment.", Code::Unavailable)
        }
        content::Error::NotWritable(_) => {
            tracing::error!(error = error as &dyn std::error::Error, "the database can't be written to");
            coded("Nothing can be written just now. Reading works; try again later.", Code::Unavailable)
        }
        content::Error::TooSlow(_) => {
            tracing::warn!(error = error as &dyn std::error::Error, "a query took too long");
            coded("This takes too long. Ask for less: a narrower filter, fewer fields or rows.", Code::Timeout)
        }
        content::Error::Database(_) | content::Error::LeaseLost | content::Error::Gone => {
            tracing::error!(error = error as &dyn std::error::Error, "a query failed");
            coded("Something went wrong on the server. It has been noted.", Code::Internal)
        }
    }
}
