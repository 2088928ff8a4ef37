//! `/`, and the paths at which nothing stands: both say what can be found where.

use axum::{
    Router,
    http::{Method, header},
    response::{IntoResponse, Response},
    routing::get,
};

use super::refusal::{Code, Refusal};

/// The paths for people and programs, with what is there.
const PATHS: [(&str, &str); 6] = [
    ("/graphql", "the API: GraphQL by POST or GET"),
    ("/graphiql", "an explorer for it"),
    ("/schema.graphql", "its schema"),
    ("/livez", "whether the process runs"),
    ("/readyz", "whether it can answer now"),
    ("/metrics", "what it counts, for Prometheus"),
];

/// Adds the page at `/` and the answers for other paths and other methods. `stands` says which paths there are.
pub(super) fn add(routes: Router, stands: impl Fn(&str) -> bool) -> Router {
    let paths: Vec<_> = PATHS.into_iter().filter(|(path, _)| stands(path)).collect();
    let page = page(&paths);
    let names: Vec<_> = paths.iter().map(|(path, _)| *path).collect();
    let message = format!("Nothing stands at this path. Known are {}.", names.join(", "));
    routes
        .route("/", get(async move || html(page.clone())))
        .fallback(async move || Refusal::new(Code::NotFound, message.clone()))
        .method_not_allowed_fallback(wrong_method)
}

/// The router adds `Allow`.
async fn wrong_method(method: Method) -> Refusal {
    let message = format!("{method} is not answered at this path. `Allow` names the methods that are.");
    Refusal::new(Code::MethodNotAllowed, message)
}

fn page(paths: &[(&str, &str)]) -> String {
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
