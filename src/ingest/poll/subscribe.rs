//! From an address that somebody gives, of a feed or of a page, to a source that is fetched.

use std::{future, sync::Arc};

use url::Url;

use super::{Ended, Failure, FeedError, FetchError, Known, Polled, Poller, Reply, WITHIN};
use crate::{
    content,
    ingest::{discover::FeedLink, feed::ParsedFeed},
    jobs::{self, JobKind},
};

/// A source that was added.
#[derive(Debug)]
pub struct Subscribed {
    /// Its number.
    pub source: i64,
    /// Whether it was not there before.
    pub is_new: bool,
    /// What came of its first fetch; none where somebody else fetches it just now.
    pub polled: Option<Polled>,
}

/// Why no source was added.
#[derive(Debug, thiserror::Error)]
pub enum SubscribeError {
    /// Nothing came back.
    #[error(transparent)]
    Fetch(#[from] FetchError),
    /// The server would not.
    #[error("the server answered {0}: see whether the address is right")]
    Status(u16),
    /// What is there can't be used.
    #[error(transparent)]
    Feed(FeedError),
    /// A page with several feeds: one of them has to be chosen.
    #[error("this is a web page that offers {} feeds: add one of them", .0.len())]
    Several(Vec<FeedLink>),
    /// It could not be stored.
    #[error("it can't be stored")]
    Store(#[from] content::Error),
    /// There was no way to fetch it.
    #[error("it can't be fetched")]
    Jobs(#[from] jobs::Error),
    /// What came could not be taken; a worker tries it again.
    #[error("the source was added, but what came could not be stored; it is tried again")]
    Take(#[source] Failure),
}

impl Poller {
    /// Adds the source whose feed, or whose page, is at an address, and stores what it has.
    pub async fn subscribe(&self, url: &Url) -> Result<Subscribed, SubscribeError> {
        let (feed_url, reply, parsed) = match self.look(url).await {
            Err(SubscribeError::Feed(FeedError::WebPage { mut feeds })) => {
                // Also those of a private network, where the page is in one.
                for feed in feeds.iter_mut().filter(|feed| feed.url.is_none()) {
                    feed.url = url.join(&feed.href).ok().map(String::from);
                }
                match feeds.as_slice() {
                    [] => return Err(SubscribeError::Feed(FeedError::WebPage { feeds })),
                    [FeedLink { url: Some(only), .. }] => {
                        self.look(&only.parse().map_err(|_| FetchError::Scheme)?).await?
                    }
                    _ => return Err(SubscribeError::Several(feeds)),
                }
            }
            looked => looked?,
        };
        let mut draft = parsed.source;
        draft.feed_url = Some(feed_url.into());
        let (source, stored) = self.content.store_source(&draft).await?;
        let is_new = stored == content::store::Outcome::New;
        let polled = self.take_first(source, reply).await?;
        Ok(Subscribed { source, is_new, polled })
    }

    /// What is at an address, read as a feed, and where the feed is from now on.
    async fn look(&self, url: &Url) -> Result<(Url, Reply, ParsedFeed), SubscribeError> {
        let reply = self.door.get(url, Known::default()).await?;
        if !(200..=299).contains(&reply.status) {
            return Err(SubscribeError::Status(reply.status));
        }
        let parsed = self.read(&reply, reply.body.clone()).await.map_err(SubscribeError::Feed)?;
        Ok((reply.moved_to.clone().unwrap_or_else(|| url.clone()), reply, parsed))
    }

    /// Takes what came already, as the first fetch of a source.
    async fn take_first(&self, source: i64, reply: Reply) -> Result<Option<Polled>, SubscribeError> {
        self.content.want_fetches(&[source]).await?;
        let Some(lease) = self.jobs.claim_of(JobKind::Fetch, source).await? else { return Ok(None) };
        let lease = Arc::new(lease);
        let work = async {
            let content = self.content.under(lease.clone());
            let feed = content.find_feed(source).await?.ok_or(content::Error::Gone)?;
            Ok(Box::pin(self.take(&content, &feed, Ok(Reply { moved_to: None, ..reply }))).await?)
        };
        match self.jobs.attempt(&lease, WITHIN, future::pending(), work).await? {
            Ended::Done(polled) => Ok(Some(polled)),
            Ended::Failed(failure) => Err(SubscribeError::Take(failure)),
            Ended::Later(later) => Err(SubscribeError::Take(later.into())),
            Ended::Stopped | Ended::Lost => Ok(None),
        }
    }
}
