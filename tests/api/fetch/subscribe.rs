//! Sources that are added by their addresses, and that are removed with all they had.

use precis::ingest::{
    feed::FeedError,
    poll::{SubscribeError, Subscribed},
};
use serde_json::json;

use super::poller;
use crate::{
    both,
    support::{
        TestApp,
        origin::{Origin, feed, redirects, says},
    },
    tables::{assert_same, dump},
};

const TWO: [(&str, &str); 2] = [("1", "Flood"), ("2", "Ebb")];

/// A page that announces these feeds.
fn page(feeds: &[&str]) -> String {
    let link = |href: &&str| format!("<link rel=alternate type='application/rss+xml' href='{href}' title='Feed'>");
    format!("<!doctype html><title>Rivers</title>{}", feeds.iter().map(link).collect::<String>())
}

async fn subscribe(app: &TestApp, url: &str) -> Result<Subscribed, SubscribeError> {
    Box::pin(poller(app.wired()).subscribe(&url.parse().expect("a URL"))).await
}

both! {
    async fn a_feed_or_a_page_with_one_is_a_source_at_once(app: TestApp) {
        let origin = Origin::start(|asked| match asked.path.as_str() {
            "/" => says(200, &[], page(&["/feed"])),
            "/old" => redirects(301, "/feed"),
            "/for-now" => redirects(302, "/feed"),
            _ => says(200, &[], feed("Rivers", &TWO)),
        });
        for (address, kept) in [("/feed", "/feed"), ("/", "/feed"), ("/old", "/feed"), ("/for-now", "/for-now")] {
            let app = app.empty().await;
            let added = subscribe(&app, &origin.url("rivers.test", address)).await.expect("a source");
            assert!(added.is_new && added.polled.is_some_and(|polled| polled.counts.new == 2), "{address}");
            let ask = "{ sources { nodes { name feedUrl fetchState { health } episodes { totalCount } } } }";
            assert_eq!(
                app.data(ask).await["sources"]["nodes"],
                json!([{
                    "name": "Rivers", "feedUrl": origin.url("rivers.test", kept), "fetchState": { "health": "OK" },
                    "episodes": { "totalCount": 2 },
                }]),
                "{address}"
            );
            assert!(dump(&app.url).await["job"].is_empty(), "{address}");
        }
    }

    async fn who_is_there_already_is_not_added_again(app: TestApp) {
        let origin = Origin::start(|_| says(200, &[], feed("Rivers", &TWO)));
        let app = app.empty().await;
        let url = origin.url("rivers.test", "/feed");
        let first = subscribe(&app, &url).await.expect("a source");
        let second = subscribe(&app, &url).await.expect("a source");
        assert_eq!((first.is_new, second.is_new, first.source), (true, false, second.source));
    }

    async fn what_is_no_source_is_not_added_and_the_reason_helps(app: TestApp) {
        let origin = Origin::start(|asked| match asked.path.as_str() {
            "/several" => says(200, &[], page(&["/feed", "/comments"])),
            "/none" => says(200, &[], page(&[])),
            "/inwards" => says(200, &[], page(&["http://10.0.0.1/feed"])),
            "/missing" => says(404, &[], ""),
            _ => says(200, &[], "Flood on Monday."),
        });
        let app = app.empty().await;
        let before = dump(&app.url).await;
        for (path, reason) in [
            ("/several", "this is a web page that offers 2 feeds: add one of them"),
            ("/none", "this is a web page, not a feed; it announces no feed"),
            ("/inwards", "the host lies in no public network: add it to fetch_hosts, if it is meant"),
            ("/missing", "the server answered 404: see whether the address is right"),
            ("/text", "this is no feed: it is neither XML nor JSON"),
        ] {
            let error = subscribe(&app, &origin.url("rivers.test", path)).await.expect_err(path);
            assert_eq!(error.to_string(), reason, "{path}");
            if let SubscribeError::Several(feeds) = &error {
                let offered: Vec<_> = feeds.iter().filter_map(|feed| feed.url.clone()).collect();
                assert_eq!(offered, ["/feed", "/comments"].map(|path| origin.url("rivers.test", path)));
            }
            assert!(!matches!(error, SubscribeError::Feed(FeedError::Opml)));
        }
        assert_same(&before, &dump(&app.url).await, "nothing was added");
    }

    async fn a_source_that_is_removed_takes_all_along_and_leaves_what_others_have(app: TestApp) {
        // Everything twice: removed again, what was there before is there as it was, but for the change log.
        let before = visible(&app).await;
        let origin = Origin::start(|_| {
            let items = [("1", "SKIP LOCKED Turns One Table into a Job Queue"), ("2", "Rivers FM 12: Flood"), ("3", "Ebb")];
            says(200, &[], feed("Rivers", &items).replace("</item>", "<category>Queues</category></item>"))
        });
        let added = subscribe(&app, &origin.url("rivers.test", "/feed")).await.expect("a source");
        assert_ne!(visible(&app).await, before);
        let removed = app.content().remove_source(added.source).await.expect("it is removed").expect("it was there");
        assert_eq!((removed.episodes, removed.summaries), (3, 3));
        assert_eq!(visible(&app).await, before);
        assert_eq!(app.content().remove_source(added.source).await.expect("nothing to do"), None);

        let tables = dump(&app.url).await;
        let gone = |kind: &str| {
            tables["change"].iter().filter(|row| row["node_kind"] == kind && row["kind"] == "DELETED").count()
        };
        assert_eq!((gone("SOURCE"), gone("EPISODE"), gone("SUMMARY")), (1, 3, 3));
        for table in ["source_fetch", "job"] {
            assert!(tables[table].is_empty(), "{table}");
        }
    }

    async fn every_source_can_be_removed(app: TestApp) {
        for feed in app.content().feeds().await.expect("sources") {
            app.content().remove_source(feed.source.id).await.expect("it is removed").expect("it was there");
        }
        let tables = dump(&app.url).await;
        for table in ["source", "series", "episode", "episode_content", "episode_hashtag", "summary", "summary_body", "summary_tag"] {
            assert!(tables[table].is_empty(), "{table}");
        }
        assert!(tables["counter"].iter().all(|row| row["count"] == 0));
        let ask = "{ summaries { totalCount } sources { totalCount } facets: summaries { facets { tags { count } } } }";
        let answer = app.data(ask).await;
        assert_eq!(answer["summaries"]["totalCount"], 0);
    }
}

/// What readers see: stories and counts included.
async fn visible(app: &TestApp) -> serde_json::Value {
    app.data(
        "{ sources { totalCount nodes { slug summaryCount } } allSeries { nodes { slug } }
           summaries(first: 100, orderBy: {field: TITLE}) { totalCount nodes { title } }
           episodes(first: 100, orderBy: {field: TITLE}) { nodes { title duplicates { nodes { title } } } }
           stories: summaries(first: 100, filter: {primaryOnly: true}, orderBy: {field: TITLE}) { nodes { title } }
           tags(first: 100) { nodes { slug summaryCount } } }",
    )
    .await
}
