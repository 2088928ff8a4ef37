//! `precis source`: which sources there are, and which of them are fetched.

use std::{process::ExitCode, sync::Arc};

use serde_json::{Value, json};
use url::Url;

use super::{Failure, fetch::words, report, start};
use crate::{
    app::App,
    clock::Timestamp,
    config::{CategoryArgs, Config, DatabaseArgs, FetchArgs, Flags},
    content::{NodeId, NodeKind, fetching::Feed, store::Removed},
    ingest::{
        fetch::{Limits, SystemResolver},
        poll::{Outcome, SubscribeError, Subscribed},
    },
};

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, clap::Subcommand)]
enum Action {
    /// Add the source of a feed, or of a page that names its feed, and fetch it
    Add {
        /// The address of the feed or of the page
        url: String,
        #[command(flatten)]
        database: DatabaseArgs,
        #[command(flatten)]
        fetch: FetchArgs,
        #[command(flatten)]
        categories: CategoryArgs,
    },
    /// List all sources, and how fetching them goes
    List {
        /// Print a JSON object a line instead of columns for people
        #[arg(long)]
        json: bool,
        #[command(flatten)]
        database: DatabaseArgs,
    },
    /// Fetch these sources no more, until they are resumed
    Pause {
        /// Slugs, ids or feed addresses
        #[arg(required = true, value_name = "SOURCE")]
        sources: Vec<String>,
        #[command(flatten)]
        database: DatabaseArgs,
    },
    /// Fetch these sources again, which were paused or gone
    Resume {
        /// Slugs, ids or feed addresses
        #[arg(required = true, value_name = "SOURCE")]
        sources: Vec<String>,
        #[command(flatten)]
        database: DatabaseArgs,
    },
    /// Remove these sources, with all their episodes and summaries
    Remove {
        /// Slugs, ids or feed addresses
        #[arg(required = true, value_name = "SOURCE")]
        sources: Vec<String>,
        #[command(flatten)]
        database: DatabaseArgs,
    },
}

impl Args {
    /// The options that were given with the action.
    pub(super) fn flags(&self) -> Vec<&dyn Flags> {
        match &self.action {
            Action::Add { database, fetch, categories, .. } => vec![database, fetch, categories],
            Action::List { database, .. }
            | Action::Pause { database, .. }
            | Action::Resume { database, .. }
            | Action::Remove { database, .. } => vec![database],
        }
    }
}

pub(super) async fn run(config: &Config, args: &Args) -> Result<ExitCode, Failure> {
    let app = start(config).await?;
    let done = Box::pin(act(&app, config, &args.action)).await;
    app.close().await;
    done.map(|()| ExitCode::SUCCESS)
}

async fn act(app: &App, config: &Config, action: &Action) -> Result<(), Failure> {
    match action {
        Action::Add { url, .. } => Box::pin(add(app, config, url)).await,
        Action::List { json, .. } => Ok(list(&app.content.feeds().await?, *json)?),
        Action::Pause { sources, .. } => {
            for feed in find(&app.content.feeds().await?, sources)? {
                app.content.pause_fetching(feed.source.id).await?;
                report::print(&format!("{}: paused\n", feed.source.slug))?;
            }
            Ok(())
        }
        Action::Resume { sources, .. } => {
            for feed in find(&app.content.feeds().await?, sources)? {
                app.content.resume_fetching(feed.source.id).await?;
                report::print(&format!("{}: due\n", feed.source.slug))?;
            }
            Ok(())
        }
        Action::Remove { sources, .. } => {
            for feed in find(&app.content.feeds().await?, sources)? {
                let Removed { episodes, summaries } =
                    app.content.remove_source(feed.source.id).await?.unwrap_or_default();
                let went = format!("removed, with {episodes} episodes and {summaries} summaries");
                report::print(&format!("{}: {went}\n", feed.source.slug))?;
            }
            Ok(())
        }
    }
}

