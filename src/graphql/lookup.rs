//! What callers give to find one thing: exactly one of several ways to name it.

use async_graphql::{ID, InputObject, OneofObject};

use super::scalar::Url;
use crate::{
    content::{
        NodeId, NodeKind, category::CategoryBy as Category, episode::EpisodeBy as Episode, series::SeriesBy as Series,
        source::SourceBy as Source, summary::SummaryBy as Summary, tag::TagBy as Tag,
    },
    text::web::canonical_url,
};

/// Exactly one way to say which summary.
#[derive(Debug, OneofObject)]
pub enum SummaryBy {
    /// Its id.
    Id(ID),
    /// Its slug.
    Slug(String),
    /// What it sums up. Of several languages, the original one.
    Episode(EpisodeBy),
}

/// Exactly one way to say which episode.
#[derive(Debug, OneofObject)]
pub enum EpisodeBy {
    /// Its id.
    Id(ID),
    /// Where it can be read.
    Url(EpisodeUrlInput),
    /// Its place in a series.
    SeriesNumber(SeriesNumberInput),
}

/// An episode's address. Several sources may publish one address; then it is the earliest.
#[derive(Debug, InputObject)]
pub struct EpisodeUrlInput {
    /// Parameters that only track readers don't matter.
    url: Url,
    /// The slug of its source.
    source: Option<String>,
}

/// An episode's place in a series. A number may occur twice; then it is the earliest.
#[derive(Debug, InputObject)]
pub struct SeriesNumberInput {
    /// The slug of the series.
    series: String,
    /// The season; any where it is left out.
    season: Option<i32>,
    /// The number within the series.
    number: i32,
}

/// Exactly one way to say which source.
#[derive(Debug, OneofObject)]
pub enum SourceBy {
    /// Its id.
    Id(ID),
    /// Its slug.
    Slug(String),
    /// Where its feed is.
    FeedUrl(Url),
}

/// Exactly one way to say which series.
#[derive(Debug, OneofObject)]
pub enum SeriesBy {
    /// Its id.
    Id(ID),
    /// Its slug.
    Slug(String),
}

/// Exactly one way to say which tag.
#[derive(Debug, OneofObject)]
pub enum TagBy {
    /// Its id.
    Id(ID),
    /// Its slug, or an alias of it.
    Slug(String),
}

/// Exactly one way to say which category.
#[derive(Debug, OneofObject)]
pub enum CategoryBy {
    /// Its id.
    Id(ID),
    /// Its slug.
    Slug(String),
}

/// The number behind an id of that kind; 0, which nothing has, behind any other text.
fn number(id: &ID, kind: NodeKind) -> i64 {
    id.parse().ok().filter(|id: &NodeId| id.kind == kind).map_or(0, |id| id.number)
}

impl From<SummaryBy> for Summary {
    fn from(by: SummaryBy) -> Self {
        match by {
            SummaryBy::Id(id) => Self::Id(number(&id, NodeKind::Summary)),
            SummaryBy::Slug(slug) => Self::Slug(slug),
            SummaryBy::Episode(by) => Self::Episode(by.into()),
        }
    }
}

impl From<EpisodeBy> for Episode {
    fn from(by: EpisodeBy) -> Self {
        match by {
            EpisodeBy::Id(id) => Self::Id(number(&id, NodeKind::Episode)),
            EpisodeBy::Url(EpisodeUrlInput { url, source }) => Self::Url { canonical: canonical_url(&url.0), source },
            EpisodeBy::SeriesNumber(SeriesNumberInput { series, season, number }) => {
                Self::SeriesNumber { series, season, number }
            }
        }
    }
}

impl From<SourceBy> for Source {
    fn from(by: SourceBy) -> Self {
        match by {
            SourceBy::Id(id) => Self::Id(number(&id, NodeKind::Source)),
            SourceBy::Slug(slug) => Self::Slug(slug),
            SourceBy::FeedUrl(url) => Self::FeedUrl(url.0),
        }
    }
}

impl From<SeriesBy> for Series {
    fn from(by: SeriesBy) -> Self {
        match by {
            SeriesBy::Id(id) => Self::Id(number(&id, NodeKind::Series)),
            SeriesBy::Slug(slug) => Self::Slug(slug),
        }
    }
}

impl From<TagBy> for Tag {
    fn from(by: TagBy) -> Self {
        match by {
            TagBy::Id(id) => Self::Id(number(&id, NodeKind::Tag)),
            TagBy::Slug(slug) => Self::Slug(slug),
        }
    }
}

impl From<CategoryBy> for Category {
    fn from(by: CategoryBy) -> Self {
        match by {
            CategoryBy::Id(id) => Self::Id(number(&id, NodeKind::Category)),
            CategoryBy::Slug(slug) => Self::Slug(slug),
        }
    }
}
