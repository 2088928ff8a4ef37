//! Fields of `Source`.

use std::{borrow::Cow, sync::Arc};

use async_graphql::ID as Id;

use super::{Connection, Edge, ID, Paged, nothing};
use crate::{
    content::{self, NodeId, NodeKind},
    graphql::{
        kind::SourceKind,
        object::{Object, Table, kept},
        scalar::{DateTime, LanguageTag, Url},
    },
};

/// `Source`.
pub struct Source;

impl Object for Source {
    type Row = Arc<content::Source>;
    type Projection = ();
    const DESCRIPTION: &'static str =
        "A place that episodes come from: a blog, a podcast, a channel. One-off pages belong to a MANUAL source.";
    const INTERFACES: &'static [&'static str] = &["Node"];

    fn name() -> Cow<'static, str> {
        "Source".into()
    }

    #[rustfmt::skip]
    fn declare(table: Table<Self>) -> Table<Self> {
        table
            .computed::<Id, _>("id", ID, nothing, |s| NodeId::new(NodeKind::Source, s.id))
            .leaf::<String, _>("slug", "Its name in addresses and filters, unique: `level-up-coding`.", nothing, |s| &s.slug)
            .leaf::<String, _>("name", "What it calls itself.", nothing, |s| &s.name)
            .leaf::<SourceKind, _>("kind", "What it publishes.", nothing, |s| &s.kind)
            .leaf::<Option<Url>, _>("homepage", "Where people read it.", nothing, |s| &s.homepage)
            .leaf::<Option<Url>, _>("feedUrl", "Where its feed is, unique. Null where none is known.", nothing, |s| &s.feed_url)
            .leaf::<Option<Url>, _>("iconUrl", "Its picture.", nothing, |s| &s.icon_url)
            .leaf::<Option<String>, _>("description", "What it says of itself, as plain text.", nothing, |s| &s.description)
            .leaf::<Option<LanguageTag>, _>("language", "The language of its episodes, where they don't say otherwise.", nothing, |s| &s.language)
            .leaf::<DateTime, _>("createdAt", "When it was first seen here.", nothing, |s| &s.created_at)
            .leaf::<DateTime, _>("updatedAt", "When any of its plain fields last changed.", nothing, |s| &s.updated_at)
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
