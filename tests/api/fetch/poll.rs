//! One source, fetched again and again: what is asked, what is stored, and when it is asked again.

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use precis::{content::store::Moved, ingest::poll::Outcome};
use serde_json::{Value, json};

use super::{fetch, rivers, source, state, titles};
use crate::{
    both,
    support::{
        TestApp,
        origin::{Origin, answer, feed, packed, redirects, says},
    },
    tables::{Tables, assert_same, dump},
};

/// The tables of content: all but those of fetching.
async fn content(app: &TestApp) -> Tables {
    let mut tables = dump(&app.url).await;
    tables.retain(|name, _| !["source_fetch", "job"].contains(&name.as_str()));
    tables
}

/// The state of a source that is well: asked now, and again after so many minutes.
fn well(status: u16, minutes: i64) -> Value {
    json!({
        "health": "OK", "lastFetchedAt": "2026-11-01T12:00:00Z", "nextFetchAt": after(minutes),
        "consecutiveErrors": 0, "lastStatus": status, "lastError": null,
    })
}

/// The instant so many minutes after that of the tests.
fn after(minutes: i64) -> String {
    precis::clock::Timestamp(crate::support::app::NOW.0 + 60 * minutes).to_string()
}

const TWO: [(&str, &str); 2] = [("1", "Flood"), ("2", "Ebb")];

