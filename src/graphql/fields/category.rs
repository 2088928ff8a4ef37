//! Fields of `Category`.

use std::{borrow::Cow, sync::Arc};

use async_graphql::ID as Id;

use super::{Connection, Edge, ID, Paged, SUMMARY_COUNT, nothing};
use crate::{
    content::{
        NodeId, NodeKind, SummaryFilter,
        category::{CategoryNode, CategoryProjection},
    },
    graphql::{
        input::CountArgs,
        object::{Object, Table, kept},
    },
};

/// `Category`.
pub struct Category;

impl Object for Category {
    type Row = Arc<CategoryNode>;
    type Projection = CategoryProjection;
    const DESCRIPTION: &'static str = "A shelf, such as “Software Engineering”. A summary stands on one at most.";
    const COST: u64 = 0;
    const INTERFACES: &'static [&'static str] = &["Node"];

    fn name() -> Cow<'static, str> {
        "Category".into()
    }

    #[rustfmt::skip]
    fn declare(table: Table<Self>) -> Table<Self> {
        table
            .computed::<Id, _>("id", ID, nothing, |c| NodeId::new(NodeKind::Category, c.it.id))
            .leaf::<String, _>("slug", "Its name in addresses and filters, unique: `software-engineering`.", nothing, |c| &c.it.slug)
            .leaf::<String, _>("name", "Its name in print.", nothing, |c| &c.it.name)
            .count::<CountArgs, SummaryFilter>("summaryCount", SUMMARY_COUNT, SummaryFilter::check, |p| &mut p.counts, |c| &c.counts)
    }

    fn table() -> &'static Table<Self> {
        kept!(Category)
    }
}

impl Paged for Category {
    fn connection() -> &'static Table<Connection<Self>> {
        kept!(Connection<Category>)
    }

    fn edge() -> &'static Table<Edge<Self>> {
        kept!(Edge<Category>)
    }
}
