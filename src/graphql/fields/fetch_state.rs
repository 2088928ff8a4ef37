//! Fields of `SourceFetchState`.

use std::borrow::Cow;

use crate::{
    content::{
        Columns,
        fetching::{FetchColumn as Column, FetchState},
    },
    graphql::{
        kind::SourceHealth,
        object::{Object, Table, kept},
        scalar::DateTime,
    },
};

/// `SourceFetchState`.
pub struct SourceFetchState;

impl Object for SourceFetchState {
    type Row = FetchState;
    type Projection = Columns<Column>;
    const DESCRIPTION: &'static str = "How fetching a source goes. Nothing that the source has sent stands in it.";

    fn name() -> Cow<'static, str> {
        "SourceFetchState".into()
    }

    #[rustfmt::skip]
    fn declare(table: Table<Self>) -> Table<Self> {
        table
            .leaf::<SourceHealth, _>("health", "How it goes, in a word.", |p| p.add(Column::Health), |f| &f.health)
            .leaf::<Option<DateTime>, _>("lastFetchedAt", "When the source was last asked, whatever came of it.", |p| p.add(Column::LastFetchedAt), |f| &f.last_fetched_at)
            .leaf::<Option<DateTime>, _>("nextFetchAt", "When it is asked again, at the earliest. Null for never: it is gone or paused.", |p| p.add(Column::NextFetchAt), |f| &f.next_fetch_at)
            .leaf::<i32, _>("consecutiveErrors", "How often it went wrong since it last went well: 0 if it is well.", |p| p.add(Column::ConsecutiveErrors), |f| &f.consecutive_errors)
            .leaf::<Option<i32>, _>("lastStatus", "The status of the last answer over HTTP: 200, 304, 404. Null where there was no answer.", |p| p.add(Column::LastStatus), |f| &f.last_status)
            .leaf::<Option<String>, _>("lastError", "What went wrong the last time, or what is wrong with the feed although it could be read. Null if nothing is.", |p| p.add(Column::LastError), |f| &f.last_error)
    }

    fn table() -> &'static Table<Self> {
        kept!(SourceFetchState)
    }
}
