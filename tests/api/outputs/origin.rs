//! Under which address a feed says that it stands, and who may keep it.

use axum::{body::Body, http::Request};
use precis::config::Http;

use super::{header, text};
use crate::{
    both,
    support::{Reply, TestApp, app::http_options},
};

both! {
    async fn a_feed_names_the_address_that_the_operator_gave(app: TestApp) {
        let public = "https://news.example.org/precis/".parse().expect("a URL");
        let app = app.served(&Http { public_url: Some(public), ..http_options() });
        let feed = asked(&app, "feed.atom?tag=backend", &[("host", "evil.example"), ("x-forwarded-host", "evil.example")]).await;
        assert!(text(&feed).contains(r#"<link rel="self" type="application/atom+xml" href="https://news.example.org/precis/feed.atom?tag=backend"/>"#));
        assert!(!text(&feed).contains("evil"), "{}", text(&feed));
        assert_eq!(header(&feed, "cache-control"), Some("no-cache"));
    }

    async fn without_one_it_is_the_callers_and_for_the_caller_alone(app: TestApp) {
        let feed = asked(&app, "feed.rss", &[("host", "localhost:9000"), ("x-forwarded-host", "evil.example"), ("forwarded", "host=evil.example")]).await;
        assert!(text(&feed).contains("<link>http://localhost:9000/</link>"), "{}", text(&feed));
        assert!(!text(&feed).contains("evil"), "{}", text(&feed));
        assert_eq!(header(&feed, "cache-control"), Some("private, no-cache"), "no cache between passes it on");
        let other = asked(&app, "feed.rss", &[("host", "a\"><script>")]).await;
        assert!(text(&other).contains("<link>http://127.0.0.1:0/</link>"), "what is no host is none: {}", text(&other));
    }

    async fn a_digest_names_no_address_of_the_server(app: TestApp) {
        for file in ["digest.md", "digest.html", "digest.json"] {
            let digest = asked(&app, file, &[("host", "evil.example")]).await;
            assert!(!text(&digest).contains("evil"), "{file}");
            assert_eq!(header(&digest, "cache-control"), Some("no-cache"), "{file}");
        }
    }
}

async fn asked(app: &TestApp, uri: &str, headers: &[(&str, &str)]) -> Reply {
    let request =
        headers.iter().fold(Request::get(format!("/{uri}")), |request, (name, value)| request.header(*name, *value));
    app.send(request.body(Body::empty()).expect("a request")).await
}
