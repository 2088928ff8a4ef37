//! `precis export`: what `precis import` reads, on standard output.

use std::process::ExitCode;

use serde_json::{Value, json};

use super::{Failure, report, start};
use crate::{
    app::App,
    clock::Timestamp,
    config::{Config, DatabaseArgs},
    content::{
        SummaryOrigin,
        export::{Exported, ExportedSummary},
    },
    ingest::opml,
};

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// What to print
    #[arg(value_enum)]
    format: Format,
    #[command(flatten)]
    pub(super) database: DatabaseArgs,
}

#[derive(Clone, Copy, Debug, clap::ValueEnum)]
enum Format {
    /// The sources that have a feed, as a list of feeds (OPML 2.0)
    Opml,
    /// All episodes with their published summaries, as JSON lines
    Jsonl,
}

pub(super) async fn run(config: &Config, args: &Args) -> Result<ExitCode, Failure> {
    let app = start(config).await?;
    let printed = match args.format {
        Format::Opml => list(&app).await,
        Format::Jsonl => lines(&app).await,
    };
    app.close().await;
    printed.map(|()| ExitCode::SUCCESS)
}

async fn list(app: &App) -> Result<(), Failure> {
    let feeds = app.content.feeds().await?;
    Ok(report::print(&opml::write(feeds.iter().map(|feed| &feed.source)))?)
}

async fn lines(app: &App) -> Result<(), Failure> {
    let mut after = 0;
    loop {
        let page = app.content.export(after).await?;
        let Some(last) = page.last() else { return Ok(()) };
        after = last.episode.id;
        let lines: Vec<String> = page.iter().flat_map(lines_of).map(|line| line.to_string()).collect();
        report::print(&(lines.join("\n") + "\n"))?;
    }
}

/// A line for each summary that somebody wrote; one without where nobody did: an excerpt makes itself again.
fn lines_of(exported: &Exported) -> Vec<Value> {
    let written: Vec<&ExportedSummary> =
        exported.summaries.iter().filter(|it| it.row.origin != SummaryOrigin::Excerpt).collect();
    if written.is_empty() {
        let excerpt = exported.summaries.first();
        return vec![json!({ "source": source(exported), "episode": episode(exported, excerpt) })];
    }
    let line = |it: &&ExportedSummary| json!({ "source": source(exported), "episode": episode(exported, Some(it)), "summary": summary(it) });
    written.iter().map(line).collect()
}

fn source(Exported { source, .. }: &Exported) -> Value {
    said(json!({
        "slug": source.slug, "name": source.name, "kind": source.kind.as_str(), "homepage": source.homepage,
        "feed_url": source.feed_url, "icon_url": source.icon_url, "description": source.description,
        "language": source.language,
    }))
}

fn episode(Exported { episode, series, content, .. }: &Exported, names: Option<&ExportedSummary>) -> Value {
    let time = |at: i64| Timestamp(at).to_string();
    // What is kept as JSON is JSON.
    let kept = |text: &str| serde_json::from_str::<Value>(text).unwrap_or_default();
    said(json!({
        "title": episode.title, "url": episode.url, "guid": episode.guid, "author": episode.author,
        "language": episode.language, "published_at": time(episode.published_at),
        "updated_at": episode.source_updated_at.map(time), "kind": episode.kind.as_str(), "series": series,
        "season": episode.season, "number": episode.number, "hashtags": kept(&episode.hashtags),
        "image_url": episode.image_url, "duration_seconds": episode.duration_seconds,
        "enclosures": kept(&episode.enclosures), "excerpt": episode.excerpt, "content": content.as_deref().map(str::trim),
        "tags": names.map(|it| &it.tags), "category": names.and_then(|it| it.category.as_ref()),
    }))
}

fn summary(ExportedSummary { row, body, .. }: &ExportedSummary) -> Value {
    let points = serde_json::from_str::<Value>(&row.key_points).unwrap_or_default();
    said(json!({
        "language": row.language, "title": row.title, "tldr": row.tldr, "key_points": points, "body": body,
        "origin": row.origin.as_str(), "model": row.model,
    }))
}

/// An object without what says nothing.
fn said(object: Value) -> Value {
    let Value::Object(mut fields) = object else { return object };
    fields.retain(|_, value| !(value.is_null() || value.as_array().is_some_and(Vec::is_empty)));
    Value::Object(fields)
}
