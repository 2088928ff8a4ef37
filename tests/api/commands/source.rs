//! `precis source` and `precis fetch`: sources come, are fetched, rest and go.

use serde_json::{Value, json};

use super::{Ended, Fresh, Precis, said};
use crate::{
    both,
    support::{
        TestApp,
        origin::{Origin, feed, says},
    },
};

const TWO: [(&str, &str); 2] = [("1", "Flood"), ("2", "Ebb")];

/// A command on this database, which may fetch from this machine.
fn run(precis: &Precis, url: &str, arguments: &[&str]) -> Ended {
    let mut command = precis.command(&[arguments, &["--database-url", url]].concat());
    command.env("PRECIS_FETCH_HOSTS", "127.0.0.1");
    // A proxy that is not there is not asked, whatever the environment says.
    command.env("HTTP_PROXY", "http://127.0.0.1:9/").env("http_proxy", "http://127.0.0.1:9/");
    Ended::from(command.output().expect("it runs"))
}

/// A list of sources without the times in it.
fn listed(precis: &Precis, url: &str) -> Vec<Value> {
    let ended = run(precis, url, &["source", "list", "--json"]);
    assert_eq!((ended.code, ended.err.as_str()), (Some(0), ""));
    let without_times = |line: &str| {
        let mut source: Value = serde_json::from_str(line).expect("JSON");
        for time in ["last_fetched_at", "next_fetch_at"] {
            source[time] = json!(!source[time].is_null());
        }
        source
    };
    ended.out.lines().map(without_times).collect()
}

both! {
    async fn a_source_is_added_fetched_paused_resumed_and_removed(app: TestApp) {
        let database = Fresh::on(app.backend).await.expect("it was there");
        let (precis, url) = (Precis::new(), database.url.as_str());
        let origin = Origin::start(|asked| match (asked.path.as_str(), asked.nth) {
            ("/", _) => says(200, &[], "<!doctype html><link rel=alternate type='application/rss+xml' href='/feed'>"),
            ("/feed", 0) => says(200, &[], feed("Rivers", &TWO)),
            ("/feed", 1) => says(200, &[], feed("Rivers", &[("1", "Flood"), ("3", "Delta")])),
            _ => says(500, &[], ""),
        });
        let added = run(&precis, url, &["source", "add", &origin.url("127.0.0.1", "/")]);
        assert_eq!(added, said("rivers: added: 2 new, 0 changed, 0 unchanged, 0 skipped\n"));
        let feed_url = origin.url("127.0.0.1", "/feed");
        let source = |health: &str, is_due_some_time: bool, errors: u32, status: u32, error: Value| {
            vec![json!({
                "id": "so1", "slug": "rivers", "name": "Rivers", "feed_url": feed_url, "health": health,
                "last_fetched_at": true, "next_fetch_at": is_due_some_time, "consecutive_errors": errors,
                "last_status": status, "last_error": error,
            })]
        };
        assert_eq!(listed(&precis, url), source("OK", true, 0, 200, json!(null)));

        // Nothing is due yet.
        let none = run(&precis, url, &["fetch"]);
        assert_eq!(none, said("In all, of 0 sources: 0 new, 0 changed, 0 unchanged, 0 skipped\n"));
        let counts = "1 new, 0 changed, 1 unchanged, 0 skipped";
        let fetched = run(&precis, url, &["fetch", "rivers"]);
        assert_eq!(fetched, said(&format!("rivers: {counts}\nIn all, of 1 sources: {counts}\n")));

        let why = "the server answered 500: something is wrong with it";
        let failed = run(&precis, url, &["fetch", "--all", "--json"]);
        let mut answer: Value = serde_json::from_str(&failed.out).expect("one object");
        assert!(answer["sources"][0]["next"].take().is_string());
        assert_eq!(
            (failed.code, answer),
            (
                Some(1),
                json!({
                    "sources": [{
                        "source": "rivers", "outcome": "FAILED", "new": 0, "changed": 0, "unchanged": 0, "skipped": 0,
                        "error": why, "next": null,
                    }],
                    "total": { "new": 0, "changed": 0, "unchanged": 0, "skipped": 0, "failed": 1 },
                })
            )
        );
        assert_eq!(listed(&precis, url), source("FAILING", true, 1, 500, json!(why)));

        assert_eq!(run(&precis, url, &["source", "pause", &feed_url]), said("rivers: paused\n"));
        assert_eq!(listed(&precis, url), source("PAUSED", false, 1, 500, json!(why)));
        let all = run(&precis, url, &["fetch", "--all"]);
        assert_eq!(all, said("In all, of 0 sources: 0 new, 0 changed, 0 unchanged, 0 skipped\n"));
        assert_eq!(run(&precis, url, &["source", "resume", "so1"]), said("rivers: due\n"));
        assert_eq!(listed(&precis, url), source("FAILING", true, 1, 500, json!(why)));

        let columns = run(&precis, url, &["source", "list"]);
        assert!(columns.out.starts_with("rivers  FAILING  ") && columns.out.contains(&feed_url), "{}", columns.out);
        let removed = run(&precis, url, &["source", "remove", "rivers"]);
        assert_eq!(removed, said("rivers: removed, with 3 episodes and 3 summaries\n"));
        assert_eq!(listed(&precis, url), Vec::<Value>::new());
    }

    async fn what_can_not_be_done_says_what_to_do(app: TestApp) {
        let database = Fresh::on(app.backend).await.expect("it was there");
        let (precis, url) = (Precis::new(), database.url.as_str());
        let origin = Origin::start(|_| {
            let link = "<link rel=alternate type='application/rss+xml' ";
            says(200, &[], format!("<!doctype html>{link}href='/a' title='Posts'>{link}href='/b'>"))
        });
        let page = origin.url("127.0.0.1", "/");
        let (first, second) = (origin.url("127.0.0.1", "/a"), origin.url("127.0.0.1", "/b"));
        for (arguments, code, err) in [
            (
                &["source", "add", page.as_str()][..],
                1,
                format!("{first} (Posts)\n{second}\nprecis: this is a web page that offers 2 feeds: add one of them\n"),
            ),
            (
                &["source", "add", "http://10.0.0.1/feed"],
                1,
                "precis: the host lies in no public network: add it to fetch_hosts, if it is meant\n".to_owned(),
            ),
            (
                &["source", "add", "file:///etc/passwd"],
                1,
                "precis: the address is none of the web: give one that begins with https:// or http://\n".to_owned(),
            ),
            (
                &["source", "add", "http://"],
                2,
                "precis: \"http://\" is no address: give one such as https://example.org/feed\n".to_owned(),
            ),
            (&["fetch", "rivers"], 2, "precis: there is no source \"rivers\": see `precis source list`\n".to_owned()),
            (
                &["source", "remove", "rivers"],
                2,
                "precis: there is no source \"rivers\": see `precis source list`\n".to_owned(),
            ),
        ] {
            let ended = run(&precis, url, arguments);
            let expected = Ended { code: Some(code), out: String::new(), err };
            assert_eq!(ended, expected, "{arguments:?}");
        }
    }
}

#[test]
fn sources_or_all_or_those_that_are_due_are_fetched_and_not_two_of_them() {
    let precis = Precis::new();
    for arguments in [["fetch", "--all", "--due"], ["fetch", "rivers", "--all"], ["fetch", "rivers", "--due"]] {
        let ended = precis.run(&arguments);
        assert_eq!((ended.code, ended.out.as_str()), (Some(2), ""), "{arguments:?}");
        assert!(ended.err.contains("cannot be used with"), "{}", ended.err);
    }
}
