//! `/schema.graphql`: the SDL, for code generators and for reading; with `?form=lean` in few tokens, for agents.

use axum::{
    extract::RawQuery,
    http::HeaderMap,
    response::{IntoResponse, Response},
    routing::{MethodRouter, get},
};

use super::{
    document::{ASK_EACH_TIME, Document},
    refusal::{Code, Refusal},
};

/// The text in both forms. They are plain text, so that a browser shows them.
#[derive(Clone)]
struct Forms {
    sdl: Document,
    lean: Document,
}

/// Answers with the schema.
pub(super) fn route(sdl: &str, lean: &str) -> MethodRouter {
    let document = |text: &str| Document::new(text.to_owned(), "text/plain; charset=utf-8", ASK_EACH_TIME);
    let forms = Forms { sdl: document(sdl), lean: document(lean) };
    get(async move |RawQuery(query): RawQuery, headers: HeaderMap| forms.answer(&query.unwrap_or_default(), &headers))
}

impl Forms {
    fn answer(&self, query: &str, headers: &HeaderMap) -> Response {
        let form = url::form_urlencoded::parse(query.as_bytes()).find(|(name, _)| name == "form");
        match form.as_ref().map_or("sdl", |(_, form)| form) {
            "sdl" => self.sdl.answer(headers),
            "lean" => self.lean.answer(headers),
            _ => Refusal::new(Code::BadRequest, "`form` is `sdl`, as without it, or `lean`.").into_response(),
        }
    }
}
