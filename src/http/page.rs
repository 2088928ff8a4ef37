//! The page for readers: `/`, for those who name HTML in `Accept`. Its files are those of `assets/page/`,
//! without their remarks, below a path that carries their fingerprint. It asks `/graphql` like everybody else; nothing is asked of
//! another host for it, and its policy allows pictures alone. `assets/page/README.md` says how it is made.

use axum::{
    Router,
    http::{HeaderMap, HeaderValue, header},
    response::Response,
};

use super::document::{ASK_EACH_TIME, Document, NEVER_CHANGES, fingerprint};

/// Names and contents of files of `assets/page/`.
macro_rules! files {
    ($($name:literal),* $(,)?) => {
        [$(($name, include_str!(concat!("../../assets/page/", $name)))),*]
    };
}

const HTML: &str = include_str!("../../assets/page/index.html");

const STYLE: [(&str, &str); 1] = files!["page.css"];

const MODULES: [(&str, &str); 12] = files![
    "address.js",
    "api.js",
    "app.js",
    "body.js",
    "dom.js",
    "format.js",
    "queries.js",
    "view/card.js",
    "view/list.js",
    "view/rails.js",
    "view/summary.js",
    "view/trouble.js",
];

/// Nothing in the page may be active but its own files. Pictures may come from the hosts that summaries name.
const POLICY: HeaderValue = HeaderValue::from_static(
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' https: data:; connect-src 'self'; \
     base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
);

/// The page, and where its files are.
#[derive(Clone, Debug)]
pub(super) struct Page {
    html: Document,
    folder: String,
}

impl Page {
    /// The page; it leads to `/graphiql` where that stands.
    pub(super) fn new(graphiql: bool) -> Self {
        let files = STYLE.iter().chain(&MODULES).map(|(_, text)| text.as_bytes());
        let folder = format!("page/{}", fingerprint(files));
        let html = html(&folder, graphiql);
        Self { html: Document::new(html, "text/html; charset=utf-8", ASK_EACH_TIME), folder }
    }

    /// The routes of its files.
    pub(super) fn assets(&self) -> Router {
        let style = STYLE.iter().map(|file| (file, "text/css; charset=utf-8"));
        let modules = MODULES.iter().map(|file| (file, "text/javascript; charset=utf-8"));
        style.chain(modules).fold(Router::new(), |routes, ((name, text), content_type)| {
            let asset = Document::new(without_remarks(text), content_type, NEVER_CHANGES);
            routes.route(&format!("/{}/{name}", self.folder), asset.route())
        })
    }

    /// Answers with the page, or 304 where the caller has it.
    pub(super) fn answer(&self, request: &HeaderMap) -> Response {
        let mut response = self.html.answer(request);
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_SECURITY_POLICY, POLICY);
        headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
        response
    }
}

/// A file without the remarks that have lines to themselves, which are a fifth of what browsers would get. All else stays in its
/// line, so that what a browser says of a line holds for the file.
fn without_remarks(text: &str) -> String {
    let mut inside = false;
    let code = text.lines().map(|line| {
        let words = line.trim();
        let begins = words.starts_with("/*") && (words.ends_with("*/") || !words.contains("*/"));
        let is_remark = inside || begins || words.starts_with("//");
        inside = (inside || begins) && !words.ends_with("*/");
        if is_remark { "" } else { line }
    });
    code.flat_map(|line| [line, "\n"]).collect()
}

/// The file as it is, with the fingerprint in its links. All of them are relative, so that the page works below
/// any path of a reverse proxy.
fn html(folder: &str, graphiql: bool) -> String {
    let html = HTML.replace("=\"page/", &format!("=\"{folder}/"));
    if graphiql {
        return html;
    }
    html.split_inclusive('\n').filter(|line| !line.contains("graphiql")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn remarks_go_and_lines_stay() {
        let script = "/** What it is.\n * // And more. */\nimport it; // here\n  // Why.\n/** @type {it} */ (it);\nconst a = '/*';\n/* One. */\nb";
        let served = "\n\nimport it; // here\n\n/** @type {it} */ (it);\nconst a = '/*';\n\nb\n";
        assert_eq!(without_remarks(script), served);
    }
}
