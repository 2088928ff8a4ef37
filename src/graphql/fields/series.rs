//! Fields of `Series`.

use std::{borrow::Cow, sync::Arc};

use async_graphql::ID as Id;

use super::{Connection, Edge, Episode, ID, Paged, Source, nothing};
use crate::{
    content::{
        NodeId, NodeKind,
        episode::EpisodeList,
        series::{SeriesNode, SeriesProjection},
    },
    graphql::{
        input::EpisodesArgs,
        object::{Object, Table, kept},
    },
};

/// `Series`.
pub struct Series;

impl Object for Series {
    type Row = Arc<SeriesNode>;
    type Projection = SeriesProjection;
    const DESCRIPTION: &'static str =
        "A numbered run of episodes inside one source, such as “Notes from the Query Planner”.";
    const INTERFACES: &'static [&'static str] = &["Node"];

    fn name() -> Cow<'static, str> {
        "Series".into()
    }

    #[rustfmt::skip]
    fn declare(table: Table<Self>) -> Table<Self> {
        table
            .computed::<Id, _>("id", ID, nothing, |s| NodeId::new(NodeKind::Series, s.it.id))
            .leaf::<String, _>("slug", "Its name in addresses and filters, unique: the slug of the source and that of the title.", nothing, |s| &s.it.slug)
            .leaf::<String, _>("title", "What it is called.", nothing, |s| &s.it.title)
            .one::<Source>("source", "Where it runs.", |p| p.source.get_or_insert_default(), |s| s.source.as_ref())
            .pages::<Episode, EpisodesArgs, EpisodeList>("episodes", "Its episodes, the newest first unless `orderBy` says otherwise.", |p| &mut p.episodes, |s| &s.episodes)
    }

    fn table() -> &'static Table<Self> {
        kept!(Series)
    }
}

impl Paged for Series {
    fn connection() -> &'static Table<Connection<Self>> {
        kept!(Connection<Series>)
    }

    fn edge() -> &'static Table<Edge<Self>> {
        kept!(Edge<Series>)
    }
}
