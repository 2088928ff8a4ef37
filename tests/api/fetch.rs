//! Fetching: where requests go and where not, what comes of answers, work under leases, and workers that die.

mod corpus;
mod counted;
mod door;
mod jobs;
mod killed;
mod poll;
mod subscribe;

use std::sync::Arc;

use precis::{
    app::App,
    config,
    content::{Content, SourceDraft},
    ingest::{
        fetch::{Door, Limits},
        poll::{Polled, Poller},
    },
    jobs::Ended,
    metrics::Metrics,
};
use serde_json::Value;
use url::Host;

use crate::support::{
    TestApp,
    app::{FixedClock, NOW},
    origin::{Names, Origin},
};

/// Options that let requests go to these hosts.
fn settings(hosts: &[&str]) -> config::Fetch {
    let hosts = hosts.iter().map(|host| Host::parse(host).expect("a host")).collect();
    config::Fetch { contact: None, hosts, ports: vec![80, 443] }
}

/// A door to those of these names that are listed.
fn door(settings: &config::Fetch, names: &Names, limits: Limits) -> Door {
    Door::new(settings, Arc::new(names.clone()), limits, Metrics::new(Arc::new(FixedClock(NOW)))).expect("a door")
}

/// Who fetches from `rivers.test` and `seas.test`, which lie here.
fn poller(app: &App) -> Poller {
    let hosts = ["rivers.test", "seas.test"];
    app.poller(&settings(&hosts), Arc::new(Names::here(&hosts)), Limits::default()).expect("somebody who fetches")
}

/// A source whose feed is there.
async fn source(content: &Content, name: &str, feed_url: &str) -> i64 {
    let draft = SourceDraft {
        slug: None,
        name: name.to_owned(),
        kind: None,
        feed_url: Some(feed_url.to_owned()),
        homepage: None,
        icon_url: None,
        description: None,
        language: None,
    };
    content.store_source(&draft).await.expect("a source").0
}

/// An empty application with the source `rivers`, whose feed is at this server's `/feed`.
async fn rivers(app: &TestApp, origin: &Origin) -> (TestApp, i64) {
    let app = app.empty().await;
    let source = source(app.content(), "Rivers", &origin.url("rivers.test", "/feed")).await;
    (app, source)
}

/// Fetches a source now.
async fn fetch(app: &TestApp, source: i64) -> Polled {
    app.content().want_fetches(&[source]).await.expect("a job");
    match poller(app.wired()).poll_now(source, std::future::pending()).await.expect("jobs") {
        Some(Ended::Done(polled)) => polled,
        other => panic!("it was not fetched: {other:?}"),
    }
}

/// How fetching the source `rivers` goes.
async fn state(app: &TestApp) -> Value {
    let fields = "health lastFetchedAt nextFetchAt consecutiveErrors lastStatus lastError";
    let ask = format!("{{ source(by: {{slug: \"rivers\"}}) {{ fetchState {{ {fields} }} }} }}");
    app.data(&ask).await["source"]["fetchState"].take()
}

/// The titles of all episodes, sorted.
async fn titles(app: &TestApp) -> Vec<String> {
    let answer =
        app.data("{ episodes(first: 100, orderBy: {field: TITLE, direction: ASC}) { nodes { title } } }").await;
    let nodes = answer["episodes"]["nodes"].as_array().expect("a list").clone();
    nodes.iter().map(|node| node["title"].as_str().expect("a title").to_owned()).collect()
}
