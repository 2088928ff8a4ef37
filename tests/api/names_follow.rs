//! Two processes on one database: what one of them names, the other one finds.

use std::time::Duration;

use axum::{Router, body::Body, http::Request};
use http_body_util::BodyExt as _;
use precis::{
    app::App,
    config::{Database, Metrics},
};
use serde_json::{Value, json};
use tower::ServiceExt as _;

use crate::{
    both,
    support::{
        TestApp,
        app::{FixedClock, NOW, http_options},
    },
};

/// A line with a source, a tag, a category and a series that no other input names.
const NEWS: &str = r#"{"source": {"slug": "tidings", "name": "Tidings", "feed_url": "https://tidings.example/feed"},
"episode": {"guid": "1", "title": "Flood", "language": "en", "published_at": "2026-10-03T09:15:00Z",
"series": "High Water"},
"summary": {"tldr": "It rained.", "tags": ["Spring Tide"], "category": "Weather"}}"#;

/// The newest summary, with every name that it leads to.
const NEWEST: &str = "{ summaries(first: 1) { nodes { title source { slug name } category { slug name } \
                      tags { slug name aliases } episode { series { slug title } } } } }";

both! {
    async fn rows_lead_to_names_that_another_process_made(app: TestApp) {
        let other = Other::on(&app).await;
        other.data(NEWEST).await; // its names are in memory from now on
        import(&app, NEWS).await;
        assert_eq!(
            other.data(NEWEST).await,
            json!({ "summaries": { "nodes": [{
            "title": "Flood",
            "source": { "slug": "tidings", "name": "Tidings" },
            "category": { "slug": "weather", "name": "Weather" },
            "tags": [{ "slug": "spring-tide", "name": "Spring Tide", "aliases": [] }],
            "episode": { "series": { "slug": "tidings-high-water", "title": "High Water" } },
        }] } })
        );
        other.app.close().await;
    }

    async fn filters_know_names_that_another_process_made(app: TestApp) {
        for filter in [
            r#"tags: {anyOf: ["spring-tide"]}"#,
            r#"tags: {allOf: ["spring-tide"]}"#,
            r#"categories: {anyOf: ["weather"]}"#,
            r#"sources: {anyOf: ["tidings"]}"#,
            r#"series: {anyOf: ["tidings-high-water"]}"#,
            r#"and: [{tags: {anyOf: ["spring-tide"]}}, {not: {sources: {noneOf: ["tidings"]}}}]"#,
        ] {
            let writer = app.empty().await;
            let other = Other::on(&writer).await;
            other.data(NEWEST).await;
            import(&writer, NEWS).await;
            let found =
                other.data(&format!("{{ summaries(filter: {{{filter}}}) {{ totalCount nodes {{ title }} }} }}")).await;
            assert_eq!(found, json!({ "summaries": { "totalCount": 1, "nodes": [{ "title": "Flood" }] } }), "{filter}");
            other.app.close().await;
        }
    }

    async fn look_ups_and_lists_know_names_that_another_process_made(app: TestApp) {
        for (query, answer) in [
            (r#"{ tag(by: {slug: "spring-tide"}) { name } }"#, json!({ "tag": { "name": "Spring Tide" } })),
            ("{ tags { nodes { name } } }", json!({ "tags": { "nodes": [{ "name": "Spring Tide" }] } })),
            (r#"{ tags(prefix: "spr") { totalCount } }"#, json!({ "tags": { "totalCount": 1 } })),
            (r#"{ source(by: {slug: "tidings"}) { name } }"#, json!({ "source": { "name": "Tidings" } })),
            (
                r#"{ source(by: {feedUrl: "https://tidings.example/feed"}) { name } }"#,
                json!({ "source": { "name": "Tidings" } }),
            ),
            ("{ sources { nodes { name } } }", json!({ "sources": { "nodes": [{ "name": "Tidings" }] } })),
            (r#"{ category(by: {slug: "weather"}) { name } }"#, json!({ "category": { "name": "Weather" } })),
            ("{ categories { nodes { name } } }", json!({ "categories": { "nodes": [{ "name": "Weather" }] } })),
            (
                r#"{ series(by: {slug: "tidings-high-water"}) { title source { name } } }"#,
                json!({ "series": { "title": "High Water", "source": { "name": "Tidings" } } }),
            ),
            (
                r#"{ allSeries(sources: {anyOf: ["tidings"]}) { nodes { title } } }"#,
                json!({ "allSeries": { "nodes": [{ "title": "High Water" }] } }),
            ),
            (
                r#"{ episodes(filter: {sources: {anyOf: ["tidings"]}}) { nodes { series { title } } } }"#,
                json!({ "episodes": { "nodes": [{ "series": { "title": "High Water" } }] } }),
            ),
        ] {
            let writer = app.empty().await;
            let other = Other::on(&writer).await;
            assert_ne!(other.data(query).await, answer, "{query}");
            import(&writer, NEWS).await;
            assert_eq!(other.data(query).await, answer, "{query}");
            other.app.close().await;
        }
    }

    async fn an_alias_that_another_process_made_leads_to_its_tag(app: TestApp) {
        import(&app, NEWS).await;
        let other = Other::on(&app).await;
        other.data(NEWEST).await;
        import(&app, &NEWS.replace("Spring Tide", "springtide").replace("\"guid\": \"1\"", "\"guid\": \"2\"")).await;
        let query = r#"{ tag(by: {slug: "springtide"}) { slug aliases }
                         summaries(filter: {tags: {anyOf: ["springtide"]}}) { totalCount } }"#;
        assert_eq!(
            other.data(query).await,
            json!({ "tag": { "slug": "spring-tide", "aliases": ["springtide"] }, "summaries": { "totalCount": 2 } })
        );
        other.app.close().await;
    }

    async fn a_tag_that_another_process_merged_is_soon_found_under_the_name_that_is_left(app: TestApp) {
        import(&app, NEWS).await;
        let other = Other::on(&app).await;
        let query = r#"{ tag(by: {slug: "spring-tide"}) { slug aliases }
                         summaries(filter: {tags: {anyOf: ["spring-tide"]}}) { nodes { tags { slug } } } }"#;
        let found = |slug: &str, aliases: &[&str]| {
            let summaries = json!({ "nodes": [{ "tags": [{ "slug": slug }] }] });
            json!({ "tag": { "slug": slug, "aliases": aliases }, "summaries": summaries })
        };
        assert_eq!(other.data(query).await, found("spring-tide", &[]));
        import(&app, &NEWS.replace("Spring Tide", "Tides").replace("\"guid\": \"1\"", "\"guid\": \"2\"")).await;
        let merged = app.content().merge_tags(&["spring-tide".to_owned()], "tides").await.expect("a database");
        merged.expect("tags");
        let mut both = found("tides", &["spring-tide"]);
        both["summaries"]["nodes"] = json!([{ "tags": [{ "slug": "tides" }] }, { "tags": [{ "slug": "tides" }] }]);
        assert_eq!(app.data(query).await, both);
        tokio::select! {
            () = other.app.content.follow_names() => {}
            () = async {
                while other.data(query).await != both {
                    tokio::time::sleep(Duration::from_millis(20)).await;
                }
            } => {}
        }
        assert_eq!(other.data(query).await, both);
        other.app.close().await;
    }

    async fn a_name_that_does_not_exist_is_looked_for_in_one_statement(app: TestApp) {
        app.data(NEWEST).await;
        app.statements();
        let query = r#"{ summaries(filter: {tags: {anyOf: ["no-such-tag"]}}) { totalCount nodes { title } } }"#;
        assert_eq!(app.data(query).await, json!({ "summaries": { "totalCount": 0, "nodes": [] } }));
        let statements = app.statements();
        assert_eq!(statements.len(), 1, "{statements:#?}");
    }
}

/// A second application on the database of the first one, as another process would be.
struct Other {
    app: App,
    router: Router,
}

impl Other {
    /// Started after the first one.
    async fn on(first: &TestApp) -> Self {
        let database = Database { url: first.url.parse().expect("a URL"), max_connections: 2, migrate: true };
        let app = App::start(&database, FixedClock(NOW), None).await.expect("it starts");
        let router = app.router(&http_options(), Metrics::default()).expect("a router");
        Self { app, router }
    }

    /// The data that a document asks for, where nothing fails.
    async fn data(&self, query: &str) -> Value {
        let body = json!({ "query": query }).to_string();
        let request = Request::post("/graphql").header("content-type", "application/json").body(Body::from(body));
        let response = self.router.clone().oneshot(request.expect("a request")).await.expect("an answer");
        let body = response.into_body().collect().await.expect("a whole body").to_bytes();
        let mut answer: Value = serde_json::from_slice(&body).expect("JSON");
        assert_eq!(answer.get("errors"), None, "{query}");
        answer["data"].take()
    }
}

/// Imports one line through the first application.
async fn import(app: &TestApp, line: &str) {
    let (_, done) = app.import("a.jsonl", &line.replace('\n', " ")).await;
    done.expect("it is imported");
}
