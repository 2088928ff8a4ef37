//! Fields of `Tag`.

use std::{borrow::Cow, sync::Arc};

use async_graphql::ID as Id;

use super::{Connection, Edge, ID, Paged, SUMMARY_COUNT, nothing};
use crate::{
    content::{
        NodeId, NodeKind, SummaryFilter,
        tag::{TagNode, TagProjection},
    },
    graphql::{
        input::CountArgs,
        object::{Object, Table, kept},
    },
};

/// `Tag`.
pub struct Tag;

impl Object for Tag {
    type Row = Arc<TagNode>;
    type Projection = TagProjection;
    const DESCRIPTION: &'static str =
        "A subject, under one name: `#EventDriven`, `event-driven` and `Event Driven` are one tag.";
    const INTERFACES: &'static [&'static str] = &["Node"];

    fn name() -> Cow<'static, str> {
        "Tag".into()
    }

    #[rustfmt::skip]
    fn declare(table: Table<Self>) -> Table<Self> {
        table
            .computed::<Id, _>("id", ID, nothing, |t| NodeId::new(NodeKind::Tag, t.it.it.id))
            .leaf::<String, _>("slug", "Its name in addresses and filters, unique: `event-driven`.", nothing, |t| &t.it.it.slug)
            .leaf::<String, _>("name", "Its name in print, as it was first written: `Event Driven`.", nothing, |t| &t.it.it.name)
            .leaf::<Vec<String>, _>("aliases", "Other slugs that lead to it, sorted.", nothing, |t| &t.it.aliases)
            .count::<CountArgs, SummaryFilter>("summaryCount", SUMMARY_COUNT, SummaryFilter::check, |p| &mut p.counts, |t| &t.counts)
    }

    fn table() -> &'static Table<Self> {
        kept!(Tag)
    }
}

impl Paged for Tag {
    fn connection() -> &'static Table<Connection<Self>> {
        kept!(Connection<Tag>)
    }

    fn edge() -> &'static Table<Edge<Self>> {
        kept!(Edge<Tag>)
    }
}
