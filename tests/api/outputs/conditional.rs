//! Conditional requests: who has an output is told so, for just as long as it is the same.

use std::time::Duration;

use axum::{
    body::Body,
    http::{Request, StatusCode},
};
use precis::{content::NodeId, outputs::Output};

use super::{body, get, header, text};
use crate::{
    both,
    support::{Reply, TestApp},
};

const LINE: &str = r#"{"source": {"name": "Log"}, "episode": {"title": "New", "guid": "1", "published_at": "2026-05-09T10:00:00Z", "language": "en"}}"#;

both! {
    async fn who_has_an_output_is_told_so(app: TestApp) {
        app.clock.pass(Duration::from_hours(1));
        for output in Output::ALL {
            let uri = format!("{}?until=2026-05-10", output.file());
            let first = get(&app, &uri).await;
            let tag = header(&first, "etag").expect("a tag").to_owned();
            let date = header(&first, "last-modified").expect("a date").to_owned();
            assert_eq!(date, "Sun, 01 Nov 2026 12:00:00 GMT", "when the content came");
            for (name, value) in [("if-none-match", &tag), ("if-modified-since", &date)] {
                let again = conditional(&app, &uri, name, value).await;
                assert_eq!((again.status, text(&again)), (StatusCode::NOT_MODIFIED, ""), "{uri} {name}");
                for kept in ["etag", "last-modified", "cache-control", "content-security-policy"] {
                    assert_eq!(header(&again, kept), header(&first, kept), "{uri} {name}: {kept}");
                }
            }
            let older = conditional(&app, &uri, "if-modified-since", "Sun, 01 Nov 2026 11:59:59 GMT").await;
            assert_eq!(older.status, StatusCode::OK, "{uri}");
        }
    }

    async fn what_changes_is_new_to_those_who_have_the_old(app: TestApp) {
        app.clock.pass(Duration::from_hours(1));
        let uri = "feed.atom?language=en";
        let before = get(&app, uri).await;
        app.clock.pass(Duration::from_hours(1));
        let (counts, _) = app.import("new.jsonl", LINE).await;
        assert_eq!(counts.new, 1);
        assert_eq!(header(&get(&app, uri).await, "last-modified"), None, "this second may bring more");
        app.clock.pass(Duration::from_secs(1));
        for name in ["etag", "last-modified"] {
            let condition = if name == "etag" { "if-none-match" } else { "if-modified-since" };
            let old = header(&before, name).expect("a validator");
            assert_eq!(conditional(&app, uri, condition, old).await.status, StatusCode::OK, "{name}");
        }

        // What is gone leaves no entry with a newer date.
        let with = get(&app, uri).await;
        app.clock.pass(Duration::from_hours(1));
        remove(&app, "log").await;
        app.clock.pass(Duration::from_secs(1));
        let date = header(&with, "last-modified").expect("a date");
        assert_eq!(conditional(&app, uri, "if-modified-since", date).await.status, StatusCode::OK);
        assert_eq!(body(&app, uri).await, text(&before), "it is as it was");
    }

    async fn a_period_that_moves_is_another_one_tomorrow(app: TestApp) {
        app.clock.pass(Duration::from_hours(1));
        let uri = "digest.md?since=400d&tz=Asia/Tokyo";
        let today = get(&app, uri).await;
        assert_eq!(header(&today, "last-modified"), Some("Sun, 01 Nov 2026 12:00:00 GMT"));
        app.clock.pass(Duration::from_hours(3));
        let tomorrow = get(&app, uri).await;
        assert_eq!(header(&tomorrow, "last-modified"), Some("Sun, 01 Nov 2026 15:00:00 GMT"), "it is Monday in Tokyo");
        assert_ne!(header(&tomorrow, "etag"), header(&today, "etag"));
        assert_eq!(header(&get(&app, "digest.md?since=9h").await, "last-modified"), None, "hours move all the time");
    }
}

async fn conditional(app: &TestApp, uri: &str, name: &str, value: &str) -> Reply {
    app.send(Request::get(format!("/{uri}")).header(name, value).body(Body::empty()).expect("a request")).await
}

/// Removes a source.
async fn remove(app: &TestApp, slug: &str) {
    let data = app.data(&format!("{{ source(by: {{slug: \"{slug}\"}}) {{ id }} }}")).await;
    let id = data["source"]["id"].as_str().expect("an id").parse::<NodeId>().expect("an id").number;
    assert!(app.content().remove_source(id).await.expect("it is removed").is_some());
}
