//! Digests and feeds over HTTP: what they hold, what they refuse, and what they cost.

mod conditional;
mod hostile;
mod origin;
mod round_trip;
mod rules;
mod xml;

use std::num::NonZeroU32;

use axum::{body::Body, http::Request, http::StatusCode};
use precis::{
    config::{Http, RateLimit},
    outputs::{Output, PARAMETERS, Parameter},
    text::tokens::count,
};
use serde_json::{Value, json};

use crate::{
    both,
    support::{Reply, TestApp, app::http_options},
};

both! {
    async fn a_digest_is_there_as_text_and_markdown(app: TestApp) {
        let query = "source=ledger-and-log&tag=postgresql&language=en&since=7d&until=2026-05-10&limit=2";
        insta::assert_snapshot!(body(&app, &format!("digest.txt?{query}")).await, @r#"
        Digest of 4–10 May 2026
        2 summaries, 2026-05-04 to 2026-05-10 (UTC)

        Friday, 8 May 2026 (2)

        * SKIP LOCKED Turns One Table into a Job Queue — Ledger & Log
          https://ledger-and-log.example/2026/05/skip-locked-queue
          FOR UPDATE SKIP LOCKED (PostgreSQL 9.5, MySQL 8.0) lets each worker claim a different row without waiting. Add a 60-second lease for crashed workers, and vacuum the table far more often than the default 20 % allows.
          Tags: backend, concurrency, PostgreSQL, Queues

        * Pool of 20 Beats 200: Queue Outside the Database — Ledger & Log
          https://ledger-and-log.example/2026/05/pool-of-twenty
          Eight cores cannot run 200 queries at once. By Little's law, 20 connections at 5 ms each serve 4,000 statements a second; cutting the pool to 20 took one team's p99 from 480 ms to 61 ms.
          Tags: backend, connection-pooling, Performance, PostgreSQL
        "#);
        let markdown = body(&app, &format!("digest.md?{query}&group-by=source")).await;
        assert!(markdown.starts_with("# Digest of 4–10 May 2026\n") && markdown.contains("\n## Ledger & Log (2)\n"), "{markdown}");
    }

    async fn a_digest_is_there_as_a_page_and_as_data(app: TestApp) {
        let query = "source=ledger-and-log&tag=postgresql&language=en&until=2026-05-10&limit=1";
        insta::assert_snapshot!(body(&app, &format!("digest.html?{query}")).await, @r#"
        <!doctype html>
        <html lang="en">
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width">
        <title>Digest of 4–10 May 2026</title>
        <style>body{max-width:45em;margin:auto;padding:1em;font-family:sans-serif;overflow-wrap:anywhere}</style>
        <h1>Digest of 4–10 May 2026</h1>
        <p>2 summaries, 2026-05-04 to 2026-05-10 (UTC)</p>
        <h2>Friday, 8 May 2026 (2)</h2>
        <ul>
        <li><p><a href="https://ledger-and-log.example/2026/05/skip-locked-queue">SKIP LOCKED Turns One Table into a Job Queue</a> — Ledger &amp; Log</p>
        <p>FOR UPDATE SKIP LOCKED (PostgreSQL 9.5, MySQL 8.0) lets each worker claim a different row without waiting. Add a 60-second lease for crashed workers, and vacuum the table far more often than the default 20 % allows.</p>
        <p>Tags: backend, concurrency, PostgreSQL, Queues</p></li>
        </ul>
        <p>… and 1 more</p>
        </html>
        "#);
        let data: Value = serde_json::from_str(&body(&app, &format!("digest.json?{query}")).await).expect("JSON");
        let asked = app.data(
            "{ digest(filter: {sources: {anyOf: [\"ledger-and-log\"]}, tags: {anyOf: [\"postgresql\"]}, languages: [\"en\"]}, from: \"2026-05-04\", to: \"2026-05-10\", maxItems: 1) {
              title from to timeZone totalCount sections { heading count summaries { id slug title tldr keyPoints language publishedAt
                source { slug name } category { slug name } tags { slug name } episode { title url } } } } }",
        ).await;
        assert_eq!(data, asked["digest"]);
    }

    async fn every_output_has_its_type_and_answers_head(app: TestApp) {
        for output in Output::ALL {
            let uri = format!("{}?until=2026-05-10", output.file());
            let reply = get(&app, &uri).await;
            let head = Request::head(format!("/{uri}")).body(Body::empty()).expect("a request");
            let head = app.send(head).await;
            for reply in [&reply, &head] {
                assert_eq!((reply.status, header(reply, "content-type")), (StatusCode::OK, Some(output.content_type())), "{uri}");
                assert_eq!(header(reply, "content-length"), header(&head, "content-length"), "{uri}");
                assert_eq!(header(reply, "x-content-type-options"), Some("nosniff"), "{uri}");
                let policy = header(reply, "content-security-policy").unwrap_or_default();
                assert!(policy.starts_with("default-src 'none'; style-src 'sha256-"), "{uri}: {policy}");
                assert!(!policy.contains("unsafe") && !policy.contains("script-src"), "{uri}: {policy}");
            }
            assert!(head.body.is_empty() && !reply.body.is_empty(), "{uri}");
            assert_eq!(header(&reply, "etag"), header(&head, "etag"), "{uri}");
        }
    }

    async fn parameters_filter_as_the_filter_of_the_api_does(app: TestApp) {
        for (query, filter) in [
            ("", "{}"),
            ("tag=backend", "{tags: {anyOf: [\"backend\"]}}"),
            ("tag=queues&tag=security", "{tags: {anyOf: [\"queues\", \"security\"]}}"),
            ("category=data-storage&language=en", "{categories: {anyOf: [\"data-storage\"]}, languages: [\"en\"]}"),
            ("source=ledger-and-log&source=borrowed-bytes", "{sources: {anyOf: [\"ledger-and-log\", \"borrowed-bytes\"]}}"),
            ("series=plain-systems-weekly", "{series: {anyOf: [\"plain-systems-weekly\"]}}"),
            ("language=ru&language=de", "{languages: [\"ru\", \"de\"]}"),
            ("search=locked+queue", "{text: \"locked queue\"}"),
            ("q=lock*", "{text: \"lock*\"}"),
            ("since=2026-05-05&until=2026-05-07&tz=Asia/Kathmandu", "{publishedAt: {gte: \"2026-05-04T18:15:00Z\", lt: \"2026-05-07T18:15:00Z\"}}"),
            ("until=2026-03-31", "{publishedAt: {lt: \"2026-04-01T00:00:00Z\"}}"),
            ("since=26w&tag=backend", "{tags: {anyOf: [\"backend\"]}, publishedAt: {gte: \"2026-05-04T00:00:00Z\"}}"),
        ] {
            let data = app.data(&format!("{{ summaries(first: 100, filter: {filter}) {{ nodes {{ title }} }} }}")).await;
            let expected: Vec<&Value> = data["summaries"]["nodes"].as_array().expect("a list").iter().map(|it| &it["title"]).collect();
            assert!(!expected.is_empty(), "{filter}");
            let feed: Value = serde_json::from_str(&body(&app, &format!("feed.json?limit=100&{query}")).await).expect("JSON");
            let found: Vec<&Value> = feed["items"].as_array().expect("a list").iter().map(|it| &it["title"]).collect();
            assert_eq!(found, expected, "{query}");
        }
        let five: Value = serde_json::from_str(&body(&app, "feed.json?limit=5").await).expect("JSON");
        assert_eq!(five["items"].as_array().map(Vec::len), Some(5));
        let unasked: Value = serde_json::from_str(&body(&app, "feed.json").await).expect("JSON");
        assert_eq!(unasked["items"].as_array().map(Vec::len), Some(50));
    }

    async fn a_wrong_parameter_is_named_with_the_right_one(app: TestApp) {
        for (uri, message) in [
            ("feed.atom?tagg=x", "`tagg` is no parameter of a feed; did you mean `tag`? There are tag, category, source, series, language, search, since, until, tz, limit."),
            ("digest.md?groupby=tag", "`groupby` is no parameter of a digest; did you mean `group-by`? There are tag, category, source, series, language, search, since, until, tz, group-by, limit, max-tokens, if-empty."),
            ("feed.rss?max-tokens=9", "`max-tokens` goes with digests, and not with a feed."),
            ("digest.txt?group-by=sourse", "`group-by` is `sourse`: expected day, category, source or tag; did you mean `source`?"),
            ("digest.txt?since=7d&since=8d", "`since` is given twice: give it once."),
            ("digest.txt?since=2026-05-09&until=2026-05-08", "`since` is 2026-05-09, which is after the last day (2026-05-08)."),
            ("digest.txt?tag=", "`tag` is ``: expected a slug."),
            ("feed.atom?tag=backend&tag=backned", "`backned` is no tag here; did you mean `backend`?"),
            ("feed.rss?category=x", "`x` is no category here."),
            ("digest.md?source=leger-and-log", "`leger-and-log` is no source here; did you mean `ledger-and-log`?"),
            ("digest.json?series=plain-systems-weakly", "`plain-systems-weakly` is no series here; did you mean `plain-systems-weekly`?"),
            ("feed.json?limit=0", "`limit` is `0`: expected a whole number from 0 to 1000, for a feed from 1 to 100."),
        ] {
            let reply = get(&app, uri).await;
            let told: Value = serde_json::from_slice(&reply.body).expect("JSON");
            let error = json!({ "errors": [{ "message": message, "extensions": { "code": "BAD_USER_INPUT" } }] });
            assert_eq!((reply.status, told), (StatusCode::BAD_REQUEST, error), "{uri}");
            assert_eq!(header(&reply, "cache-control"), Some("no-store"), "{uri}");
        }
        let too_much = get(&app, "digest.json?group-by=tag&limit=1000").await;
        assert_eq!(too_much.status, StatusCode::BAD_REQUEST);
        assert!(text(&too_much).contains("Lower `limit`"), "{}", text(&too_much));
        let posted = Request::post("/feed.atom").body(Body::empty()).expect("a request");
        let posted = app.send(posted).await;
        assert_eq!((posted.status, header(&posted, "allow")), (StatusCode::METHOD_NOT_ALLOWED, Some("GET,HEAD")));
    }

    async fn no_format_exceeds_its_budget(app: TestApp) {
        for format in ["md", "txt", "html", "json"] {
            let whole = count(&body(&app, &format!("digest.{format}?until=2026-05-10")).await);
            for max in [1, 7, 60, 119, 239, 240, 400, 999, whole - 1, whole] {
                let cut = body(&app, &format!("digest.{format}?until=2026-05-10&max-tokens={max}")).await;
                assert!(count(&cut) <= max, "{format} within {max}: {cut}");
                if format == "json" {
                    let data: Value = serde_json::from_str(&cut).expect("JSON");
                    assert_eq!(data.get("truncated").is_some(), max < whole && cut != "{}", "{max}: {cut}");
                }
            }
            let within = body(&app, &format!("digest.{format}?until=2026-05-10&max-tokens={}", whole + 120)).await;
            assert_eq!(count(&within), whole, "{format}: what fits is not cut");
        }
    }

    async fn an_empty_digest_is_told_or_skipped(app: TestApp) {
        let told = body(&app, "digest.md?since=2020-01-01&until=2020-01-07").await;
        assert_eq!(told, "# Digest of 1–7 January 2020\n\nNo summaries, 2020-01-01 to 2020-01-07 (UTC)\n");
        for format in ["md", "txt", "html", "json"] {
            let skipped = get(&app, &format!("digest.{format}?since=2020-01-01&until=2020-01-07&if-empty=skip")).await;
            assert_eq!((skipped.status, text(&skipped)), (StatusCode::NO_CONTENT, ""), "{format}");
        }
    }

    async fn an_output_takes_as_many_statements_whatever_is_in_it(app: TestApp) {
        get(&app, "feed.json").await;
        // Besides those of the document: when anything was last changed. The episodes of a feed may come along.
        let feed = app.backend.of(3, 2);
        for (uri, statements) in [
            ("feed.atom?limit=1", feed),
            ("feed.atom?limit=100", feed),
            ("feed.rss?tag=backend&language=en", feed),
            ("feed.json?q=lock&limit=100", feed),
            ("digest.md?until=2026-05-10", 4),
            ("digest.html?until=2026-05-10&max-tokens=500", 4),
            ("digest.txt?until=2026-05-10&tag=backend&group-by=tag", 4),
            ("digest.json?until=2026-05-10&group-by=category", 4),
        ] {
            app.statements();
            body(&app, uri).await;
            let run = app.statements();
            assert_eq!(run.len(), statements, "{uri}: {run:#?}");
        }
    }

    async fn outputs_take_points_as_what_they_cost(app: TestApp) {
        let limit = RateLimit::Points(NonZeroU32::new(25).expect("points"));
        let app = app.served(&Http { rate_limit: limit, ..http_options() });
        // 100 summaries with a text, an episode and about five tags each, and what is around them.
        let first = get(&app, "feed.atom?limit=100").await;
        assert_eq!((first.status, header(&first, "ratelimit")), (StatusCode::OK, Some("\"default\";r=15;t=61")));
        get(&app, "feed.atom?limit=100").await;
        let refused = get(&app, "feed.atom?limit=100").await;
        assert_eq!((refused.status, header(&refused, "retry-after")), (StatusCode::TOO_MANY_REQUESTS, Some("61")));
        assert_eq!(get(&app, "digest.txt?limit=10").await.status, StatusCode::OK, "what costs less is answered");
    }

    async fn outputs_are_counted_as_what_is_asked_by_graphql(app: TestApp) {
        for uri in ["feed.atom?limit=10", "digest.md?if-empty=skip&until=2020-01-01", "feed.rss?limit=x"] {
            get(&app, uri).await;
        }
        let counts = body(&app, "metrics").await;
        for line in [
            "precis_requests_total{outcome=\"ok\"} 2",
            "precis_requests_total{outcome=\"invalid\"} 1",
            "precis_request_cost_count 2",
        ] {
            assert!(counts.lines().any(|it| it == line), "{line} in {counts}");
        }
    }

    async fn outputs_are_the_programs_own_documents(app: TestApp) {
        let folder = tempfile::tempdir().expect("a folder");
        std::fs::write(folder.path().join("tags.graphql"), "{ tags(first: 0) { totalCount } }").expect("a document");
        let app = app.served(&Http { trusted_documents: Some(folder.path().into()), ..http_options() });
        for output in Output::ALL {
            assert_eq!(get(&app, output.file()).await.status, StatusCode::OK, "{}", output.file());
        }
    }

    async fn readers_of_the_page_find_the_feed(app: TestApp) {
        let page = Request::get("/").header("accept", "text/html").body(Body::empty()).expect("a request");
        let page = app.send(page).await;
        let link = "<link rel=\"alternate\" type=\"application/atom+xml\" title=\"Précis\" href=\"feed.atom\">";
        assert!(text(&page).contains(link), "{}", text(&page));
    }
}

