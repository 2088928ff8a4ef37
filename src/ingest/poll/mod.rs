//! One fetch of one source: ask, read what came, store it, and say when to ask again.
//!
//! Whatever a source does wrong is an outcome, and stands in its state; an error is a failure of ours, after
//! which the job is tried again. Everything is written under the job's lease, and the last thing written ends
//! the job.

mod parser;
mod schedule;
mod subscribe;
mod verdict;
mod work;

use std::{io, path::Path, sync::Arc, time::Duration};

use tokio::sync::Semaphore;
use url::Url;

pub use subscribe::{SubscribeError, Subscribed};
pub use verdict::Outcome;

use super::{
    feed::{self, FeedError, Origin, ParsedFeed, Skip},
    fetch::{Door, FetchError, Known, Reply},
    import::{self, Counts, Progress, Seen},
};
use crate::{
    clock::{Clock, Timestamp},
    content::{
        self, Content,
        fetching::{Feed, FetchState},
        store::Moved,
    },
    jobs::{Ended, Failure, JobKind, Jobs, Lease},
    metrics::{Items, Metrics},
    text::{Slug, fingerprint},
};
use parser::Parser;
use verdict::Verdict;

/// How long one fetch may take, with all that comes of it.
const WITHIN: Duration = Duration::from_mins(5);

/// Who fetches sources. A clone is the same.
#[derive(Clone)]
pub struct Poller {
    content: Content,
    jobs: Jobs,
    door: Door,
    clock: Arc<dyn Clock>,
    metrics: Metrics,
    parser: Parser,
    /// Whose feed is taken apart and stored: it is held in memory several times over, so that is one at a time.
    taker: Arc<Semaphore>,
}

/// What came of a fetch.
#[derive(Debug)]
pub struct Polled {
    /// In a word.
    pub outcome: Outcome,
    /// Of its episodes.
    pub counts: Counts,
    /// What was left out, and what is odd about the feed.
    pub skipped: Vec<Skip>,
    /// When it is fetched again; `None` for never.
    pub next: Option<Timestamp>,
    /// Whether the feed has moved.
    pub moved: Moved,
}

impl Poller {
    /// Fetches through this door into this content.
    pub fn new(content: Content, jobs: Jobs, door: Door, clock: Arc<dyn Clock>, metrics: Metrics) -> io::Result<Self> {
        let (parser, taker) = (Parser::start()?, Arc::new(Semaphore::new(1)));
        Ok(Self { content, jobs, door, clock, metrics, parser, taker })
    }

    /// Fetches a source now, for which there is a job. `None` where somebody else does it just now.
    pub async fn poll_now(
        &self,
        source: i64,
        stop: impl Future<Output = ()>,
    ) -> Result<Option<Ended<Polled>>, crate::jobs::Error> {
        let Some(lease) = self.jobs.claim_of(JobKind::Fetch, source).await? else { return Ok(None) };
        let lease = Arc::new(lease);
        let work = async { self.poll(&lease).await.map_err(Failure::from) };
        self.jobs.attempt(&lease, WITHIN, stop, work).await.map(Some)
    }

    /// Fetches the source of a job.
    async fn poll(&self, lease: &Arc<Lease>) -> Result<Polled, content::Error> {
        let content = self.content.under(lease.clone());
        // Who has gone meanwhile has taken the job along.
        let feed = content.find_feed(lease.subject).await?.ok_or(content::Error::Gone)?;
        let state = feed.state();
        let known = Known { etag: state.etag.as_deref(), last_modified: state.last_modified.as_deref() };
        let url = feed.source.feed_url.as_deref().and_then(|url| Url::parse(url).ok());
        let reply = match url {
            Some(url) => self.door.get(&url, known).await,
            None => Err(FetchError::Scheme),
        };
        Box::pin(self.take(&content, &feed, reply)).await
    }

