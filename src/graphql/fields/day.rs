//! Fields of `SummaryDay`.

use std::borrow::Cow;

use super::{Connection, Edge, Paged, Summary, facets::with_facets, nothing};
use crate::{
    content::{
        PageArgs,
        days::{self, Day, DayProjection},
    },
    graphql::{
        cost::FIGURE,
        input::PageInput,
        object::{Object, Table, kept},
        scalar::Date,
    },
};

/// `SummaryDay`.
pub struct SummaryDay;

impl Object for SummaryDay {
    type Row = Day;
    type Projection = DayProjection;
    const DESCRIPTION: &'static str = "A day on which summaries were published, in the time zone that was asked for.";

    fn name() -> Cow<'static, str> {
        "SummaryDay".into()
    }

    #[rustfmt::skip]
    fn declare(table: Table<Self>) -> Table<Self> {
        table
            .leaf::<i32, _>("ordinal", "1 is the newest day of the whole list (“DAY 01”), whatever the page.", nothing, |d| &d.ordinal)
            .leaf::<Date, _>("date", "The day.", nothing, |d| &d.date)
            .leaf::<i32, _>("count", "How many summaries it has, under the filter.", nothing, |d| &d.count)
            .pages::<Summary, PageInput, PageArgs>("summaries", "Its summaries, the newest first.", days::check_summaries, |p| &mut p.summaries, |d, at| d.summaries.get(at))
    }

    fn table() -> &'static Table<Self> {
        kept!(SummaryDay)
    }
}

impl Paged for SummaryDay {
    fn connection() -> &'static Table<Connection<Self>> {
        kept!(Connection<SummaryDay>)
    }

    fn edge() -> &'static Table<Edge<Self>> {
        kept!(Edge<SummaryDay>)
    }

    #[rustfmt::skip]
    fn add_to_connection(table: Table<Connection<Self>>) -> Table<Connection<Self>> {
        with_facets(table.leaf::<i32, _>("summaryCount", "How many summaries all the days of the whole list have: `summaries.totalCount` under the same filter.", |p| p.total = true, |page| &page.summaries).costs(FIGURE))
    }
}
