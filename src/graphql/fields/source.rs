//! Fields of `Source`.

use std::{borrow::Cow, sync::Arc};

use async_graphql::ID as Id;

use super::{Connection, Edge, Episode, ID, Paged, SUMMARY_COUNT, Series, SourceFetchState, Summary, nothing};
use crate::{
    content::{
        NodeId, NodeKind, PageArgs, SummaryFilter,
        episode::EpisodeList,
        series,
        source::{SourceNode, SourceProjection},
        summary::SummaryList,
    },
    graphql::{
        input::{CountArgs, EpisodesArgs, PageInput, SummariesArgs},
        kind::SourceKind,
        object::{Object, Table, kept},
        scalar::{DateTime, LanguageTag, Url},
    },
};

/// `Source`.
pub struct Source;

impl Object for Source {
    type Row = Arc<SourceNode>;
    type Projection = SourceProjection;
    const DESCRIPTION: &'static str =
        "A place that episodes come from: a blog, a podcast, a channel. One-off pages belong to a MANUAL source.";
    const COST: u64 = 0;
    const INTERFACES: &'static [&'static str] = &["Node"];

    fn name() -> Cow<'static, str> {
        "Source".into()
    }

    #[rustfmt::skip]
    fn declare(table: Table<Self>) -> Table<Self> {
        table
            .computed::<Id, _>("id", ID, nothing, |s| NodeId::new(NodeKind::Source, s.it.id))
            .leaf::<String, _>("slug", "Its name in addresses and filters, unique: `level-up-coding`.", nothing, |s| &s.it.slug)
            .leaf::<String, _>("name", "What it calls itself.", nothing, |s| &s.it.name)
            .leaf::<SourceKind, _>("kind", "What it publishes.", nothing, |s| &s.it.kind)
            .leaf::<Option<Url>, _>("homepage", "Where people read it.", nothing, |s| &s.it.homepage)
            .leaf::<Option<Url>, _>("feedUrl", "Where its feed is, unique. Null where none is known.", nothing, |s| &s.it.feed_url)
            .leaf::<Option<Url>, _>("iconUrl", "Its picture.", nothing, |s| &s.it.icon_url)
            .leaf::<Option<String>, _>("description", "What it says of itself, as plain text.", nothing, |s| &s.it.description)
            .leaf::<Option<LanguageTag>, _>("language", "The language of its episodes, where they don't say otherwise.", nothing, |s| &s.it.language)
            .leaf::<DateTime, _>("createdAt", "When it was first seen here.", nothing, |s| &s.it.created_at)
            .leaf::<DateTime, _>("updatedAt", "When any of its plain fields last changed.", nothing, |s| &s.it.updated_at)
            .count::<CountArgs, SummaryFilter>("summaryCount", SUMMARY_COUNT, SummaryFilter::check, |p| &mut p.counts, |s| &s.counts)
            .pages::<Series, PageInput, PageArgs>("series", "Its series, by slug.", series::check, |p| &mut p.series, |s, at| s.series.get(at))
            .pages::<Episode, EpisodesArgs, EpisodeList>("episodes", "Its episodes, the newest first unless `orderBy` says otherwise.", EpisodeList::check, |p| &mut p.episodes, |s, at| s.episodes.get(at))
            .pages::<Summary, SummariesArgs, SummaryList>("summaries", "The published summaries of its episodes, the newest first unless `orderBy` says otherwise.", SummaryList::check, |p| &mut p.summaries, |s, at| s.summaries.get(at))
            .maybe::<SourceFetchState>("fetchState", "How fetching it goes. Null if it was never fetched.", |p| p.fetch_state.get_or_insert_default(), |s| s.fetch_state.as_ref())
    }

    fn table() -> &'static Table<Self> {
        kept!(Source)
    }
}

impl Paged for Source {
    fn connection() -> &'static Table<Connection<Self>> {
        kept!(Connection<Source>)
    }

    fn edge() -> &'static Table<Edge<Self>> {
        kept!(Edge<Source>)
    }
}
