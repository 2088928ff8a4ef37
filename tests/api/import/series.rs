//! Series that show in the titles of a source only after some imports, and cover what came before.

use serde_json::{Value, json};

use super::inbox::{CHANGED, DATED, Imported, feed, import, import_as_of, line, lines};
use crate::{
    both,
    support::TestApp,
    tables::{assert_same, dump},
};

/// Where the episodes and their summaries belong, by title.
const PLACES: &str = "{ episodes(orderBy: {field: TITLE, direction: ASC}) \
                      { nodes { title number series { slug title } } } \
                      allSeries { totalCount } \
                      quiet: summaries(filter: {series: {anyOf: [\"rivers-the-quiet-life\"]}}, \
                      orderBy: {field: TITLE, direction: ASC}) \
                      { totalCount nodes { title } } }";

both! {
    async fn a_series_found_in_titles_covers_earlier_episodes(app: TestApp) {
        let app = app.empty().await;
        let first = feed(&[
            ("1", "The Quiet Life: Ebb", DATED),
            ("2", "The Quiet Life: Flood", DATED),
            ("3", "Drought", DATED),
        ]);
        assert_eq!(import(app.content(), "a.xml", &first).await, Imported::episodes(3, 0, 0));
        let none = |title: &str| json!({ "title": title, "number": null, "series": null });
        assert_eq!(
            app.data(PLACES).await,
            json!({
                "episodes": { "nodes": [none("Drought"), none("The Quiet Life: Ebb"), none("The Quiet Life: Flood")] },
                "allSeries": { "totalCount": 0 },
                "quiet": { "totalCount": 0, "nodes": [] },
            })
        );

        let second = feed(&[("4", "The quiet life: Delta", DATED)]);
        assert_eq!(import(app.content(), "b.xml", &second).await, Imported::episodes(1, 0, 0));
        let quiet = |title: &str| {
            json!({ "title": title, "number": null, "series": {
            "slug": "rivers-the-quiet-life", "title": "The Quiet Life",
        } })
        };
        assert_eq!(
            app.data(PLACES).await,
            json!({
                "episodes": { "nodes": [
                    none("Drought"), quiet("The quiet life: Delta"),
                    quiet("The Quiet Life: Ebb"), quiet("The Quiet Life: Flood"),
                ] },
                "allSeries": { "totalCount": 1 },
                "quiet": { "totalCount": 3, "nodes": [
                    { "title": "The quiet life: Delta" },
                    { "title": "The Quiet Life: Ebb" },
                    { "title": "The Quiet Life: Flood" },
                ] },
            })
        );

        let before = dump(&app.url).await;
        assert_eq!(import(app.content(), "b.xml", &second).await, Imported::episodes(0, 0, 1));
        assert_eq!(import(app.content(), "a.xml", &first).await, Imported::episodes(0, 0, 3));
        assert_same(&before, &dump(&app.url).await, "imported again");
    }

    async fn an_episode_that_changes_keeps_its_series_and_number(app: TestApp) {
        let app = app.empty().await;
        let text = |excerpt: &str| {
            feed(&[
                ("1", "River Talk 1: Ebb", &format!("<description>{excerpt}</description>{DATED}")),
                ("2", "River Talk 2: Flood", DATED),
            ])
        };
        import(app.content(), "a.xml", &text("Low water.")).await;
        let places = "{ episodes(orderBy: {field: TITLE, direction: ASC}) { nodes { number series { slug } } } }";
        let before = app.data(places).await;
        assert_eq!(
            before["episodes"],
            json!({ "nodes": [
            { "number": 1, "series": { "slug": "rivers-river-talk" } },
            { "number": 2, "series": { "slug": "rivers-river-talk" } },
        ] })
        );
        let became = import_as_of(app.content(), CHANGED + 1, "a.xml", text("Lower water.").as_bytes()).await;
        assert_eq!(became, Imported::episodes(0, 1, 1));
        assert_eq!(app.data(places).await["episodes"], before["episodes"]);
    }

    async fn a_series_is_one_under_every_spelling_and_belongs_to_its_source(app: TestApp) {
        let app = app.empty().await;
        let told = |source: &str, guid: &str, series: &str| {
            line(
                guid,
                &format!("Part {guid}"),
                &json!({
                    "source": { "slug": source, "name": source }, "episode": { "series": series },
                }),
            )
        };
        let text = lines(&[
            told("rivers", "a", "The Quiet Life"),
            told("rivers", "b", "the quiet life!"),
            told("seas", "c", "The Quiet Life"),
        ]);
        import(app.content(), "a.jsonl", &text).await;
        assert_eq!(
            app.data("{ allSeries { nodes { slug title source { slug } } } }").await,
            json!({ "allSeries": { "nodes": [
                { "slug": "rivers-the-quiet-life", "title": "The Quiet Life", "source": { "slug": "rivers" } },
                { "slug": "seas-the-quiet-life", "title": "The Quiet Life", "source": { "slug": "seas" } },
            ] } })
        );
    }

    async fn every_summary_of_an_episode_moves_with_it(app: TestApp) {
        let app = app.empty().await;
        let told = |more: &Value| line("1", "Ebb", &json!({ "summary": { "tldr": "Low." } , "episode": more }));
        let in_russian = line("1", "Ebb", &json!({ "summary": { "tldr": "Отлив.", "language": "ru" } }));
        import(app.content(), "a.jsonl", &lines(&[told(&json!({})), in_russian])).await;
        let moved = lines(&[told(&json!({ "series": "The Quiet Life" }))]);
        import_as_of(app.content(), CHANGED + 1, "a.jsonl", moved.as_bytes()).await;
        assert_eq!(
            app.data(
                r#"{ summaries(filter: {series: {anyOf: ["rivers-the-quiet-life"]}}) {
                    nodes { language episode { series { title } } } } }"#
            )
            .await,
            json!({ "summaries": { "nodes": [
                { "language": "ru", "episode": { "series": { "title": "The Quiet Life" } } },
                { "language": "en", "episode": { "series": { "title": "The Quiet Life" } } },
            ] } })
        );
    }
}