async fn add(app: &App, config: &Config, url: &str) -> Result<(), Failure> {
    let with_scheme = if url.contains("://") { url.to_owned() } else { format!("https://{url}") };
    let url = Url::parse(&with_scheme)
        .map_err(|_| Failure::Usage(format!("{url:?} is no address: give one such as https://example.org/feed")))?;
    let poller = app.poller(&config.fetch, Arc::new(SystemResolver), Limits::default())?;
    let Subscribed { source, is_new, polled } = match Box::pin(poller.subscribe(&url)).await {
        Err(SubscribeError::Several(feeds)) => {
            for feed in &feeds {
                report::line(format_args!("{feed}"));
            }
            return Err(SubscribeError::Several(feeds).into());
        }
        subscribed => subscribed?,
    };
    let Some(feed) = app.content.find_feed(source).await? else { return Ok(()) };
    let what = if is_new { "added" } else { "was there already" };
    let came = match polled.map(|polled| (polled.outcome, polled.counts)) {
        Some((Outcome::Taken, counts)) => words(counts),
        Some((Outcome::Unchanged, _)) => "nothing new".to_owned(),
        Some((Outcome::Gone, _)) => "gone".to_owned(),
        Some((Outcome::Failed(why), _)) => why,
        None => "somebody else fetches it just now".to_owned(),
    };
    Ok(report::print(&format!("{}: {what}: {came}\n", feed.source.slug))?)
}

fn list(feeds: &[Feed], json: bool) -> std::io::Result<()> {
    let width = feeds.iter().map(|feed| feed.source.slug.len()).max().unwrap_or_default();
    for feed in feeds {
        let line = if json { object(feed).to_string() } else { columns(feed, width) };
        report::print(&format!("{line}\n"))?;
    }
    Ok(())
}

/// A source, for people: its slug in so many columns, how it goes, when it is fetched again, and from where.
fn columns(Feed { source, state }: &Feed, width: usize) -> String {
    let health = match (state, &source.feed_url) {
        (Some(state), _) => state.health.as_str(),
        (None, Some(_)) => "NEW",
        (None, None) => "-",
    };
    let next = time(state.as_ref().and_then(|state| state.next_fetch_at)).unwrap_or_else(|| "-".to_owned());
    let url = source.feed_url.as_deref().unwrap_or("-");
    let error = state.as_ref().and_then(|state| state.last_error.as_deref());
    let error = error.map(|error| format!("  ({error})")).unwrap_or_default();
    format!("{:width$}  {health:7}  {next:20}  {url}{error}", source.slug)
}

/// The same for programs.
fn object(Feed { source, state }: &Feed) -> Value {
    let state = state.as_ref();
    json!({
        "id": NodeId::new(NodeKind::Source, source.id).to_string(),
        "slug": source.slug,
        "name": source.name,
        "feed_url": source.feed_url,
        "health": state.map(|state| state.health.as_str()),
        "last_fetched_at": time(state.and_then(|state| state.last_fetched_at)),
        "next_fetch_at": time(state.and_then(|state| state.next_fetch_at)),
        "consecutive_errors": state.map(|state| state.consecutive_errors),
        "last_status": state.and_then(|state| state.last_status),
        "last_error": state.and_then(|state| state.last_error.as_deref()),
    })
}

fn time(at: Option<i64>) -> Option<String> {
    at.map(|at| Timestamp(at).to_string())
}

/// The sources that go by these slugs, ids or addresses of feeds.
pub(super) fn find<'f>(feeds: &'f [Feed], names: &[String]) -> Result<Vec<&'f Feed>, Failure> {
    let goes_by = |feed: &Feed, name: &str| {
        let id = NodeId::new(NodeKind::Source, feed.source.id).to_string();
        feed.source.slug == name || id == name || feed.source.feed_url.as_deref() == Some(name)
    };
    let unknown = |name: &String| Failure::Usage(format!("there is no source {name:?}: see `precis source list`"));
    let mut found: Vec<&Feed> = Vec::new();
    for name in names {
        let feed = feeds.iter().find(|feed| goes_by(feed, name)).ok_or_else(|| unknown(name))?;
        if found.iter().all(|other| other.source.id != feed.source.id) {
            found.push(feed);
        }
    }
    Ok(found)
}
