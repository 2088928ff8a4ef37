//! What an answer means for its source, and the state that it leaves behind.

use super::schedule;
use crate::{
    clock::Timestamp,
    content::{SourceHealth, fetching::FetchState},
    ingest::{feed::FeedError, fetch::Reply},
    metrics::FetchOutcome,
};

/// What came of asking.
pub(super) enum Verdict {
    /// A feed came, and was stored.
    Taken {
        /// What is wrong with the feed as a whole, where something is.
        fault: Option<String>,
    },
    /// What came is what came the last time.
    Same,
    /// The source says that there will be nothing any more.
    Gone,
    /// Nothing came that can be used.
    Failed {
        why: String,
        /// When the server wants to be asked again.
        again: Option<Timestamp>,
    },
}

/// What came of a fetch, for people.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// A feed came that differs from the last one, in whatever way.
    Taken,
    /// The same came again, or nothing as nothing is new.
    Unchanged,
    /// There will be nothing any more.
    Gone,
    /// Nothing came that can be used: why. Nothing that came stands in it.
    Failed(String),
}

impl Verdict {
    pub(super) fn failed(why: String) -> Self {
        Self::Failed { why, again: None }
    }

    /// What can be told without reading what came; `None` where that has to be read.
    pub(super) fn of_status(reply: &Reply, hash: i64, old: &FetchState, now: Timestamp) -> Option<Self> {
        let again = || reply.retry_after.as_deref().and_then(|text| schedule::retry_after(text, now));
        let failed = |why: &str| Self::failed(format!("the server answered {}: {why}", reply.status));
        Some(match reply.status {
            200..=299 if old.body_hash == Some(hash) => Self::Same,
            200..=299 => return None,
            304 if old.etag.is_some() || old.last_modified.is_some() => Self::Same,
            401 | 402 | 403 | 407 | 451 => failed("it does not give the feed to everybody"),
            404 => failed("there is no feed at this address now"),
            410 => Self::Gone,
            429 | 503 => {
                let why = format!("the server answered {}: it wants to be asked less often, or later", reply.status);
                Self::Failed { why, again: again() }
            }
            500..=599 => failed("something is wrong with it"),
            _ => failed("that is no feed"),
        })
    }

    /// The state behind it. The answer comes with the hash of its body.
    pub(super) fn state(
        &self,
        old: &FetchState,
        reply: Option<(&Reply, i64)>,
        dates: &[Timestamp],
        now: Timestamp,
    ) -> FetchState {
        let mut state = FetchState {
            last_fetched_at: Some(now.0),
            last_status: reply.map(|(reply, _)| reply.status.into()),
            ..old.clone()
        };
        match self {
            Self::Taken { .. } | Self::Same => {
                state.health = SourceHealth::Ok;
                state.consecutive_errors = 0;
                state.last_error = match self {
                    Self::Taken { fault } => fault.clone(),
                    _ => old.last_error.clone().filter(|_| old.health == SourceHealth::Ok),
                };
                state.next_fetch_at = Some(schedule::after_success(dates, now).0);
                if let Some((reply, hash)) = reply {
                    remember(&mut state, reply, hash);
                }
            }
            Self::Gone => {
                state.health = SourceHealth::Gone;
                state.last_error = Some("the server answered 410: the feed is gone for good".to_owned());
                state.next_fetch_at = None;
            }
            Self::Failed { why, again } => {
                state.health = SourceHealth::Failing;
                state.consecutive_errors = old.consecutive_errors.saturating_add(1);
                state.last_error = Some(why.clone());
                let again = again.unwrap_or_else(|| schedule::after_failure(state.consecutive_errors, now));
                state.next_fetch_at = Some(again.0);
            }
        }
        state
    }

    /// For those who watch.
    pub(super) fn counted_as(&self, reply: Option<&Reply>) -> FetchOutcome {
        match self {
            Self::Taken { .. } => FetchOutcome::Taken,
            Self::Same if reply.is_some_and(|reply| reply.status == 304) => FetchOutcome::NotModified,
            Self::Same => FetchOutcome::Unchanged,
            Self::Gone => FetchOutcome::Gone,
            Self::Failed { .. } => FetchOutcome::Failed,
        }
    }

    pub(super) fn outcome(&self) -> Outcome {
        match self {
            Self::Taken { .. } => Outcome::Taken,
            Self::Same => Outcome::Unchanged,
            Self::Gone => Outcome::Gone,
            Self::Failed { why, .. } => Outcome::Failed(why.clone()),
        }
    }
}

/// Keeps what tells the same answer when it comes again.
fn remember(state: &mut FetchState, reply: &Reply, hash: i64) {
    if reply.status != 304 {
        state.body_hash = Some(hash);
        (state.etag, state.last_modified) = (reply.etag.clone(), reply.last_modified.clone());
    } else if reply.moved_to.is_some() {
        // The feed moves once it was read at its new address: so the next time, it has to come.
        (state.etag, state.last_modified) = (None, None);
    } else {
        state.etag = reply.etag.clone().or(state.etag.take());
        state.last_modified = reply.last_modified.clone().or(state.last_modified.take());
    }
}

/// Why what came is no feed, without anything that stands in it: this is shown to whoever asks.
pub(super) fn told(error: &FeedError) -> String {
    match error {
        FeedError::WebPage { feeds } => {
            let many = match feeds.len() {
                0 => "it announces no feed".to_owned(),
                1 => "it announces a feed".to_owned(),
                many => format!("it announces {many} feeds"),
            };
            format!("this is a web page, not a feed; {many}: `precis source add` with its address shows more")
        }
        FeedError::OtherXml { .. } => "this is no feed, but XML of another kind".to_owned(),
        FeedError::BrokenJson(_) => "this looks like JSON Feed, but can't be read".to_owned(),
        FeedError::Decode(_) | FeedError::Empty | FeedError::OtherJson | FeedError::Opml | FeedError::NoMarkup => {
            error.to_string()
        }
    }
}
