//! The page for readers: who gets it, what it may do, and that all of its files are there.

use axum::{
    body::Body,
    http::{Request, StatusCode},
};
use precis::config::Http;

use crate::{
    both,
    support::{Reply, TestApp, app::http_options},
};

const BROWSER: &str = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8";

both! {
    async fn browsers_get_the_page_and_all_others_what_stands_where(app: TestApp) {
        for (accept, is_page) in [
            (Some(BROWSER), true),
            (Some("text/html;q=0.1, application/json"), true),
            (None, false),
            (Some("*/*"), false),
            (Some("text/*"), false),
            (Some("application/json"), false),
            (Some("text/html;q=0"), false),
        ] {
            let reply = get(&app, "/", accept).await;
            assert_eq!(reply.status, StatusCode::OK, "{accept:?}");
            assert_eq!(header(&reply, "content-type"), Some("text/html; charset=utf-8"), "{accept:?}");
            assert_eq!(header(&reply, "vary"), Some("accept"), "{accept:?}: caches keep them apart");
            assert_eq!(text(&reply).contains("<main"), is_page, "{accept:?}: {}", text(&reply));
            assert!(text(&reply).contains("href=\"graphql\""), "{accept:?}: either says where the API is");
        }
    }

    async fn nothing_is_active_in_the_page_but_its_own_files(app: TestApp) {
        let page = get(&app, "/", Some(BROWSER)).await;
        assert_eq!(
            header(&page, "content-security-policy"),
            Some(
                "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' https: data:; \
                 connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
            ),
        );
        assert_eq!(header(&page, "referrer-policy"), Some("no-referrer"));
        assert_eq!(header(&page, "x-content-type-options"), Some("nosniff"));
        let html = text(&page);
        for inline in ["<style", "style=", "<script>", " onload", " onerror", "javascript:"] {
            assert!(!html.contains(inline), "{inline} in {html}");
        }
        for address in addresses(html) {
            let is_relative = !address.contains("//") && !address.starts_with('/');
            assert!(is_relative || address.starts_with("data:image/svg+xml,"), "{address}: below any path of a proxy");
        }
    }

    async fn all_files_of_the_page_are_there_and_never_change(app: TestApp) {
        let page = get(&app, "/", Some(BROWSER)).await;
        let mut left: Vec<_> = addresses(text(&page)).filter(|it| it.starts_with("page/")).map(str::to_owned).collect();
        assert!(left.iter().any(|path| path.ends_with("/app.js")) && left.iter().any(|path| path.ends_with("/page.css")));
        let mut seen = Vec::new();
        while let Some(path) = left.pop() {
            if seen.contains(&path) {
                continue;
            }
            let asset = get(&app, &format!("/{path}"), None).await;
            assert_eq!(asset.status, StatusCode::OK, "{path}");
            let content_type =
                if path.ends_with("/page.css") { "text/css; charset=utf-8" } else { "text/javascript; charset=utf-8" };
            assert_eq!(header(&asset, "content-type"), Some(content_type), "{path}");
            assert_eq!(header(&asset, "cache-control"), Some("public, max-age=31536000, immutable"), "{path}");
            assert_eq!(header(&asset, "content-encoding"), None, "{path}");
            left.extend(imports(&path, text(&asset)));

            assert!(text(&asset).lines().all(|line| !line.starts_with("/*") && !line.starts_with("//")), "{path}: remarks");

            for (accepted, coding) in [("gzip", "gzip"), ("gzip, deflate, br", "br")] {
                let packed = Request::get(format!("/{path}")).header("accept-encoding", accepted);
                let packed = app.send(packed.body(Body::empty()).expect("a request")).await;
                assert_eq!(header(&packed, "content-encoding"), Some(coding), "{path}");
                assert_eq!(header(&packed, "vary"), Some("accept-encoding"), "{path}");
                assert!(packed.body.len() < asset.body.len(), "{path}");
            }
            seen.push(path);
        }
        assert_eq!(seen.len(), 13, "{seen:?}");
    }

    async fn the_page_is_sent_once_to_a_browser_that_keeps_it(app: TestApp) {
        let first = get(&app, "/", Some(BROWSER)).await;
        assert_eq!(header(&first, "cache-control"), Some("no-cache"));
        let tag = header(&first, "etag").expect("a tag");
        let again = Request::get("/").header("accept", BROWSER).header("if-none-match", tag);
        let again = app.send(again.body(Body::empty()).expect("a request")).await;
        assert_eq!((again.status, text(&again)), (StatusCode::NOT_MODIFIED, ""));
        assert!(header(&again, "content-security-policy").is_some(), "a policy holds for what is kept, too");
    }

    async fn the_page_can_be_switched_off(app: TestApp) {
        let with = get(&app, "/", Some(BROWSER)).await;
        let asset = addresses(text(&with)).find(|it| it.ends_with("/app.js")).expect("a script").to_owned();
        let app = app.served(&Http { page: false, ..http_options() });
        let without = get(&app, "/", Some(BROWSER)).await;
        assert_eq!((without.status, header(&without, "vary")), (StatusCode::OK, None));
        assert!(text(&without).contains("<h1>Précis</h1>\n<ul>"), "{}", text(&without));
        assert_eq!(get(&app, &format!("/{asset}"), None).await.status, StatusCode::NOT_FOUND);
    }

    async fn the_page_leads_to_the_explorer_only_where_there_is_one(app: TestApp) {
        assert!(text(&get(&app, "/", Some(BROWSER)).await).contains("href=\"graphiql\""));
        let app = app.served(&Http { graphiql: false, ..http_options() });
        let page = get(&app, "/", Some(BROWSER)).await;
        assert!(text(&page).contains("<main") && !text(&page).contains("graphiql"), "{}", text(&page));
    }

    async fn there_is_no_page_where_its_questions_would_not_be_answered(app: TestApp) {
        let folder = tempfile::tempdir().expect("a folder");
        std::fs::write(folder.path().join("tags.graphql"), "{ tags(first: 0) { totalCount } }").expect("a document");
        let app = app.served(&Http { trusted_documents: Some(folder.path().into()), ..http_options() });
        let home = get(&app, "/", Some(BROWSER)).await;
        assert!(text(&home).contains("<h1>Précis</h1>\n<ul>"), "{}", text(&home));
    }
}