#[test]
fn the_readme_has_every_parameter() {
    let readme = include_str!("../../README.md");
    let (_, section) = readme.split_once("\n## Digests and feeds\n").expect("a section");
    let (section, _) = section.split_once("\n## ").expect("another one");
    for Parameter { name, alias, .. } in &PARAMETERS {
        for name in [Some(*name), *alias].into_iter().flatten() {
            assert!(section.contains(&format!("`{name}`")), "{name}");
        }
    }
    for output in Output::ALL {
        let (stem, ending) = output.file().split_once('.').expect("a file");
        assert!(section.contains(&format!("/{stem}.{ending}")), "{}", output.file());
    }
}

async fn get(app: &TestApp, uri: &str) -> Reply {
    app.send(Request::get(format!("/{uri}")).body(Body::empty()).expect("a request")).await
}

/// The text that stands at an address.
async fn body(app: &TestApp, uri: &str) -> String {
    let reply = get(app, uri).await;
    assert_eq!(reply.status, StatusCode::OK, "{uri}: {}", text(&reply));
    text(&reply).to_owned()
}

fn header<'a>(reply: &'a Reply, name: &str) -> Option<&'a str> {
    reply.headers.get(name).map(|value| value.to_str().expect("ASCII"))
}

fn text(reply: &Reply) -> &str {
    std::str::from_utf8(&reply.body).expect("text")
}
