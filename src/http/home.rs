//! `/`, and the paths at which nothing stands: both say what can be found where. At `/`, browsers get the page for
//! readers instead, where there is one.

use axum::{
    Router,
    http::{HeaderMap, Method, header},
    response::{IntoResponse, Response},
    routing::get,
};

use super::{
    media,
    page::Page,
    refusal::{Code, Refusal},
};

/// The paths for people and programs, with what is there.
const PATHS: [(&str, &str); 10] = [
    ("/graphql", "the API: GraphQL by POST or GET"),
    ("/mcp", "the API for agents: the Model Context Protocol"),
    ("/digest.md", "what was published in the last seven days, in sections; as .txt, .html and .json, too"),
    ("/feed.atom", "the newest summaries; as .rss and .json, too"),
    ("/graphiql", "an explorer for it"),
    ("/schema.graphql", "its schema"),
    ("/llms.txt", "where agents begin to read"),
    ("/livez", "whether the process runs"),
    ("/readyz", "whether it can answer now"),
    ("/metrics", "what it counts, for Prometheus"),
];

/// Adds what stands at `/`, where `readers` is for those who read, and the answers for other paths and other
/// methods. `stands` says which paths there are.
pub(super) fn add(routes: Router, readers: Option<Page>, stands: impl Fn(&str) -> bool) -> Router {
    let paths: Vec<_> = PATHS.into_iter().filter(|(path, _)| stands(path)).collect();
    let list = list(&paths);
    let names: Vec<_> = paths.iter().map(|(path, _)| *path).collect();
    let message = format!("Nothing stands at this path. Known are {}.", names.join(", "));
    routes
        .route("/", get(async move |headers: HeaderMap| front(readers.as_ref(), &headers, &list)))
        .fallback(async move || Refusal::new(Code::NotFound, message.clone()))
        .method_not_allowed_fallback(wrong_method)
}

/// The answer at `/`, which depends on `Accept` where there are two of them.
fn front(readers: Option<&Page>, headers: &HeaderMap, list: &str) -> Response {
    let Some(page) = readers else { return html(list.to_owned()) };
    let answer = if media::names_html(headers) { page.answer(headers) } else { html(list.to_owned()) };
    ([(header::VARY, "accept")], answer).into_response()
}

/// The router adds `Allow`.
async fn wrong_method(method: Method) -> Refusal {
    let message = format!("{method} is not answered at this path. `Allow` names the methods that are.");
    Refusal::new(Code::MethodNotAllowed, message)
}

fn list(paths: &[(&str, &str)]) -> String {
    let item = |(path, what): &(&str, &str)| {
        format!("<li><a href=\"{}\">{path}</a>: {what}</li>\n", path.trim_start_matches('/'))
    };
    let items: String = paths.iter().map(item).collect();
    format!(
        "<!doctype html>\n<html lang=\"en\">\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>Précis</title>\n\
         <link rel=\"icon\" href=\"data:,\">\n<h1>Précis</h1>\n<ul>\n{items}</ul>\n</html>\n"
    )
}

fn html(page: String) -> Response {
    let headers = [
        (header::CONTENT_TYPE, "text/html; charset=utf-8"),
        (header::CONTENT_SECURITY_POLICY, "default-src 'none'; img-src data:; frame-ancestors 'none'"),
    ];
    (headers, page).into_response()
}
