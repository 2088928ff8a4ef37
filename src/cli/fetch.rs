//! `precis fetch`: sources, fetched now and in the foreground.

use std::{process::ExitCode, sync::Arc};

use futures_util::{FutureExt, StreamExt, stream};
use indicatif::ProgressBar;
use serde_json::json;

use super::{
    Failure,
    report::{self, JsonList},
    source::find,
    start,
};
use crate::{
    clock::{Clock as _, SystemClock},
    config::{CategoryArgs, Config, DatabaseArgs, FetchArgs},
    content::{SourceHealth, fetching::Feed, store::Moved},
    http,
    ingest::{
        fetch::{Limits, SystemResolver},
        import::Counts,
        poll::{Outcome, Polled},
    },
    jobs::Ended,
};

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Slugs, ids or feed addresses of sources; without any, those that are due
    #[arg(value_name = "SOURCE", conflicts_with_all = ["all", "due"])]
    sources: Vec<String>,
    /// All sources but those that are paused or gone
    #[arg(long, conflicts_with = "due")]
    all: bool,
    /// Those that are due
    #[arg(long)]
    due: bool,
    /// Print one JSON object instead of lines for people
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    pub(super) database: DatabaseArgs,
    #[command(flatten)]
    pub(super) fetch: FetchArgs,
    #[command(flatten)]
    pub(super) categories: CategoryArgs,
}

/// How many sources are fetched at a time.
const AT_A_TIME: usize = 16;
/// Reasons that are told of one source; the rest is only counted.
const REASONS: usize = 20;

pub(super) async fn run(config: &Config, args: &Args) -> Result<ExitCode, Failure> {
    let stop = http::shutdown_signal()?.shared();
    let app = start(config).await?;
    let feeds = wanted(app.content.feeds().await?, args)?;
    let poller = app.poller(&config.fetch, Arc::new(SystemResolver), Limits::default())?;
    let ids: Vec<i64> = feeds.iter().map(|feed| feed.source.id).collect();
    app.content.want_fetches(&ids).await?;
    let mut output = Output::new(args.json, feeds.len())?;
    let fetches = feeds.iter().map(|feed| {
        let fetched = poller.poll_now(feed.source.id, stop.clone());
        async move { (feed, fetched.await) }
    });
    let mut fetches = stream::iter(fetches).buffer_unordered(AT_A_TIME);
    while let Some((feed, fetched)) = fetches.next().await {
        output.source(&feed.source.slug, fetched?)?;
    }
    drop(fetches);
    let failed = output.end()?;
    app.close().await;
    Ok(ExitCode::from(u8::from(failed > 0)))
}

/// The sources that are meant.
fn wanted(feeds: Vec<Feed>, args: &Args) -> Result<Vec<Feed>, Failure> {
    if !args.sources.is_empty() {
        let named = find(&feeds, &args.sources)?;
        if let Some(feed) = named.iter().find(|feed| feed.source.feed_url.is_none()) {
            return Err(Failure::Usage(format!("the source {} has no feed to fetch", feed.source.slug)));
        }
        return Ok(named.into_iter().cloned().collect());
    }
    let now = SystemClock.now();
    let is_asked = |feed: &Feed| {
        feed.source.feed_url.is_some()
            && !matches!(feed.state().health, SourceHealth::Paused | SourceHealth::Gone)
            && (args.all || feed.is_due(now))
    };
    Ok(feeds.into_iter().filter(is_asked).collect())
}

/// What is told while sources are fetched, and at the end: lines for people on standard output, with a bar on
/// a terminal; or one JSON object, written as the fetches end.
struct Output {
    /// Where that is wanted.
    json: Option<JsonList>,
    bar: ProgressBar,
    total: Counts,
    fetched: usize,
    failed: usize,
}

impl Output {
    fn new(json: bool, sources: usize) -> Result<Self, Failure> {
        let bar = report::bar("{bar:30} {pos}/{len} sources · {wide_msg}", Some(sources))?;
        let json = json.then(|| JsonList::begin("sources")).transpose()?;
        Ok(Self { json, bar, total: Counts::default(), fetched: 0, failed: 0 })
    }

    fn source(&mut self, slug: &str, fetched: Option<Ended<Polled>>) -> std::io::Result<()> {
        self.bar.inc(1);
        self.bar.set_message(slug.to_owned());
        let (polled, error) = match report::ended(fetched) {
            Ok(polled) => (Some(polled), None),
            Err(error) => (None, Some(error)),
        };
        let (outcome, error) = match polled.as_ref().map(|polled| &polled.outcome) {
            Some(Outcome::Taken) => ("FETCHED", None),
            Some(Outcome::Unchanged) => ("UNCHANGED", None),
            Some(Outcome::Gone) => ("GONE", None),
            Some(Outcome::Failed(why)) => ("FAILED", Some(why.clone())),
            None => ("FAILED", error),
        };
        let counts = polled.as_ref().map(|polled| polled.counts).unwrap_or_default();
        self.total.add(counts);
        self.fetched += usize::from(error.is_none());
        self.failed += usize::from(error.is_some());
        if let Some(list) = &mut self.json {
            let Counts { new, changed, unchanged, skipped, .. } = counts;
            let next = polled.as_ref().and_then(|polled| polled.next).map(|next| next.to_string());
            return list.entry(&json!({
                "source": slug, "outcome": outcome, "new": new, "changed": changed, "unchanged": unchanged,
                "skipped": skipped, "error": error, "next": next,
            }));
        }
        for skip in polled.iter().flat_map(|polled| polled.skipped.iter().take(REASONS)) {
            self.bar.suspend(|| report::line(format_args!("{slug}: {}: {}", skip.place, skip.reason)));
        }
        let said = match (outcome, error) {
            (_, Some(error)) => format!("failed: {error}"),
            ("UNCHANGED", None) => "nothing new".to_owned(),
            ("GONE", None) => "gone for good; it is not fetched any more".to_owned(),
            (_, None) => words(counts),
        };
        let moved = match polled.map(|polled| polled.moved) {
            Some(Moved::Done) => "; its feed has moved",
            Some(Moved::Taken) => "; its feed has moved to where another source is",
            Some(Moved::No) | None => "",
        };
        self.bar.suspend(|| report::print(&format!("{slug}: {said}{moved}\n")))
    }

    /// Says how many failed.
    fn end(self) -> std::io::Result<usize> {
        self.bar.finish_and_clear();
        let Self { json, total, fetched, failed, .. } = self;
        let Counts { new, changed, unchanged, skipped, .. } = total;
        if let Some(list) = json {
            list.end(&json!({
                "new": new, "changed": changed, "unchanged": unchanged, "skipped": skipped, "failed": failed,
            }))?;
        } else {
            let failed = if failed > 0 { format!("; {failed} failed") } else { String::new() };
            report::print(&format!("In all, of {fetched} sources: {}{failed}\n", words(total)))?;
        }
        Ok(failed)
    }
}

/// What came of episodes.
pub(super) fn words(Counts { new, changed, unchanged, skipped, .. }: Counts) -> String {
    format!("{new} new, {changed} changed, {unchanged} unchanged, {skipped} skipped")
}
