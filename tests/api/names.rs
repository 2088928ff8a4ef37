//! One of a kind: every way to name a node, many at once, and what is found.

mod fields;

use serde_json::{Value, json};

use crate::{both, support::TestApp};

/// The summary of a video, by its slug.
const SLUG: &str = "explain-analyze-buffers-count-pages-not-milliseconds";

/// Where the video can be seen.
const VIDEO: &str = "https://video.example.com/watch?v=rl-0004";

both! {
    async fn a_date_that_nobody_gave_is_estimated_and_says_so(app: TestApp) {
        let query =
            "{ summaries(first: 1) { nodes { publishedAt episode { title publishedAt publishedAtIsEstimated } } } }";
        let at = "2026-05-09T00:00:00Z";
        let episode =
            json!({ "title": "Bounded queues are a kindness", "publishedAt": at, "publishedAtIsEstimated": true });
        let expected = json!({ "summaries": { "nodes": [{ "publishedAt": at, "episode": episode }] } });
        assert_eq!(app.data(query).await, expected);
    }

    async fn every_name_of_a_node_leads_to_it(app: TestApp) {
        for (field, names) in [
            (
                "source",
                vec![
                    json!({ "slug": "rowlock-tv" }),
                    json!({ "feedUrl": "https://video.example.com/feeds/rowlock.xml" }),
                    json!({ "feedUrl": "HTTPS://VIDEO.example.com:443/feeds/../feeds/rowlock.xml" }),
                ],
            ),
            ("series", vec![json!({ "slug": "rowlock-tv-plans-read-aloud" })]),
            ("tag", vec![json!({ "slug": "apidesign" }), json!({ "slug": "api-design" })]),
            ("category", vec![json!({ "slug": "security" })]),
            (
                "episode",
                vec![
                    json!({ "url": { "url": VIDEO } }),
                    json!({ "url": { "url": format!("{}&utm_source=x", VIDEO.replace('?', "?utm_medium=rss&")) } }),
                    json!({ "url": { "url": VIDEO, "source": "rowlock-tv" } }),
                    json!({ "seriesNumber": { "series": "rowlock-tv-plans-read-aloud", "number": 4 } }),
                ],
            ),
            (
                "summary",
                vec![
                    json!({ "slug": SLUG }),
                    json!({ "episode": { "url": { "url": VIDEO } } }),
                    json!({ "episode": { "seriesNumber": { "series": "rowlock-tv-plans-read-aloud", "number": 4 } } }),
                ],
            ),
        ] {
            let found = find(&app, field, &names[0]).await;
            let id = found["id"].clone();
            for name in names.iter().chain([&json!({ "id": id })]) {
                assert_eq!(find(&app, field, name).await, found, "{field} by {name}");
            }
            let node = app
                .data_with(
                    "query($id: ID!) { node(id: $id) { __typename id } \
                     }",
                    json!({ "id": id }),
                )
                .await;
            assert_eq!(node["node"], found, "{field}");
        }
    }

    async fn a_name_that_nothing_has_leads_to_null(app: TestApp) {
        let ids = app.data("{ source(by: {slug: \"rowlock-tv\"}) { id } tag(by: {slug: \"http\"}) { id } }").await;
        let (source, tag) = (&ids["source"]["id"], &ids["tag"]["id"]);
        for (field, names) in [
            ("source", vec![json!({ "id": tag }), json!({ "feedUrl": "https://video.example.com/feeds/other.xml" })]),
            ("series", vec![json!({ "id": source })]),
            ("tag", vec![json!({ "id": source }), json!({ "slug": "HTTP" })]),
            ("category", vec![json!({ "id": source })]),
            (
                "episode",
                vec![
                    json!({ "url": { "url": "https://video.example.com/watch" } }),
                    json!({ "url": { "url": VIDEO, "source": "token-by-token" } }),
                    json!({ "url": { "url": VIDEO, "source": "a\0b" } }),
                    json!({ "seriesNumber": { "series": "rowlock-tv-plans-read-aloud", "number": 5 } }),
                    json!({ "seriesNumber": { "series": "rowlock-tv-plans-read-aloud", "number": 4, "season": 1 } }),
                    json!({ "seriesNumber": { "series": "a\0b", "number": 4 } }),
                ],
            ),
            (
                "summary",
                vec![
                    json!({ "episode": { "id": source } }),
                    json!({ "episode": { "seriesNumber": { "series": "x", "number": 4 } } }),
                ],
            ),
        ] {
            let anywhere = ["", "so", "so0", "so00001", "xx1", "sozzzzzzzzzzz", "so1 ", "ſo1", "-1", "1", "a\0b"]
                .map(|id| json!({ "id": id }));
            let mut nobody = names;
            nobody.extend(anywhere);
            if field != "episode" {
                nobody.extend([
                    json!({ "slug": "nothing-like-it" }),
                    json!({ "slug": "" }),
                    json!({ "slug": "a\0b" }),
                    json!({ "slug": "' OR 1=1 --" }),
                ]);
            }
            for name in nobody {
                assert_eq!(find(&app, field, &name).await, Value::Null, "{field} by {name}");
            }
        }
    }

    async fn a_season_narrows_a_number_down(app: TestApp) {
        let query = "query($season: Int) { episode(by: {seriesNumber: {series: \"cold-start-conversations\", season: \
                     $season, number: 9}}) { title season } }";
        let ninth = json!({ "episode": { "title": "Ep. 9: The pager rota of a four-person company", "season": 2 } });
        assert_eq!(app.data_with(query, json!({ "season": 2 })).await, ninth);
        assert_eq!(app.data_with(query, json!({ "season": null })).await, ninth);
        assert_eq!(app.data(query).await, ninth);
        assert_eq!(app.data_with(query, json!({ "season": 1 })).await, json!({ "episode": null }));
    }

    async fn an_episode_leads_to_its_summary_in_the_original_language(app: TestApp) {
        let data = app.data(
            "{ summary(by: {episode: {url: {url: \"https://ledger-and-log.example/2026/05/skip-locked-queue\"}}}) { \
             title language } }",
        ).await;
        let expected = json!({ "title": "SKIP LOCKED Turns One Table into a Job Queue", "language": "en" });
        assert_eq!(data, json!({ "summary": expected }));
    }

    async fn nodes_come_in_the_order_of_their_ids(app: TestApp) {
        let data = app
            .data(
                "{ summary(by: {slug: \"rfc-9457-one-error-format-for-http-apis\"}) { id source { id } category { id } \
                 episode { id } } \
                 tag(by: {slug: \"http\"}) { id } series(by: {slug: \"plain-systems-weekly\"}) { id } }",
            )
            .await;
        let id = |pointer: &str| data.pointer(pointer).expect("an id").clone();
        let (summary, source, category) = (id("/summary/id"), id("/summary/source/id"), id("/summary/category/id"));
        let (episode, tag, series) = (id("/summary/episode/id"), id("/tag/id"), id("/series/id"));
        let ids = json!([tag, summary, "so0", source, tag, "suzzzzzzzz", episode, "rubbish", series, category, ""]);
        let query = "query($ids: [ID!]!) { nodes(ids: $ids) { __typename ... on Summary { title } ... on Tag { name \
                     } \
                     ... on Source { name } ... on Episode { title url } ... on Series { title source { name } } ... \
                     on Category { slug } } }";
        let tag = json!({ "__typename": "Tag", "name": "HTTP" });
        let title = "Problem Details for HTTP APIs, a reading guide";
        let url = "https://guides.example.org/http/problem-details";
        let weekly = "Plain Systems Weekly";
        assert_eq!(
            app.data_with(query, json!({ "ids": ids })).await,
            json!({ "nodes": [
                tag,
                { "__typename": "Summary", "title": "RFC 9457: One Error Format for HTTP APIs" },
                null,
                { "__typename": "Source", "name": "One-off pages" },
                tag,
                null,
                { "__typename": "Episode", "title": title, "url": url },
                null,
                { "__typename": "Series", "title": weekly, "source": { "name": weekly } },
                { "__typename": "Category", "slug": "software-engineering" },
                null,
            ] }),
        );
    }

    async fn a_hundred_nodes_may_be_asked_for_at_once_and_no_more(app: TestApp) {
        let query = "query($ids: [ID!]!) { nodes(ids: $ids) { id } }";
        let ids = |many: usize| json!({ "ids": vec!["so1"; many] });
        assert_eq!(app.data_with(query, ids(0)).await, json!({ "nodes": [] }));
        assert_eq!(app.data_with(query, ids(100)).await, json!({ "nodes": vec![json!({ "id": "so1" }); 100] }));
        let error = json!({
            "message": "`ids` has 101 entries; it may have up to 100.", "path": ["nodes"],
            "locations": [{ "line": 1, "column": 23 }], "extensions": { "code": "BAD_USER_INPUT" },
        });
        assert_eq!(app.ask_with(query, ids(101)).await, json!({ "data": null, "errors": [error] }));
    }

    async fn texts_are_cut_at_words_and_only_where_they_are_longer(app: TestApp) {
        let query = "query($slug: String!, $most: Int) { summary(by: {slug: $slug}) { tldr(maxChars: $most) episode \
                     { excerpt(maxChars: 20) } } }";
        let whole = app.data_with(query, json!({ "slug": SLUG })).await;
        let tldr = whole["summary"]["tldr"].as_str().expect("a text");
        let length = tldr.chars().count();
        assert_eq!(whole["summary"]["episode"]["excerpt"], "A slow report, a…");
        for (most, expected) in [(length, tldr), (length + 1, tldr), (i32::MAX as usize, tldr), (1, "…")] {
            let data = app.data_with(query, json!({ "slug": SLUG, "most": most })).await;
            assert_eq!(data["summary"]["tldr"], expected, "{most}");
        }
        let cut = app.data_with(query, json!({ "slug": SLUG, "most": length - 1 })).await;
        let cut = cut["summary"]["tldr"].as_str().expect("a text");
        assert!(cut.chars().count() < length && cut.ends_with('…'), "{cut}");
    }
}

/// What a look-up by this name finds.
async fn find(app: &TestApp, field: &str, by: &Value) -> Value {
    let input = format!("{}{}By", field[..1].to_uppercase(), &field[1..]);
    let query = format!("query($by: {input}!) {{ it: {field}(by: $by) {{ __typename id }} }}");
    app.data_with(&query, json!({ "by": by })).await["it"].take()
}
