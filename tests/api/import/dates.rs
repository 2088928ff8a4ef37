//! When an episode was published, where its input says so, doesn't, or claims the future.

use precis::{app::App, config::Database};
use serde_json::json;

use super::inbox::{CHANGED, Imported, feed, import, import_as_of, line, lines};
use crate::{
    both,
    support::{
        TestApp,
        app::{FixedClock, NOW},
    },
    tables::{assert_same, dump},
};

/// What is said of the dates of all episodes, by title.
const DATES: &str = "{ episodes(orderBy: {field: TITLE, direction: ASC}) { nodes { title publishedAt \
                     publishedAtIsEstimated } } \
                     summaries(orderBy: {field: TITLE, direction: ASC}) { nodes { publishedAt } } }";

both! {
    async fn a_missing_date_is_that_of_the_file_and_one_in_the_future_is_now(app: TestApp) {
        let app = app.empty().await;
        let text = feed(&[
            ("1", "Cut", "<pubDate>some day</pubDate>"),
            ("2", "Dated", "<pubDate>Tue, 03 Mar 2026 09:15:00 +0100</pubDate>"),
            ("3", "Ebb", ""),
            ("4", "Future", "<pubDate>Sat, 01 Jan 2028 00:00:00 GMT</pubDate>"),
        ]);
        let unread = "1 item has a date that can't be read; the first is item 1 (line 1): some day";
        assert_eq!(import(app.content(), "rivers.xml", &text).await, Imported::episodes(4, 0, 0).with_note(unread));
        let dates = app.data(DATES).await;
        assert_eq!(
            dates,
            json!({
                "episodes": { "nodes": [
                    { "title": "Cut", "publishedAt": "2026-05-09T00:00:00Z", "publishedAtIsEstimated": true },
                    { "title": "Dated", "publishedAt": "2026-03-03T08:15:00Z", "publishedAtIsEstimated": false },
                    { "title": "Ebb", "publishedAt": "2026-05-09T00:00:00Z", "publishedAtIsEstimated": true },
                    { "title": "Future", "publishedAt": "2026-11-01T12:00:00Z", "publishedAtIsEstimated": true },
                ] },
                "summaries": { "nodes": [
                    { "publishedAt": "2026-05-09T00:00:00Z" },
                    { "publishedAt": "2026-03-03T08:15:00Z" },
                    { "publishedAt": "2026-05-09T00:00:00Z" },
                    { "publishedAt": "2026-11-01T12:00:00Z" },
                ] },
            })
        );

        let before = dump(&app.url).await;
        later(&app, &text).await;
        assert_same(&before, &dump(&app.url).await, "a day later, from a file that was touched");
    }

    async fn a_guess_is_kept_when_the_item_changes(app: TestApp) {
        let app = app.empty().await;
        let future = "<pubDate>Sat, 01 Jan 2028 00:00:00 GMT</pubDate>";
        import(app.content(), "rivers.xml", &feed(&[("1", "Ebb", ""), ("2", "Future", future)])).await;
        let before = app.data(DATES).await;
        later(
            &app,
            &feed(&[
                ("1", "Ebb", "<pubDate>Tue, 03 Mar 2026 09:15:00 GMT</pubDate><description>And flood.</description>"),
                ("2", "Future", "<pubDate>Sun, 02 Jan 2028 00:00:00 GMT</pubDate>"),
            ]),
        )
        .await;
        assert_eq!(app.data(DATES).await, before);
    }

    async fn a_date_that_is_corrected_moves_episode_and_excerpt(app: TestApp) {
        let app = app.empty().await;
        import(
            app.content(),
            "rivers.jsonl",
            &lines(&[line("1", "Ebb", &json!({ "episode": { "tags": ["Water"] } }))]),
        )
        .await;
        let corrected = json!({ "episode": { "tags": ["Water"], "published_at": "2026-03-04T00:00:00Z" } });
        let corrected = lines(&[line("1", "Ebb", &corrected)]);
        let became = import_as_of(app.content(), CHANGED + 1, "rivers.jsonl", corrected.as_bytes()).await;
        assert_eq!(became, Imported::episodes(0, 1, 0));
        assert_eq!(
            app.data(DATES).await,
            json!({
                "episodes": { "nodes": [
                    { "title": "Ebb", "publishedAt": "2026-03-04T00:00:00Z", "publishedAtIsEstimated": false },
                ] },
                "summaries": { "nodes": [{ "publishedAt": "2026-03-04T00:00:00Z" }] },
            })
        );
    }

    async fn a_file_from_the_future_dates_nothing_later_than_now(app: TestApp) {
        let app = app.empty().await;
        let from_2100 = 4_102_444_800;
        import_as_of(app.content(), from_2100, "rivers.xml", feed(&[("1", "Ebb", "")]).as_bytes()).await;
        assert_eq!(
            app.data("{ episodes { nodes { publishedAt publishedAtIsEstimated } } }").await,
            json!({ "episodes": { "nodes": [
                { "publishedAt": "2026-11-01T12:00:00Z", "publishedAtIsEstimated": true },
            ] } })
        );
    }
}

/// Imports the feed of Rivers again, a day later, from a file that was changed an hour ago.
async fn later(app: &TestApp, text: &str) {
    let tomorrow = NOW.0 + 86_400;
    let database = Database { url: app.url.parse().expect("a URL"), max_connections: 2, migrate: true };
    let other = App::start(&database, FixedClock(precis::clock::Timestamp(tomorrow)), None).await.expect("it starts");
    let changed = u64::try_from(tomorrow - 3_600).expect("after 1970");
    import_as_of(&other.content, changed, "rivers.xml", text.as_bytes()).await;
    other.close().await;
}
