//! Feeds, read by our own importer: what they carry comes back.

use std::collections::BTreeSet;

use serde_json::Value;

use super::body;
use crate::{both, support::TestApp};

const ALL: &str = "{ summaries(first: 100) { nodes {
    title publishedAt language category { slug } tags { slug }
    source { name } episode { url author enclosures { url mimeType } }
} pageInfo { hasNextPage } } }";

both! {
    async fn what_a_feed_carries_comes_back(app: TestApp) {
        let sent = items(&app, true).await;
        assert!(sent.len() > 60 && sent.iter().any(|it| it.contains("audio/mpeg")), "{sent:#?}");
        for file in ["feed.atom", "feed.rss", "feed.json"] {
            let feed = body(&app, &format!("{file}?limit=100")).await;
            let reader = app.empty().await;
            let (counts, done) = reader.import(file, &feed).await;
            assert!(done.is_ok() && counts.skipped == 0, "{file}: {counts:?} {done:?}");
            let came = items(&reader, false).await;
            let lost: Vec<_> = sent.difference(&came).collect();
            let made_up: Vec<_> = came.difference(&sent).collect();
            assert!(lost.is_empty() && made_up.is_empty(), "{file}: lost {lost:#?}, made up {made_up:#?}");
            let (again, done) = reader.import(file, &feed).await;
            assert!(done.is_ok() && again.unchanged == sent.len(), "{file}: {again:?}");
        }
    }
}

/// All that a feed carries of each summary, as a line.
async fn items(app: &TestApp, is_sender: bool) -> BTreeSet<String> {
    let data = app.data(ALL).await;
    assert_eq!(data["summaries"]["pageInfo"]["hasNextPage"], false);
    data["summaries"]["nodes"].as_array().expect("a list").iter().map(|it| line(it, is_sender)).collect()
}

fn line(summary: &Value, is_sender: bool) -> String {
    let slugs = |list: &Value| -> Vec<String> {
        list.as_array().into_iter().flatten().map(|it| it["slug"].as_str().expect("a slug").to_owned()).collect()
    };
    let mut labels: BTreeSet<String> = slugs(&summary["tags"]).into_iter().collect();
    labels.extend(summary["category"]["slug"].as_str().map(str::to_owned));
    // Who names no author is named by the source.
    let author = summary["episode"]["author"].as_str();
    let author = author.or_else(|| summary["source"]["name"].as_str().filter(|_| is_sender));
    let files = summary["episode"]["enclosures"].as_array().expect("a list");
    let files: Vec<String> = files.iter().map(|it| format!("{} {}", it["url"], it["mimeType"])).collect();
    format!(
        "{} | {} | {} | {} | {author:?} | {labels:?} | {files:?}",
        summary["title"], summary["episode"]["url"], summary["publishedAt"], summary["language"],
    )
}
