//! The one door through which ingest asks the network: feeds, pages, and every hop of a redirect.
//!
//! Where a request goes is decided here and nowhere else: a URL is checked (`target`), its name is resolved
//! once, and the connection is made to an address that was looked at (`resolve`, `address`). Each hop takes
//! its host's turn (`turns`), and what comes back is bounded in time and size while it comes. What an answer
//! means for a source is left to others.

mod address;
mod error;
mod resolve;
mod target;
mod turns;

use std::{sync::Arc, time::Duration};

use reqwest::{
    Client, Response,
    header::{
        ACCEPT, CONTENT_LANGUAGE, CONTENT_TYPE, ETAG, HeaderMap, HeaderName, HeaderValue, IF_MODIFIED_SINCE,
        IF_NONE_MATCH,
    },
    header::{LAST_MODIFIED, LOCATION, RETRY_AFTER},
    redirect::Policy,
};
use tokio::time::Instant;
use url::Url;

pub use address::is_public;
pub use error::FetchError;
pub use resolve::{Resolver, SystemResolver};

use crate::{config, metrics::Metrics};
use resolve::Guarded;
use target::Targets;
use turns::HostTurns;

/// The way to the network. A clone is the same door, with the same turns.
#[derive(Clone)]
pub struct Door {
    client: Client,
    targets: Targets,
    turns: HostTurns,
    limits: Limits,
    metrics: Metrics,
}

/// How long a request may take, and how much may come back.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// To be connected, and greeted over TLS.
    pub connect: Duration,
    /// From the first hop to the last byte, without the waiting for a turn.
    pub all: Duration,
    /// Of a body, in bytes, after decompression.
    pub bytes: usize,
    /// How many requests there are at a time.
    pub requests: usize,
}

impl Default for Limits {
    fn default() -> Self {
        let (connect, all) = (Duration::from_secs(10), Duration::from_secs(30));
        Self { connect, all, bytes: super::feed::MAX_BYTES, requests: 16 }
    }
}

/// What is known of an address from the last time, for a server that has nothing new to say so.
#[derive(Clone, Copy, Debug, Default)]
pub struct Known<'k> {
    /// As the server sent it.
    pub etag: Option<&'k str>,
    /// The same.
    pub last_modified: Option<&'k str>,
}

/// An answer: what a server said, wherever the redirects led.
#[derive(Debug)]
pub struct Reply {
    /// Of the last hop. Never a redirect.
    pub status: u16,
    /// Where that was.
    pub url: Url,
    /// Where the address has moved for good: as far as redirects that say so lead, one behind the other.
    pub moved_to: Option<Url>,
    /// Validators, to be sent along the next time.
    pub etag: Option<String>,
    /// The same; and how old it is what came.
    pub last_modified: Option<String>,
    /// When to come again, as it was written.
    pub retry_after: Option<String>,
    /// What it is said to be.
    pub content_type: Option<String>,
    /// `Content-Language`, as it was sent.
    pub content_language: Option<String>,
    /// Empty, unless the status says that what was asked for has come.
    pub body: Vec<u8>,
}

/// The most redirects that are followed.
const MOST_REDIRECTS: usize = 5;

/// What is asked for. Some servers give a page to whoever would take one.
const TYPES: &str = "application/atom+xml, application/rss+xml, application/feed+json, application/xml;q=0.9, \
                     text/xml;q=0.9, application/json;q=0.8, text/html;q=0.5, */*;q=0.1";

/// The longest validator that is kept, in bytes.
const MOST_OF_A_HEADER: usize = 1_000;

impl Door {
    /// A door to where the configuration lets one go, by the names that `resolver` knows.
    pub fn new(
        settings: &config::Fetch,
        resolver: Arc<dyn Resolver>,
        limits: Limits,
        metrics: Metrics,
    ) -> Result<Self, FetchError> {
        // It fails where somebody chose before.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let targets = Targets::new(settings);
        let client = Client::builder()
            .user_agent(user_agent(settings.contact.as_ref()))
            .dns_resolver(Arc::new(Guarded::new(resolver, targets.clone())))
            .no_proxy() // one would be asked to resolve what was not looked at
            .redirect(Policy::none()) // each hop is looked at here
            .connect_timeout(limits.connect)
            .pool_max_idle_per_host(0) // an hour lies between two questions
            .build();
        let client = client.map_err(FetchError::Client)?;
        Ok(Self { client, targets, turns: HostTurns::new(limits.requests), limits, metrics })
    }

