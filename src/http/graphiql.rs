//! `/graphiql`: the explorer, for people. Its script and its style sheet are in the binary and under paths
//! that carry their fingerprint; nothing is asked of another host, and the page's policy forbids it.
//! `assets/graphiql/README.md` says what they are made of.

use axum::{
    Router,
    http::{HeaderValue, header},
    middleware,
    response::Response,
};

use super::document::{ASK_EACH_TIME, Document, NEVER_CHANGES, fingerprint};

const SCRIPT: &[u8] = include_bytes!("../../assets/graphiql/graphiql.js");
const STYLE: &[u8] = include_bytes!("../../assets/graphiql/graphiql.css");

/// Scripts come from the files alone. Styles may stand in the page, as GraphiQL's dialogs bring an element of
/// their own.
const POLICY: HeaderValue = HeaderValue::from_static(
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; \
     connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
);

/// The page and its two assets.
pub(super) fn routes() -> Router {
    let folder = format!("graphiql/{}", fingerprint([SCRIPT, STYLE]));
    let asset = |body, content_type| Document::new(body, content_type, NEVER_CHANGES).route();
    let page = Document::new(page(&folder), "text/html; charset=utf-8", ASK_EACH_TIME);
    Router::new()
        .route("/graphiql", page.route().layer(middleware::map_response(guard)))
        .route(&format!("/{folder}/graphiql.js"), asset(SCRIPT, "text/javascript; charset=utf-8"))
        .route(&format!("/{folder}/graphiql.css"), asset(STYLE, "text/css; charset=utf-8"))
}

/// All links are relative, so that the page works below any path of a reverse proxy.
fn page(folder: &str) -> String {
    format!(
        r#"<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>GraphiQL · Précis</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="{folder}/graphiql.css">
<script defer src="{folder}/graphiql.js"></script>
</head>
<body>
<div id="graphiql"></div>
<noscript>GraphiQL needs JavaScript. The schema is at <a href="schema.graphql">schema.graphql</a>.</noscript>
</body>
</html>
"#
    )
}

async fn guard(mut response: Response) -> Response {
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_SECURITY_POLICY, POLICY);
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    response
}