async fn get(app: &TestApp, uri: &str, accept: Option<&str>) -> Reply {
    let mut request = Request::get(uri);
    if let Some(accept) = accept {
        request = request.header("accept", accept);
    }
    app.send(request.body(Body::empty()).expect("a request")).await
}

/// What the page links to, and what it is made of.
fn addresses(html: &str) -> impl Iterator<Item = &str> {
    html.split(['<', ' ', '>']).filter_map(|part| {
        let value = ["href=\"", "src=\"", "action=\""].iter().find_map(|name| part.strip_prefix(name))?;
        value.split('"').next()
    })
}

/// The modules that a module names, as paths of their own.
fn imports(path: &str, script: &str) -> Vec<String> {
    let base = url::Url::parse("http://host/").and_then(|host| host.join(path)).expect("a path");
    let is_module = |it: &&str| it.rsplit_once('.').is_some_and(|(_, ending)| ending == "js");
    let names = script.split('\'').filter(|it| it.starts_with('.')).filter(is_module);
    names.map(|name| base.join(name).expect("a name").path().trim_start_matches('/').to_owned()).collect()
}

fn header<'a>(reply: &'a Reply, name: &str) -> Option<&'a str> {
    reply.headers.get(name).map(|value| value.to_str().expect("ASCII"))
}

fn text(reply: &Reply) -> &str {
    std::str::from_utf8(&reply.body).expect("text")
}