    /// Asks for what lies at an address, and follows where it leads.
    pub async fn get(&self, url: &Url, known: Known<'_>) -> Result<Reply, FetchError> {
        let mut left = self.limits.all;
        let (mut url, mut moved_to, mut is_for_good) = (url.clone(), None, true);
        for redirects in 0..=MOST_REDIRECTS {
            self.targets.check(&url).map_err(|fault| fault.behind(redirects))?;
            let _turn = self.turns.take(&url).await;
            let begun = Instant::now();
            let hop = tokio::time::timeout(left, self.hop(&url, known)).await;
            self.metrics.asked_source(begun.elapsed());
            let hop = hop.unwrap_or(Err(FetchError::TooSlow(self.limits.all)));
            match hop.map_err(|fault| fault.behind(redirects))? {
                Hop::Answer(reply) => {
                    return Ok(Reply { url, moved_to, ..*reply });
                }
                Hop::Elsewhere { to, for_good } => {
                    is_for_good &= for_good;
                    if is_for_good {
                        moved_to = Some(to.clone());
                    }
                    url = to;
                }
            }
            left = left.saturating_sub(begun.elapsed());
        }
        Err(FetchError::TooManyRedirects)
    }

    async fn hop(&self, url: &Url, known: Known<'_>) -> Result<Hop, FetchError> {
        let mut request = self.client.get(url.clone()).header(ACCEPT, TYPES);
        for (name, value) in [(IF_NONE_MATCH, known.etag), (IF_MODIFIED_SINCE, known.last_modified)] {
            // What came in a header can stand in one.
            if let Some(value) = value.and_then(|value| HeaderValue::from_str(value).ok()) {
                request = request.header(name, value);
            }
        }
        let response = request.send().await.map_err(FetchError::of_client)?;
        let status = response.status();
        if matches!(status.as_u16(), 301 | 302 | 303 | 307 | 308) {
            let to = response.headers().get(LOCATION).and_then(|to| to.to_str().ok());
            let to = to.and_then(|to| url.join(to).ok()).ok_or(FetchError::RedirectToNowhere)?;
            return Ok(Hop::Elsewhere { to, for_good: matches!(status.as_u16(), 301 | 308) });
        }
        let headers = response.headers().clone();
        let text = |name: HeaderName| text(&headers, &name);
        let body = if status.is_success() { self.body(response).await? } else { Vec::new() };
        Ok(Hop::Answer(Box::new(Reply {
            status: status.as_u16(),
            url: url.clone(),
            moved_to: None,
            etag: text(ETAG),
            last_modified: text(LAST_MODIFIED),
            retry_after: text(RETRY_AFTER),
            content_type: text(CONTENT_TYPE),
            content_language: text(CONTENT_LANGUAGE),
            body,
        })))
    }

    /// The whole body, which is counted as it is unpacked: of a bomb no more is unpacked than may be kept.
    async fn body(&self, mut response: Response) -> Result<Vec<u8>, FetchError> {
        let mut body = Vec::new();
        while let Some(more) = response.chunk().await.map_err(FetchError::of_client)? {
            self.metrics.received(more.len());
            if body.len() + more.len() > self.limits.bytes {
                return Err(FetchError::TooLarge(self.limits.bytes));
            }
            body.extend_from_slice(&more);
        }
        Ok(body)
    }
}

/// What came of one request.
enum Hop {
    Answer(Box<Reply>),
    Elsewhere { to: Url, for_good: bool },
}

/// A header as text, where it is one and not longer than headers are.
fn text(headers: &HeaderMap, name: &HeaderName) -> Option<String> {
    let text = headers.get(name)?.to_str().ok()?.trim();
    (!text.is_empty() && text.len() <= MOST_OF_A_HEADER).then(|| text.to_owned())
}

/// The program, and where to learn more.
fn user_agent(contact: Option<&Url>) -> String {
    let program = concat!("precis/", env!("CARGO_PKG_VERSION"));
    contact.map_or_else(|| program.to_owned(), |contact| format!("{program} (+{contact})"))
}
