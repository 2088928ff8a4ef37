//! Importing: what is counted, what a second import changes (nothing), and which of two inputs wins.

mod dates;
mod hostile;
pub(crate) mod inbox;
mod names;
pub(crate) mod property;
mod series;
mod summaries;

use std::fs;

use serde_json::json;

use crate::{
    both,
    support::{TestApp, app::sample_files},
    tables::{assert_same, dump},
};
use inbox::{CHANGED, DATED, Imported, feed, import, import_as_of, line, lines};

/// All episodes, oldest first, as far as these tests tell them apart.
const EPISODES: &str = "{ episodes(orderBy: {direction: ASC}) { nodes { title } } }";

both! {
    async fn importing_the_samples_again_changes_not_one_row(app: TestApp) {
        let before = dump(&app.url).await;
        for changed in [CHANGED, CHANGED + 86_400, CHANGED - 86_400] {
            let mut became = Vec::new();
            for path in sample_files() {
                let name = path.file_name().expect("a name").to_string_lossy().into_owned();
                let bytes = fs::read(&path).expect("a sample");
                let imported = import_as_of(app.content(), changed, &name, &bytes).await;
                became.push((name, imported));
            }
            let expected = [
                ("aggregator.xml", Imported::episodes(0, 0, 18)),
                ("feed.json", Imported::episodes(0, 0, 4)),
                ("podcast.xml", Imported::episodes(0, 0, 5)),
                ("secret-life.atom", Imported::episodes(0, 0, 16)),
                ("subscriptions.opml", Imported::sources(8)),
                ("summaries.jsonl", Imported::episodes(0, 0, 23)),
            ];
            assert_eq!(became, expected.map(|(name, imported)| (name.to_owned(), imported)));
            assert_same(&before, &dump(&app.url).await, "imported again");
        }
    }

    async fn importing_the_samples_in_another_order_gives_the_same_episodes(app: TestApp) {
        let turned = app.empty().await;
        let mut files = sample_files();
        files.reverse();
        for path in files {
            let name = path.file_name().expect("a name").to_string_lossy().into_owned();
            import_as_of(turned.content(), CHANGED, &name, &fs::read(&path).expect("a sample")).await;
        }
        let sources = "{ sources { totalCount nodes { slug name kind feedUrl homepage } } }";
        let page = "totalCount nodes { title publishedAt source { slug } tags { slug } category { slug } }";
        let page = format!("{{ summaries(first: 100, orderBy: {{field: TITLE}}) {{ {page} }} }}");
        assert_eq!(turned.data(sources).await, app.data(sources).await);
        assert_eq!(turned.data(&page).await, app.data(&page).await);
    }

    async fn what_is_new_changed_and_unchanged_is_counted(app: TestApp) {
        let app = app.empty().await;
        let content = app.content();
        let first = feed(&[("1", "Flood", DATED), ("2", "Ebb", DATED), ("3", "Drought", DATED), ("", "", "")]);
        let empty = ["item 4 (line 1): it is empty"];
        assert_eq!(import(content, "rivers.xml", &first).await, Imported::episodes(3, 0, 0).but_skipped(&empty));
        let before = dump(&app.url).await;
        assert_eq!(import(content, "rivers.xml", &first).await, Imported::episodes(0, 0, 3).but_skipped(&empty));
        assert_same(&before, &dump(&app.url).await, "imported again");

        let second = feed(&[("4", "Delta", DATED), ("1", "Flood", DATED), ("2", "Ebb, at last", DATED)]);
        assert_eq!(
            import_as_of(content, CHANGED + 1, "rivers.xml", second.as_bytes()).await,
            Imported::episodes(1, 1, 1)
        );
        assert_eq!(
            app.data(EPISODES).await,
            json!({ "episodes": { "nodes": [
                { "title": "Flood" }, { "title": "Ebb, at last" }, { "title": "Drought" }, { "title": "Delta" },
            ] } })
        );
    }

    async fn an_older_file_does_not_undo_a_newer_one(app: TestApp) {
        let app = app.empty().await;
        let (old, new) = (feed(&[("1", "Flod", DATED)]), feed(&[("1", "Flood", DATED)]));
        let content = app.content();
        for (changed, text, became) in [
            (CHANGED, &old, Imported::episodes(1, 0, 0)),
            (CHANGED + 60, &new, Imported::episodes(0, 1, 0)),
            (CHANGED, &old, Imported::episodes(0, 0, 1)),
            (CHANGED + 60, &new, Imported::episodes(0, 0, 1)),
        ] {
            assert_eq!(import_as_of(content, changed, "rivers.xml", text.as_bytes()).await, became);
        }
        let titles = "{ summaries { nodes { title } } episodes { nodes { title } } }";
        let flood = json!({ "nodes": [{ "title": "Flood" }] });
        assert_eq!(app.data(titles).await, json!({ "summaries": flood, "episodes": flood }));
    }

    async fn a_file_that_is_older_than_what_is_known_still_brings_what_is_new(app: TestApp) {
        let app = app.empty().await;
        import_as_of(app.content(), CHANGED, "rivers.xml", feed(&[("2", "Ebb", DATED)]).as_bytes()).await;
        let older = feed(&[("2", "Eb", DATED), ("1", "Flood", DATED)]);
        assert_eq!(
            import_as_of(app.content(), CHANGED - 60, "rivers.xml", older.as_bytes()).await,
            Imported::episodes(1, 0, 1)
        );
    }

    async fn of_two_lines_about_one_episode_the_last_one_counts(app: TestApp) {
        let app = app.empty().await;
        let text = lines(&[line("1", "Flod", &json!({})), line("1", "Flood", &json!({}))]);
        // The second line changes what the first one brought.
        assert_eq!(import(app.content(), "rivers.jsonl", &text).await, Imported::episodes(1, 1, 0));
        let before = dump(&app.url).await;
        assert_eq!(import(app.content(), "rivers.jsonl", &text).await, Imported::episodes(0, 0, 2));
        assert_same(&before, &dump(&app.url).await, "imported again");
        let flood = json!({ "totalCount": 1, "nodes": [{ "title": "Flood" }] });
        assert_eq!(
            app.data("{ summaries { totalCount nodes { title } } episodes { totalCount nodes { title } } }").await,
            json!({ "summaries": flood, "episodes": flood })
        );
    }

    async fn of_two_lines_far_apart_the_last_one_counts_too(app: TestApp) {
        let app = app.empty().await;
        let mut all: Vec<_> =
            (0..1_100).map(|at| line(&format!("g{at}"), &format!("Flood no {at}"), &json!({}))).collect();
        all.push(line("g0", "Ebb", &json!({})));
        let text = lines(&all);
        assert_eq!(import(app.content(), "rivers.jsonl", &text).await, Imported::episodes(1_100, 1, 0));
        let before = dump(&app.url).await;
        assert_eq!(import(app.content(), "rivers.jsonl", &text).await, Imported::episodes(0, 0, 1_101));
        assert_same(&before, &dump(&app.url).await, "imported again");
        assert_eq!(
            app.data(r#"{ summary(by: {slug: "ebb"}) { title } summaries { totalCount } }"#).await,
            // The slug is of the title that came first: addresses stay.
            json!({ "summary": null, "summaries": { "totalCount": 1_100 } })
        );
    }

    async fn a_broken_line_costs_only_itself(app: TestApp) {
        let app = app.empty().await;
        let text = format!(
            "{}\n{{\"source\": \"Rivers\", \"episode\": {{\n\n[]\n{}\n{}",
            line("1", "Flood", &json!({})),
            line("2", "Ebb", &json!({ "summary": {} })),
            line("3", "Delta", &json!({})),
        );
        assert_eq!(
            import(app.content(), "rivers.jsonl", &text).await,
            Imported::episodes(2, 0, 0).but_skipped(&[
                "line 2: not JSON: EOF while parsing an object at line 1 column 33",
                "line 4: expected an object",
                "line 5: summary.tldr is missing",
            ])
        );
    }

    async fn a_file_that_is_no_feed_fails_with_a_reason_and_keeps_nobody_up(app: TestApp) {
        let app = app.empty().await;
        let before = dump(&app.url).await;
        for (name, text, error) in [
            ("empty.xml", "", "the input is empty"),
            ("notes.txt", "Flood on Monday.", "this is no feed: it is neither XML nor JSON"),
            ("page.html", "<!doctype html><p>Flood", "this is a web page, not a feed; it announces no feed"),
            (
                "page.html",
                "<!doctype html><link rel=alternate type='application/rss+xml' href='https://rivers.example/feed'>",
                "this is a web page, not a feed; it announces: https://rivers.example/feed",
            ),
            ("data.json", "{\"a\": 1}", "this is JSON, but no JSON Feed: it has no list named items"),
            (
                "picture.svg",
                "<svg xmlns=\"http://www.w3.org/2000/svg\"/>",
                "this is no feed: it begins with <svg>; expected <rss>, <feed> or <rdf:RDF>",
            ),
        ] {
            let became = import(app.content(), name, text).await;
            assert_eq!(became, Imported::episodes(0, 0, 0).and_failed(error), "{name}: {text}");
        }
        let lost = import(app.content(), "lost.jsonl", "{\"title\": 1}\n{\n").await;
        let reasons = [
            "line 1: invalid type: integer `1`, expected a string",
            "line 2: not JSON: EOF while parsing an object at line 1 column 1",
        ];
        let error = format!("none of its 2 lines is an item: {}", reasons[0]);
        assert_eq!(lost, Imported::episodes(0, 0, 0).but_skipped(&reasons).and_failed(&error));
        assert_same(&before, &dump(&app.url).await, "nothing was imported");
        assert_eq!(
            import(app.content(), "rivers.xml", &feed(&[("1", "Flood", DATED)])).await,
            Imported::episodes(1, 0, 0)
        );
    }
}
