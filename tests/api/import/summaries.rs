//! Which summary an episode has: the one that an input brings, or one out of its own beginning.

use serde_json::{Value, json};

use super::inbox::{CHANGED, DATED, Imported, feed, import, import_as_of, line, lines};
use crate::{
    both,
    support::TestApp,
    tables::{assert_same, dump},
};

/// All summaries, by title.
const SUMMARIES: &str = "{ summaries(orderBy: {field: TITLE, direction: ASC}) { totalCount nodes { title tldr language \
                         origin status revision tags { slug } category { slug } } } }";

both! {
    async fn an_episode_without_a_summary_gets_its_own_beginning_published(app: TestApp) {
        let app = app.empty().await;
        let text = feed(&[(
            "1",
            "Flood",
            "<description>&lt;p&gt;It rained. A lot. For days. And nights.&lt;/p&gt;</description>\
                           <category>Water</category><pubDate>Tue, 03 Mar 2026 09:15:00 GMT</pubDate>",
        )]);
        assert_eq!(import(app.content(), "rivers.xml", &text).await, Imported::episodes(1, 0, 0));
        assert_eq!(
            app.data(SUMMARIES).await,
            only(&json!({
                "title": "Flood", "tldr": "It rained. A lot. For days.", "language": "en", "origin": "EXCERPT",
                "status": "PUBLISHED", "revision": 1, "tags": [{ "slug": "water" }], "category": null,
            }))
        );
    }

    async fn what_somebody_wrote_replaces_the_excerpt_and_is_not_replaced_by_it(app: TestApp) {
        let app = app.empty().await;
        let excerpt = lines(&[line(
            "1",
            "Flood",
            &json!({ "episode": { "excerpt": "It rained.", "tags": ["Rain"], "category": "Weather" } }),
        )]);
        let written = lines(&[line(
            "1",
            "Flood",
            &json!({
                "episode": { "excerpt": "It rained." },
                "summary": { "tldr": "Seven days of rain.", "tags": ["Water"], "category": "News" },
            }),
        )]);
        assert_eq!(import(app.content(), "a.jsonl", &excerpt).await, Imported::episodes(1, 0, 0));
        let expected = only(&json!({
            "title": "Flood", "tldr": "Seven days of rain.", "language": "en", "origin": "HUMAN",
            "status": "PUBLISHED", "revision": 2, "tags": [{ "slug": "water" }], "category": { "slug": "news" },
        }));
        // Even from an older file: what somebody wrote is more than an excerpt.
        let became = import_as_of(app.content(), CHANGED - 1, "b.jsonl", written.as_bytes()).await;
        assert_eq!((became, app.data(SUMMARIES).await), (Imported::episodes(0, 1, 0), expected.clone()));
        let became = import_as_of(app.content(), CHANGED + 1, "a.jsonl", excerpt.as_bytes()).await;
        assert_eq!((became, app.data(SUMMARIES).await), (Imported::episodes(0, 0, 1), expected.clone()));
        let changed = excerpt.replace("It rained.", "It rained again.");
        let became = import_as_of(app.content(), CHANGED + 2, "a.jsonl", changed.as_bytes()).await;
        assert_eq!((became, app.data(SUMMARIES).await), (Imported::episodes(0, 1, 0), expected));
    }

    async fn an_excerpt_from_a_feed_does_not_stand_beside_what_somebody_wrote(app: TestApp) {
        let app = app.empty().await;
        let written = json!({
            "source": { "slug": null, "homepage": "https://rivers.example/" },
            "summary": { "tldr": "Seven days of rain.", "language": "en" },
        });
        import(app.content(), "a.jsonl", &lines(&[line("1", "Flood", &written)])).await;
        import(app.content(), "rivers.xml", &feed(&[("1", "Flood", DATED)])).await;
        assert_eq!(
            app.data(SUMMARIES).await,
            only(&json!({
                "title": "Flood", "tldr": "Seven days of rain.", "language": "en", "origin": "HUMAN",
                "status": "PUBLISHED", "revision": 1, "tags": [], "category": null,
            }))
        );
    }

    async fn an_episode_has_a_summary_in_each_language_that_two_lines_bring(app: TestApp) {
        let app = app.empty().await;
        let in_language = |language: &str, tldr: &str| {
            line(
                "1",
                "Flood",
                &json!({
                    "summary": { "tldr": tldr, "language": language, "title": tldr, "origin": "MODEL", "model": "m" },
                }),
            )
        };
        let text = lines(&[in_language("en", "It rained."), in_language("ru", "Шёл дождь.")]);
        assert_eq!(import(app.content(), "a.jsonl", &text).await, Imported::episodes(1, 1, 0));
        let before = dump(&app.url).await;
        assert_eq!(import(app.content(), "a.jsonl", &text).await, Imported::episodes(0, 0, 2));
        assert_same(&before, &dump(&app.url).await, "imported again");
        let flood = json!({ "title": "Flood" });
        assert_eq!(
            app.data(
                "{ episodes { totalCount } summaries(orderBy: {field: TITLE, direction: ASC}) { totalCount \
                      nodes { title language origin model episode { title } } } }"
            )
            .await,
            json!({
                "episodes": { "totalCount": 1 },
                "summaries": { "totalCount": 2, "nodes": [
                    { "title": "It rained.", "language": "en", "origin": "MODEL", "model": "m", "episode": flood },
                    { "title": "Шёл дождь.", "language": "ru", "origin": "MODEL", "model": "m", "episode": flood },
                ] },
            })
        );
    }

    async fn two_lines_in_two_languages_about_one_episode_leave_one_excerpt(app: TestApp) {
        let app = app.empty().await;
        let text =
            lines(&[line("1", "Flood", &json!({})), line("1", "Потоп", &json!({ "episode": { "language": "ru" } }))]);
        import(app.content(), "a.jsonl", &text).await;
        assert_eq!(
            app.data(SUMMARIES).await,
            only(&json!({
                "title": "Потоп", "tldr": "Потоп", "language": "ru", "origin": "EXCERPT",
                "status": "PUBLISHED", "revision": 1, "tags": [], "category": null,
            }))
        );
    }

    async fn two_lines_that_replace_one_excerpt_are_counted_once(app: TestApp) {
        let app = app.empty().await;
        let of = |title: &str, language: &str, category: &str| {
            line("1", title, &json!({ "episode": { "language": language, "category": category } }))
        };
        import(app.content(), "a.jsonl", &lines(&[of("Flood", "en", "Weather")])).await;
        let text = lines(&[of("Floods", "en", "News"), of("Потоп", "ru", "World")]);
        let became = import_as_of(app.content(), CHANGED + 1, "a.jsonl", text.as_bytes()).await;
        assert_eq!(became, Imported::episodes(0, 1, 1));
        let counted = |category: &str| {
            format!(
                "{category}: summaries(filter: {{categories: {{anyOf: [\"{category}\"]}}}}) \
                 {{ totalCount nodes {{ title }} }}"
            )
        };
        assert_eq!(
            app.data(&format!("{{ {} {} {} }}", counted("weather"), counted("news"), counted("world"))).await,
            json!({
                "weather": { "totalCount": 0, "nodes": [] },
                "news": { "totalCount": 0, "nodes": [] },
                "world": { "totalCount": 1, "nodes": [{ "title": "Потоп" }] },
            })
        );
    }

    async fn what_somebody_wrote_is_not_lost_to_the_next_line(app: TestApp) {
        let app = app.empty().await;
        let excerpt = |title: &str, language: &str| line("1", title, &json!({ "episode": { "language": language } }));
        import(app.content(), "a.jsonl", &lines(&[excerpt("Flood", "en")])).await;
        let written = line("1", "Flood", &json!({ "summary": { "tldr": "Seven days of rain." } }));
        import_as_of(app.content(), CHANGED + 1, "b.jsonl", lines(&[written, excerpt("Потоп", "ru")]).as_bytes()).await;
        let query = "{ summaries(filter: {origins: [HUMAN]}) { nodes { tldr language } } }";
        assert_eq!(app.data(query).await, only_node(&json!({ "tldr": "Seven days of rain.", "language": "en" })));
    }

    async fn an_excerpt_follows_the_language_of_its_episode(app: TestApp) {
        let app = app.empty().await;
        import(app.content(), "a.jsonl", &lines(&[line("1", "Delta", &json!({}))])).await;
        let text = lines(&[line("1", "Delta", &json!({ "episode": { "language": "it" } }))]);
        let became = import_as_of(app.content(), CHANGED + 1, "a.jsonl", text.as_bytes()).await;
        assert_eq!(became, Imported::episodes(0, 1, 0));
        assert_eq!(
            app.data("{ summaries { nodes { language episode { language } } } }").await,
            only_node(&json!({ "language": "it", "episode": { "language": "it" } }))
        );
    }

    async fn what_a_summary_says_is_cleared_when_a_newer_one_does_not_say_it(app: TestApp) {
        let app = app.empty().await;
        let full =
            json!({ "summary": { "tldr": "Rain.", "body": "# Rain", "tags": ["Water", "Rain"], "category": "News" } });
        import(app.content(), "a.jsonl", &lines(&[line("1", "Flood", &full)])).await;
        let bare = lines(&[line("1", "Flood", &json!({ "summary": { "tldr": "Rain.", "tags": ["Rain"] } }))]);
        let became = import_as_of(app.content(), CHANGED + 1, "a.jsonl", bare.as_bytes()).await;
        assert_eq!(became, Imported::episodes(0, 1, 0));
        assert_eq!(
            app.data(SUMMARIES).await,
            only(&json!({
                "title": "Flood", "tldr": "Rain.", "language": "en", "origin": "HUMAN",
                "status": "PUBLISHED", "revision": 2, "tags": [{ "slug": "rain" }], "category": null,
            }))
        );
        assert_eq!(dump(&app.url).await["summary_body"], Vec::<Value>::new());
        assert_eq!(
            app.data(r#"{ summaries(filter: {tags: {anyOf: ["water"]}}) { totalCount nodes { title } } }"#).await,
            json!({ "summaries": { "totalCount": 0, "nodes": [] } })
        );
    }
}

/// The answer with this summary and no other.
fn only(summary: &Value) -> Value {
    json!({ "summaries": { "totalCount": 1, "nodes": [summary] } })
}

/// The same where the total was not asked for.
fn only_node(summary: &Value) -> Value {
    json!({ "summaries": { "nodes": [summary] } })
}
