//! What callers are told when something fails: a message for people and a code for programs. The
//! codes are a closed list; nothing of the inside (SQL, paths, names of types) ever stands in a message.

use async_graphql::{ServerError, Value};

use crate::content;

/// Declares the codes, each with its name and what it says to whoever gets it.
macro_rules! codes {
    ($($code:ident $name:literal $meaning:literal;)*) => {
        /// What kind of error it is: every `extensions.code` that there is, be the error one of a document or of
        /// the HTTP request that carries it. README and schema list them as they stand here.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Code {
            $(#[doc = $meaning] $code,)*
        }

        impl Code {
            /// All there are.
            pub const ALL: &[Self] = &[$(Self::$code),*];

            /// As it stands in `extensions.code`.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$code => $name),* }
            }

            /// The one that is called so.
            pub fn named(name: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|code| code.as_str() == name)
            }

            /// What it says to whoever gets it.
            pub fn meaning(self) -> &'static str {
                match self { $(Self::$code => $meaning),* }
            }
        }
    };
}

codes! {
    GraphqlParseFailed "GRAPHQL_PARSE_FAILED" "The document is no GraphQL.";
    GraphqlValidationFailed "GRAPHQL_VALIDATION_FAILED" "The document or its variables do not fit the schema.";
    BadUserInput "BAD_USER_INPUT" "An argument is out of its range, or two things don't go together.";
    QueryTooComplex "QUERY_TOO_COMPLEX" "The document is past a limit, as `extensions.limit` names it: ask for less.";
    PersistedQueryNotFound "PERSISTED_QUERY_NOT_FOUND" "No document has this hash or id: send its text as well.";
    DocumentNotTrusted "DOCUMENT_NOT_TRUSTED" "Only trusted documents are answered, and this is none of them.";
    RateLimited "RATE_LIMITED" "The caller has had enough for now: come again after `Retry-After`.";
    Unavailable "UNAVAILABLE" "There is too much to do, or no database: come again after `Retry-After`.";
    Timeout "TIMEOUT" "It takes too long: ask for less.";
    Internal "INTERNAL" "A fault of the server, which is in its log.";
    BadRequest "BAD_REQUEST" "The HTTP request carries no GraphQL request.";
    NotFound "NOT_FOUND" "Nothing stands at this path.";
    MethodNotAllowed "METHOD_NOT_ALLOWED" "The path takes other methods, which `Allow` names.";
    NotAcceptable "NOT_ACCEPTABLE" "`Accept` leaves out all types that can be written.";
    RequestTimeout "REQUEST_TIMEOUT" "The request did not arrive in time.";
    PayloadTooLarge "PAYLOAD_TOO_LARGE" "The body, the document or its variables are too long.";
    UnsupportedMediaType "UNSUPPORTED_MEDIA_TYPE" "The body is not plain `application/json`.";
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

/// The code of an error, where it has one.
pub fn code_of(error: &ServerError) -> Option<Code> {
    let Value::String(code) = error.extensions.as_ref()?.get("code")? else { return None };
    Code::named(code)
}

/// What content could not do, as an error of a field.
pub(super) fn of_content(error: &content::Error) -> ServerError {
    let (message, code) = told(error);
    coded(message, code)
}

/// What content could not do, as the caller is told. What isn't the caller's doing is logged here.
pub fn told(error: &content::Error) -> (&str, Code) {
    match error {
        content::Error::Input(message) => (message, Code::BadUserInput),
        content::Error::Unavailable(_) => {
            tracing::warn!(error = error as &dyn std::error::Error, "the database can't be reached");
            ("The database can't be reached just now. Try again in a moment.", Code::Unavailable)
        }
        content::Error::NotWritable(_) => {
            tracing::error!(error = error as &dyn std::error::Error, "the database can't be written to");
            ("Nothing can be written just now. Reading works; try again later.", Code::Unavailable)
        }
        content::Error::TooSlow(_) => {
            tracing::warn!(error = error as &dyn std::error::Error, "a query took too long");
            ("This takes too long. Ask for less: a narrower filter, fewer fields or rows.", Code::Timeout)
        }
        content::Error::NotAlone => ("This needs to be read again.", Code::Internal),
        content::Error::Database(_) | content::Error::LeaseLost | content::Error::Gone => {
            tracing::error!(error = error as &dyn std::error::Error, "a query failed");
            ("Something went wrong on the server. It has been noted.", Code::Internal)
        }
    }
}
