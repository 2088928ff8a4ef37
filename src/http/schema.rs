//! `/schema.graphql`: the SDL, for code generators and for reading.

use axum::routing::MethodRouter;

use super::document::{ASK_EACH_TIME, Document};

/// Answers with the SDL. It is plain text, so that a browser shows it.
pub(super) fn route(sdl: &str) -> MethodRouter {
    Document::new(sdl.to_owned(), "text/plain; charset=utf-8", ASK_EACH_TIME).route()
}
