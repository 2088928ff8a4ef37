//! Outputs for scripts and readers: digests as texts, and feeds, with a filter out of parameters.
//!
//! An output is made in three steps, whoever asks for it: [`Wanted`] is read off parameters (a query over HTTP, flags of
//! `precis digest`; `parameters` has the one table of them), its [`Question`] is a GraphQL document with variables, and
//! [`digest`] or [`feed`] writes the answer to that. Nothing here knows who answers: the engine in this process, or a
//! server. So an output costs what its document costs, and reads what anybody may read.

pub mod digest;
pub mod feed;
mod parameters;
pub mod period;
mod reply;
mod wanted;

pub use digest::DigestFormat;
pub use feed::FeedFormat;
pub use parameters::{PARAMETERS, Parameter};
pub use reply::{Fault, Reply};
pub use wanted::{Kind, Wanted, Wrong};

/// What can be had.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Output {
    /// What was published on some days, in sections.
    Digest(DigestFormat),
    /// What was published last, an entry each.
    Feed(FeedFormat),
}

impl Output {
    /// All there are.
    pub const ALL: [Self; 7] = [
        Self::Digest(DigestFormat::Markdown),
        Self::Digest(DigestFormat::Text),
        Self::Digest(DigestFormat::Html),
        Self::Digest(DigestFormat::Json),
        Self::Feed(FeedFormat::Atom),
        Self::Feed(FeedFormat::Rss),
        Self::Feed(FeedFormat::Json),
    ];

    /// Which parameters it has.
    pub fn kind(self) -> Kind {
        match self {
            Self::Digest(_) => Kind::Digest,
            Self::Feed(_) => Kind::Feed,
        }
    }

    /// What it is called where it is served: `digest.md`.
    pub fn file(self) -> &'static str {
        match self {
            Self::Digest(DigestFormat::Markdown) => "digest.md",
            Self::Digest(DigestFormat::Text) => "digest.txt",
            Self::Digest(DigestFormat::Html) => "digest.html",
            Self::Digest(DigestFormat::Json) => "digest.json",
            Self::Feed(FeedFormat::Atom) => "feed.atom",
            Self::Feed(FeedFormat::Rss) => "feed.rss",
            Self::Feed(FeedFormat::Json) => "feed.json",
        }
    }

    /// Its media type, with the charset.
    pub fn content_type(self) -> &'static str {
        match self {
            Self::Digest(DigestFormat::Markdown) => "text/markdown; charset=utf-8",
            Self::Digest(DigestFormat::Text) => "text/plain; charset=utf-8",
            Self::Digest(DigestFormat::Html) => "text/html; charset=utf-8",
            Self::Digest(DigestFormat::Json) => "application/json; charset=utf-8",
            Self::Feed(FeedFormat::Atom) => "application/atom+xml; charset=utf-8",
            Self::Feed(FeedFormat::Rss) => "application/rss+xml; charset=utf-8",
            Self::Feed(FeedFormat::Json) => "application/feed+json; charset=utf-8",
        }
    }
}

/// What is asked for an output.
#[derive(Clone, Debug, PartialEq)]
pub struct Question {
    /// The document.
    pub document: &'static str,
    /// Its variables, an object.
    pub variables: serde_json::Value,
}
