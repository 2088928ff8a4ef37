//! Fields of `Series`.

use std::{borrow::Cow, sync::Arc};

use async_graphql::{ID as Id, InputObject};

use super::{Connection, Edge, Episode, ID, Paged, SUMMARY_COUNT, Source, nothing};
use crate::{
    content::{
        NodeId, NodeKind,
        episode::EpisodeList,
        series::{SeriesNode, SeriesProjection},
    },
    graphql::{
        bounds::within,
        cost::FIGURE,
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
            .leaf::<Option<i32>, _>("latestNumber", "The greatest number of any of its episodes. Null where none has a number.", |p| p.latest = true, |s| &s.latest).costs(FIGURE)
            .computed_with::<Vec<i32>, _, Gaps>("missingNumbers", "Numbers between the least and the greatest of its episodes that none of them has, from the least on, whatever their season.", |p| p.numbers = true, |s, gaps: &Gaps| gaps.of(s)).costs(FIGURE)
            .computed::<i32, i64>("summaryCount", SUMMARY_COUNT, |p| p.count = true, |s| s.counts.iter().sum()).costs(FIGURE)
            .pages::<Episode, EpisodesArgs, EpisodeList>("episodes", "Its episodes, the newest first unless `orderBy` says otherwise.", EpisodeList::check, |p| &mut p.episodes, |s, at| s.episodes.get(at))
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

/// How many gaps.
#[derive(InputObject)]
pub struct Gaps {
    /// How many at most: 0 to 1,000.
    #[graphql(default = 100, validator(custom = within("first", 0, 1000)))]
    first: i32,
}

impl Gaps {
    fn of(&self, series: &SeriesNode) -> Vec<i32> {
        series.missing_numbers(usize::try_from(self.first).unwrap_or_default())
    }
}
