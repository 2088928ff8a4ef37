//! `/llms.txt`: where agents begin to read. It says what there is, where, and what reading it costs.

use std::sync::{Arc, OnceLock};

use axum::{
    http::HeaderMap,
    routing::{MethodRouter, get},
};

use super::document::{ASK_EACH_TIME, Document};
use crate::{graphql::Engine, text::tokens};

/// A query to begin with.
const EXAMPLE: &str =
    "{ summaries(first: 3, filter: {tags: {anyOf: [\"backend\"]}}) { nodes { id title tldr(maxChars: 160) } } }";

/// Answers with the text. It is written when it is first asked for, as counting tokens takes the vocabulary.
/// It names `/mcp` where that `has_mcp`.
pub(super) fn route(engine: Engine, has_mcp: bool) -> MethodRouter {
    let written: Arc<OnceLock<Document>> = Arc::default();
    get(async move |headers: HeaderMap| {
        let document = || Document::new(text(&engine, has_mcp), "text/plain; charset=utf-8", ASK_EACH_TIME);
        written.get_or_init(document).answer(&headers)
    })
}

fn text(engine: &Engine, has_mcp: bool) -> String {
    let mcp = if has_mcp {
        "- [MCP](/mcp): streamable HTTP; answers are tables, in pages of the size that you choose\n"
    } else {
        ""
    };
    let (lean, sdl) = (tokens::count(&engine.lean_sdl()), tokens::count(engine.sdl()));
    format!(
        "# Précis\n\n\
         > Summaries of what blogs, podcasts and newsletters publish, in one GraphQL schema: ask for what you need.\n\n\
         - [Schema, lean](/schema.graphql?form=lean): {lean} tokens, enough to write queries\n\
         - [Schema, SDL](/schema.graphql): {sdl} tokens, everything described\n\
         - [GraphQL](/graphql): POST {{\"query\": …}}; add \"extensions\": {{\"repair\": true}} to be told what a wrong query meant\n\
         {mcp}\n\
         ```graphql\n{EXAMPLE}\n```\n"
    )
}