    /// Takes what came of asking: stores it, and writes how it went.
    async fn take(
        &self,
        content: &Content,
        feed: &Feed,
        reply: Result<Reply, FetchError>,
    ) -> Result<Polled, content::Error> {
        let old = feed.state();
        let mut taken = Taken::default();
        let mut moved_to = None;
        let (verdict, reply) = match reply {
            Err(error) => (Verdict::failed(error.to_string()), None),
            Ok(mut reply) => {
                let hash = fingerprint(&reply.body);
                let verdict = match Verdict::of_status(&reply, hash, &old, self.clock.now()) {
                    // What came again was read before.
                    Some(Verdict::Same) if reply.status != 304 => {
                        moved_to.clone_from(&reply.moved_to);
                        Verdict::Same
                    }
                    Some(verdict) => verdict,
                    None => {
                        // Nobody closes it.
                        let _place = self.taker.acquire().await.ok();
                        let body = std::mem::take(&mut reply.body);
                        match self.read(&reply, body).await {
                            Err(error) => Verdict::failed(verdict::told(&error)),
                            Ok(parsed) => {
                                moved_to.clone_from(&reply.moved_to);
                                taken = self.store(content, feed, &reply, parsed).await?;
                                Verdict::Taken { fault: taken.fault.take() }
                            }
                        }
                    }
                };
                (verdict, Some((reply, hash)))
            }
        };
        let now = self.clock.now();
        let dates = match verdict {
            Verdict::Taken { .. } | Verdict::Same => content.newest_dates(feed.source.id, schedule::DATES).await?,
            Verdict::Gone | Verdict::Failed { .. } => Vec::new(),
        };
        let reply = reply.as_ref().map(|(reply, hash)| (reply, *hash));
        let state: FetchState = verdict.state(&old, reply, &dates, now);
        let moved = content.record_fetch(&state, moved_to.as_ref().map(Url::as_str)).await?;
        let next = state.next_fetch_at.map(Timestamp);
        self.metrics.fetched(verdict.counted_as(reply.map(|(reply, _)| reply)));
        let Counts { new, changed, unchanged, skipped, sources: _ } = taken.counts;
        self.metrics.items(Items { new, changed, unchanged, skipped });
        Ok(Polled { outcome: verdict.outcome(), counts: taken.counts, skipped: taken.skipped, next, moved })
    }

    /// Takes apart what came.
    async fn read(&self, reply: &Reply, body: Vec<u8>) -> Result<ParsedFeed, FeedError> {
        let (url, content_type) = (reply.url.clone(), reply.content_type.clone());
        let content_language = reply.content_language.clone();
        let parse = move || {
            let origin = Origin {
                url: Some(&url),
                content_type: content_type.as_deref(),
                content_language: content_language.as_deref(),
                ..Origin::default()
            };
            feed::parse(&body, &origin)
        };
        self.parser.run(parse).await
    }

    /// Stores what a feed holds, as its source's, whatever it calls itself.
    async fn store(
        &self,
        content: &Content,
        feed: &Feed,
        reply: &Reply,
        mut parsed: ParsedFeed,
    ) -> Result<Taken, content::Error> {
        parsed.source.slug = feed.source.slug.parse::<Slug>().ok();
        parsed.source.feed_url.clone_from(&feed.source.feed_url);
        let now = self.clock.now();
        let last_modified = reply.last_modified.as_deref().and_then(super::dates::parse);
        // What a server says now is newer than all that was said before, also within the same second.
        let known = content.newest_input(feed.source.id).await?;
        let version = import::version(Some(now), 0).max(known.saturating_add(1));
        let seen = Seen { version, as_of: last_modified };
        let mut taken = Taken { fault: parsed.fault().map(str::to_owned), ..Taken::default() };
        import::store_feed(content, Path::new(&feed.source.slug), parsed, seen, &mut taken.counts, &mut taken.skipped)
            .await?;
        Ok(taken)
    }
}

/// What was taken of a feed.
#[derive(Default)]
struct Taken {
    counts: Counts,
    skipped: Vec<Skip>,
    /// Of the feed as a whole.
    fault: Option<String>,
}

/// What is left out is told when the fetch is over.
impl Progress for Vec<Skip> {
    fn items(&mut self, _: usize) {}

    fn skipped(&mut self, _: &Path, skip: &Skip) {
        self.push(skip.clone());
    }
}