both! {
    async fn a_feed_that_says_no_language_is_in_that_of_its_answer(app: TestApp) {
        let origin = Origin::start(|_| says(200, &["content-language: pt-BR"], feed("Rivers", &TWO)));
        let (app, rivers) = rivers(&app, &origin).await;
        fetch(&app, rivers).await;
        let answer = app.data("{ summaries { nodes { language } } }").await;
        assert_eq!(answer["summaries"]["nodes"], json!([{ "language": "pt-BR" }, { "language": "pt-BR" }]));
    }

    async fn what_is_fetched_is_filed_by_the_rules(app: TestApp) {
        let origin = Origin::start(|_| says(200, &["content-language: en"], feed("Rivers", &TWO)));
        let (app, rivers) = rivers(&app, &origin).await;
        let app = app.filing_by(&["words:floods = Weather"]);
        fetch(&app, rivers).await;
        let answer = app.data("{ summaries(orderBy: {field: TITLE}) { nodes { title category { name } } } }").await;
        let flood = json!({ "title": "Flood", "category": { "name": "Weather" } });
        assert_eq!(answer["summaries"]["nodes"], json!([flood, { "title": "Ebb", "category": null }]));
    }

    async fn what_is_new_is_stored_and_what_is_not_changes_no_row(app: TestApp) {
        let origin = Origin::start(|asked| match asked.nth {
            // The tag changes with each answer, and nothing else does.
            nth @ 0..=2 => says(200, &[&format!("etag: \"{nth}\"")], feed("Rivers", &TWO)),
            _ => says(200, &["etag: \"9\""], feed("Rivers", &[("3", "Delta"), ("1", "Flood"), ("2", "Ebb, at last")])),
        });
        let (app, rivers) = rivers(&app, &origin).await;
        assert_eq!(state(&app).await, Value::Null);

        let first = fetch(&app, rivers).await;
        assert_eq!((first.outcome, first.counts.new, first.moved), (Outcome::Taken, 2, Moved::No));
        // Both are of the day before, so that there is one in half a day.
        assert_eq!(state(&app).await, well(200, 3 * 60));
        assert_eq!(titles(&app).await, ["Ebb", "Flood"]);

        let before = content(&app).await;
        for _ in 0..2 {
            assert_eq!(fetch(&app, rivers).await.outcome, Outcome::Unchanged);
            assert_same(&before, &content(&app).await, "the same came again");
        }
        let last = fetch(&app, rivers).await;
        assert_eq!((last.outcome, last.counts.new, last.counts.changed), (Outcome::Taken, 1, 1));
        assert_eq!(titles(&app).await, ["Delta", "Ebb, at last", "Flood"]);
        let sent: Vec<_> =
            origin.asked().iter().map(|asked| asked.header("if-none-match").map(str::to_owned)).collect();
        assert_eq!(sent, [None, Some("\"0\"".to_owned()), Some("\"1\"".to_owned()), Some("\"2\"".to_owned())]);
    }

    async fn a_feed_that_differs_in_nothing_but_its_frame_changes_no_row(app: TestApp) {
        let origin = Origin::start(|asked| {
            says(200, &[], feed("Rivers", &TWO).replace("<item>", &format!("<x>{}</x><item>", asked.nth)))
        });
        let (app, rivers) = rivers(&app, &origin).await;
        fetch(&app, rivers).await;
        let before = content(&app).await;
        let again = fetch(&app, rivers).await;
        assert_eq!((again.outcome, again.counts.unchanged), (Outcome::Taken, 2));
        assert_same(&before, &content(&app).await, "the items are the same");
    }

    async fn a_server_that_has_nothing_new_is_believed_if_anything_is_known(app: TestApp) {
        let origin = Origin::start(|asked| match asked.nth {
            1 => says(200, &["last-modified: Sat, 31 Oct 2026 12:00:00 GMT"], feed("Rivers", &TWO)),
            _ => says(304, &[], ""),
        });
        let (app, rivers) = rivers(&app, &origin).await;
        // Nobody has said what would be old.
        let first = fetch(&app, rivers).await;
        assert_eq!(first.outcome, Outcome::Failed("the server answered 304: that is no feed".to_owned()));
        fetch(&app, rivers).await;
        assert_eq!(state(&app).await, well(200, 180));
        assert_eq!(fetch(&app, rivers).await.outcome, Outcome::Unchanged);
        assert_eq!(state(&app).await, well(304, 180));
        let sent = origin.asked()[2].header("if-modified-since").map(str::to_owned);
        assert_eq!(sent.as_deref(), Some("sat, 31 oct 2026 12:00:00 gmt"));
    }

    async fn what_goes_wrong_is_told_and_tried_again_more_and_more_seldom(app: TestApp) {
        let origin = Origin::start(|asked| match asked.nth {
            0 => says(404, &[], "secret"),
            1 => says(500, &[], "secret"),
            2 => says(200, &[], "<!doctype html><title>secret</title><link rel=alternate type='application/rss+xml' href='/secret'>"),
            3 => says(200, &[], "<svg secret='1'/>"),
            4 => says(403, &[], ""),
            5 => redirects(302, "http://127.0.0.1/secret"),
            _ => says(200, &[], feed("Rivers", &TWO)),
        });
        let (app, rivers) = rivers(&app, &origin).await;
        let errors = [
            ("the server answered 404: there is no feed at this address now", 1, Some(404)),
            ("the server answered 500: something is wrong with it", 2, Some(500)),
            (
                "this is a web page, not a feed; it announces a feed: `precis source add` with its address shows more",
                4,
                Some(200),
            ),
            ("this is no feed, but XML of another kind", 8, Some(200)),
            ("the server answered 403: it does not give the feed to everybody", 16, Some(403)),
            (
                "behind 1 redirects: the host lies in no public network: add it to fetch_hosts, if it is meant",
                24,
                None,
            ),
        ];
        for (place, (error, hours, status)) in errors.into_iter().enumerate() {
            assert_eq!(fetch(&app, rivers).await.outcome, Outcome::Failed(error.to_owned()));
            let told = json!({
                "health": "FAILING", "lastFetchedAt": after(0), "nextFetchAt": after(60 * hours),
                "consecutiveErrors": place + 1, "lastStatus": status, "lastError": error,
            });
            assert_eq!(state(&app).await, told);
        }
        assert_eq!(fetch(&app, rivers).await.counts.new, 2);
        assert_eq!(state(&app).await, well(200, 180));
    }

    async fn a_busy_server_says_when_it_wants_to_be_asked_again(app: TestApp) {
        let origin = Origin::start(|asked| match asked.nth {
            0 => says(429, &["retry-after: 1800"], ""),
            1 => says(503, &["retry-after: Sun, 01 Nov 2026 12:05:00 GMT"], ""),
            2 => says(503, &["retry-after: 1"], ""),
            3 => says(429, &["retry-after: 999999"], ""),
            _ => says(503, &["retry-after: later"], ""),
        });
        let (app, rivers) = rivers(&app, &origin).await;
        for minutes in [30, 5, 1, 24 * 60, 16 * 60] {
            let polled = fetch(&app, rivers).await;
            assert_eq!(polled.next.map(|next| next.to_string()), Some(after(minutes)));
        }
    }

    async fn a_source_that_is_gone_is_asked_no_more_until_somebody_wants_it(app: TestApp) {
        let origin = Origin::start(|asked| match asked.nth {
            0 => says(410, &[], ""),
            _ => says(200, &[], feed("Rivers", &TWO)),
        });
        let (app, rivers) = rivers(&app, &origin).await;
        assert_eq!(fetch(&app, rivers).await.outcome, Outcome::Gone);
        let gone = json!({
            "health": "GONE", "lastFetchedAt": after(0), "nextFetchAt": null, "consecutiveErrors": 0, "lastStatus": 410,
            "lastError": "the server answered 410: the feed is gone for good",
        });
        assert_eq!(state(&app).await, gone);
        app.clock.pass(Duration::from_hours(24 * 365));
        assert_eq!(app.content().plan_fetches().await.expect("a plan"), 0);
        app.content().resume_fetching(rivers).await.expect("it is resumed");
        assert_eq!(app.content().plan_fetches().await.expect("a plan"), 1);
        assert_eq!(fetch(&app, rivers).await.counts.new, 2);
        assert_eq!(state(&app).await["health"], "OK");
    }

    async fn a_source_that_is_paused_is_not_asked_and_stays_so(app: TestApp) {
        let origin = Origin::start(|_| says(200, &[], feed("Rivers", &TWO)));
        let (app, rivers) = rivers(&app, &origin).await;
        assert_eq!(app.content().plan_fetches().await.expect("a plan"), 1);
        app.content().pause_fetching(rivers).await.expect("it is paused");
        assert!(dump(&app.url).await["job"].is_empty());
        assert_eq!(app.content().plan_fetches().await.expect("a plan"), 0);
        assert_eq!((&state(&app).await["health"], origin.connections()), (&json!("PAUSED"), 0));
        // Who wants it fetched by name gets that, once.
        assert_eq!(fetch(&app, rivers).await.counts.new, 2);
        let told = state(&app).await;
        assert_eq!((&told["health"], &told["nextFetchAt"]), (&json!("PAUSED"), &Value::Null));
    }

    async fn a_feed_moves_once_it_was_read_where_it_moved(app: TestApp) {
        let new_is_well = Arc::new(AtomicUsize::new(0));
        let well = new_is_well.clone();
        let origin = Origin::start(move |asked| match (asked.path.as_str(), well.load(Ordering::SeqCst)) {
            ("/feed", _) => redirects(301, "/new"),
            ("/new", 0) => says(200, &[], "<!doctype html><p>Moved."),
            _ => says(200, &["etag: \"1\""], feed("Rivers", &TWO)),
        });
        let (app, rivers) = rivers(&app, &origin).await;
        let ask = "{ source(by: {slug: \"rivers\"}) { feedUrl } }";
        fetch(&app, rivers).await;
        assert_eq!(app.data(ask).await["source"]["feedUrl"], origin.url("rivers.test", "/feed"));
        new_is_well.store(1, Ordering::SeqCst);
        assert_eq!(fetch(&app, rivers).await.moved, Moved::Done);
        assert_eq!(app.data(ask).await["source"]["feedUrl"], origin.url("rivers.test", "/new"));
        fetch(&app, rivers).await;
        let asked: Vec<String> = origin.asked().into_iter().map(|asked| asked.path).collect();
        assert_eq!(asked, ["/feed", "/new", "/feed", "/new", "/new"]);
    }

    async fn a_feed_that_moves_to_where_another_source_is_stays(app: TestApp) {
        let origin = Origin::start(|asked| match asked.path.as_str() {
            "/feed" => redirects(308, "/taken"),
            _ => says(200, &[], feed("Rivers", &TWO)),
        });
        let (app, rivers) = rivers(&app, &origin).await;
        source(app.content(), "Seas", &origin.url("rivers.test", "/taken")).await;
        let polled = fetch(&app, rivers).await;
        assert_eq!((polled.moved, polled.counts.new), (Moved::Taken, 2));
        assert_eq!(
            app.data("{ sources { nodes { slug feedUrl episodes { totalCount } } } }").await["sources"]["nodes"],
            json!([
                { "slug": "rivers", "feedUrl": origin.url("rivers.test", "/feed"), "episodes": { "totalCount": 2 } },
                { "slug": "seas", "feedUrl": origin.url("rivers.test", "/taken"), "episodes": { "totalCount": 0 } },
            ])
        );
    }

    async fn a_feed_that_a_server_says_not_to_have_changed_moves_the_next_time(app: TestApp) {
        let origin = Origin::start(|asked| match (asked.path.as_str(), asked.nth) {
            ("/feed", 0) => says(200, &["etag: \"1\""], feed("Rivers", &TWO)),
            ("/feed", _) => redirects(301, "/new"),
            _ if asked.header("if-none-match").is_some() => says(304, &[], ""),
            _ => says(200, &["etag: \"1\""], feed("Rivers", &TWO)),
        });
        let (app, rivers) = rivers(&app, &origin).await;
        fetch(&app, rivers).await;
        assert_eq!(fetch(&app, rivers).await.outcome, Outcome::Unchanged);
        let last = fetch(&app, rivers).await;
        // The bytes are those that are known; they were read, if only before.
        assert_eq!((last.outcome, last.moved), (Outcome::Unchanged, Moved::Done));
    }

    async fn an_item_without_a_date_has_that_of_its_feed(app: TestApp) {
        let text = "<rss><channel><title>Rivers</title><item><guid>1</guid><title>Flood</title></item></channel></rss>";
        let origin = Origin::start(move |asked| match asked.nth {
            0 => says(200, &["last-modified: Fri, 30 Oct 2026 08:00:00 GMT"], text),
            _ => says(200, &["last-modified: Sat, 31 Oct 2026 08:00:00 GMT"], text.replace("Flood", "Ebb")),
        });
        let (app, rivers) = rivers(&app, &origin).await;
        let ask = "{ episodes { nodes { title publishedAt publishedAtIsEstimated } } }";
        for title in ["Flood", "Ebb"] {
            fetch(&app, rivers).await;
            let episode =
                json!({ "title": title, "publishedAt": "2026-10-30T08:00:00Z", "publishedAtIsEstimated": true });
            assert_eq!(app.data(ask).await["episodes"]["nodes"], json!([episode]));
        }
    }

    async fn a_thousand_items_are_taken_and_the_rest_is_told(app: TestApp) {
        let names: Vec<String> = (1..=1_001).map(|number| format!("{number}")).collect();
        let items: Vec<(&str, &str)> = names.iter().map(|name| (name.as_str(), name.as_str())).collect();
        let text = packed("gzip", feed("Rivers", &items).as_bytes());
        let origin = Origin::start(move |_| says(200, &["content-encoding: gzip"], &text));
        let (app, rivers) = rivers(&app, &origin).await;
        assert_eq!(fetch(&app, rivers).await.counts.new, 1_000);
        let told = state(&app).await;
        let error = "The feed has 1001 items; the last 1 were left out.";
        assert_eq!((&told["health"], &told["lastError"]), (&json!("OK"), &json!(error)));
    }

    async fn a_feed_that_breaks_off_gives_its_whole_items_and_is_told(app: TestApp) {
        let whole = feed("Rivers", &TWO);
        let cut = whole[..whole.len() - 40].to_owned();
        let origin = Origin::start(move |_| says(200, &[], &cut));
        let (app, rivers) = rivers(&app, &origin).await;
        fetch(&app, rivers).await;
        let told = state(&app).await;
        let error = "The feed ends in the middle; its complete items were taken.";
        assert_eq!((&told["health"], &told["lastError"]), (&json!("OK"), &json!(error)));
        // The same again is as wrong as before.
        assert_eq!(fetch(&app, rivers).await.outcome, Outcome::Unchanged);
        assert_eq!(state(&app).await["lastError"], error);
    }

    async fn a_text_is_read_in_the_encoding_that_http_names(app: TestApp) {
        let mut text = feed("Rivers", &[("1", "Flu?")]).into_bytes();
        let place = text.iter().position(|byte| *byte == b'?').expect("a place");
        text[place] = 0xdf;
        let origin = Origin::start(move |_| says(200, &["content-type: text/xml; charset=iso-8859-1"], &text));
        let (app, rivers) = rivers(&app, &origin).await;
        fetch(&app, rivers).await;
        assert_eq!(titles(&app).await, ["Fluß"]);
    }

    async fn a_source_keeps_what_is_known_of_it_whatever_its_feed_says(app: TestApp) {
        let own = "<rss><channel><title>Somebody else</title><link>https://seas.example/</link>\
                   <item><guid>1</guid><title>Flood</title></item></channel></rss>";
        let origin = Origin::start(move |_| says(200, &[], own));
        let (app, rivers) = rivers(&app, &origin).await;
        source(app.content(), "Somebody else", "https://seas.example/feed").await;
        fetch(&app, rivers).await;
        assert_eq!(
            app.data("{ sources { nodes { name homepage episodes { totalCount } } } }").await["sources"]["nodes"],
            json!([
                { "name": "Rivers", "homepage": "https://seas.example/", "episodes": { "totalCount": 1 } },
                { "name": "Somebody else", "homepage": null, "episodes": { "totalCount": 0 } },
            ])
        );
    }

    async fn how_fetching_goes_is_one_statement_for_all_sources(app: TestApp) {
        let origin = Origin::start(|_| says(200, &[], feed("Rivers", &TWO)));
        let (app, rivers) = rivers(&app, &origin).await;
        source(app.content(), "Seas", &origin.url("seas.test", "/feed")).await;
        fetch(&app, rivers).await;
        let field = "sources { nodes { slug fetchState { health } } }";
        assert_eq!(app.statements_of(field).await.len(), 2);
        assert_eq!(
            app.data(&format!("{{ {field} }}")).await["sources"]["nodes"],
            json!([{ "slug": "rivers", "fetchState": { "health": "OK" } }, { "slug": "seas", "fetchState": null }])
        );
        let nested = "episodes { nodes { source { fetchState { health } } } }";
        assert_eq!(app.statements_of(nested).await.len(), 2);
    }

    async fn a_body_that_stops_early_is_not_taken(app: TestApp) {
        let origin = Origin::start(|_| {
            let whole = answer(200, &[], feed("Rivers", &TWO));
            crate::support::origin::Does::Says(whole[..whole.len() - 30].to_vec())
        });
        let (app, rivers) = rivers(&app, &origin).await;
        let error = "the answer broke off, or is no HTTP: it is tried again later";
        assert_eq!(fetch(&app, rivers).await.outcome, Outcome::Failed(error.to_owned()));
        assert!(titles(&app).await.is_empty());
    }
}
