//! The schema's enums. Those of the domain are its own, under their stored names.

use async_graphql::Enum;

use super::write::{Shows, write_text};
use crate::{access, content, text};

/// An enum of the domain is written under the name that it is stored by, which is GraphQL's: a test
/// holds them together.
macro_rules! shown {
    ($($kind:ident)+) => {$(
        impl Shows<content::$kind> for $kind {
            fn write(value: &content::$kind, out: &mut Vec<u8>) {
                write_text(value.as_str(), out);
            }
        }
    )+};
}

shown!(SourceKind SourceHealth EpisodeKind SummaryStatus SummaryOrigin);

impl Shows<text::TextFormat> for TextFormat {
    fn write(value: &text::TextFormat, out: &mut Vec<u8>) {
        let name = match value {
            text::TextFormat::Markdown => "MARKDOWN",
            text::TextFormat::Plain => "PLAIN",
            text::TextFormat::Html => "HTML",
        };
        write_text(name, out);
    }
}

impl Shows<access::Scope> for Scope {
    fn write(value: &access::Scope, out: &mut Vec<u8>) {
        let name = match value {
            access::Scope::ContentRead => "CONTENT_READ",
            access::Scope::ContentWrite => "CONTENT_WRITE",
            access::Scope::SourcesRead => "SOURCES_READ",
            access::Scope::SourcesWrite => "SOURCES_WRITE",
            access::Scope::TokensAdmin => "TOKENS_ADMIN",
        };
        write_text(name, out);
    }
}

/// What a source publishes.
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
#[graphql(remote = "content::SourceKind")]
pub enum SourceKind {
    /// One author's or one team's writing.
    Blog,
    /// A magazine or a newspaper: many authors.
    Publication,
    /// Episodes to listen to.
    Podcast,
    /// Films.
    VideoChannel,
    /// Letters to subscribers.
    Newsletter,
    /// Items of many other sources.
    Aggregator,
    /// No feed: one-off pages are filed under it.
    Manual,
}

/// How fetching a source goes.
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
#[graphql(remote = "content::SourceHealth")]
pub enum SourceHealth {
    /// Well.
    Ok,
    /// It went wrong the last time. It is tried again, for ever, but more and more seldom.
    Failing,
    /// The source has said that it is gone for good. It is not asked any more.
    Gone,
    /// It is not asked until somebody wants it to be.
    Paused,
}

/// What one does with an episode.
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
#[graphql(remote = "content::EpisodeKind")]
pub enum EpisodeKind {
    /// Read it.
    Article,
    /// Listen to it.
    Audio,
    /// Watch it.
    Video,
}

/// How far a summary has come. Readers see what is published.
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
#[graphql(remote = "content::SummaryStatus")]
pub enum SummaryStatus {
    /// Being written.
    Draft,
    /// Written; it goes out at its time.
    Scheduled,
    /// For everybody.
    Published,
    /// Taken back.
    Archived,
}

/// Who wrote a summary.
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
#[graphql(remote = "content::SummaryOrigin")]
pub enum SummaryOrigin {
    /// A person.
    Human,
    /// A language model; `Summary.model` says which.
    Model,
    /// Nobody: it is the beginning of the episode's own text.
    Excerpt,
}

/// How a long text is written.
#[derive(Enum, Clone, Copy, Debug, Default, PartialEq, Eq)]
#[graphql(remote = "text::TextFormat")]
pub enum TextFormat {
    /// `CommonMark`, with tables and strikethrough.
    #[default]
    Markdown,
    /// Plain text, without any marks.
    Plain,
    /// An HTML fragment, to be put between other elements. Sanitised: nothing in it is active.
    Html,
}

/// What the sections of a digest are.
#[derive(Enum, Clone, Copy, Debug, Default, PartialEq, Eq)]
#[graphql(remote = "content::digest::DigestGrouping")]
pub enum DigestGrouping {
    /// Days in the digest's time zone, the newest first.
    #[default]
    Day,
    /// Categories: those with most summaries first, then by name; summaries without a category last.
    Category,
    /// Sources, in the same order.
    Source,
    /// Tags, in the same order. A summary stands in the section of each of its tags.
    Tag,
}

/// What a caller may do, beyond reading what is published.
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
#[graphql(remote = "access::Scope")]
pub enum Scope {
    /// Read what is not published yet.
    ContentRead,
    /// Write episodes, summaries, categories and tags.
    ContentWrite,
    /// Read how fetching goes.
    SourcesRead,
    /// Write sources, and have them fetched.
    SourcesWrite,
    /// Make and revoke tokens.
    TokensAdmin,
}

/// Which way an order goes.
#[derive(Enum, Clone, Copy, Debug, Default, PartialEq, Eq)]
#[graphql(remote = "content::Direction")]
pub enum OrderDirection {
    /// From the least to the greatest: oldest first, A before Z.
    Asc,
    /// From the greatest to the least: newest first, Z before A.
    #[default]
    Desc,
}

/// What summaries are sorted by. Ties are broken by id, so that every order is total, and a cursor
/// exact as long as the rows' sort keys don't change.
#[derive(Enum, Clone, Copy, Debug, Default, PartialEq, Eq)]
#[graphql(remote = "content::summary::SummaryOrder")]
pub enum SummaryOrderField {
    /// When they were published.
    #[default]
    PublishedAt,
    /// When they last changed.
    UpdatedAt,
    /// Their titles, without regard to case.
    Title,
    /// How well they match `filter.text`, the best first with `DESC`; without `filter.text`, when they
    /// were published.
    Relevance,
}

/// What episodes are sorted by. Ties are broken by id.
#[derive(Enum, Clone, Copy, Debug, Default, PartialEq, Eq)]
#[graphql(remote = "content::episode::EpisodeOrder")]
pub enum EpisodeOrderField {
    /// When they were published.
    #[default]
    PublishedAt,
    /// When they last changed.
    UpdatedAt,
    /// By season, then by number. Episodes without a number are the least: last, where the greatest
    /// comes first.
    Number,
    /// Their titles, without regard to case.
    Title,
}

#[cfg(test)]
mod tests {
    use async_graphql::EnumType;

    use super::*;

    #[test]
    fn enums_are_called_by_the_names_they_are_stored_by() {
        fn names<E: EnumType>() -> Vec<&'static str> {
            E::items().iter().map(|item| item.name).collect()
        }
        assert_eq!(names::<SourceKind>(), content::SourceKind::ALL.iter().map(|it| it.as_str()).collect::<Vec<_>>());
        assert_eq!(
            names::<SourceHealth>(),
            content::SourceHealth::ALL.iter().map(|it| it.as_str()).collect::<Vec<_>>()
        );
        assert_eq!(names::<EpisodeKind>(), content::EpisodeKind::ALL.iter().map(|it| it.as_str()).collect::<Vec<_>>());
        assert_eq!(
            names::<SummaryStatus>(),
            content::SummaryStatus::ALL.iter().map(|it| it.as_str()).collect::<Vec<_>>()
        );
        assert_eq!(
            names::<SummaryOrigin>(),
            content::SummaryOrigin::ALL.iter().map(|it| it.as_str()).collect::<Vec<_>>()
        );
    }
}
