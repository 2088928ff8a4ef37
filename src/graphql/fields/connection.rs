//! Pages: `FooConnection` and `FooEdge` for every type that comes in pages, and `PageInfo`.

use std::{borrow::Cow, marker::PhantomData};

use crate::{
    content::{self, Ends, Page, PageProjection, page::EndsProjection},
    graphql::{
        cost::{FIGURE, Rows},
        object::{Object, Table, kept},
        pages::PageField,
    },
};

/// A type that comes in pages.
pub trait Paged: Object {
    /// The tables of its pages, kept by the concrete type, as a static can't be generic.
    fn connection() -> &'static Table<Connection<Self>>;
    /// The same for the entries of a page.
    fn edge() -> &'static Table<Edge<Self>>;

    /// What its pages have beyond what all pages have.
    #[must_use]
    fn add_to_connection(table: Table<Connection<Self>>) -> Table<Connection<Self>> {
        table
    }

    /// The same for the entries of a page.
    #[must_use]
    fn add_to_edge(table: Table<Edge<Self>>) -> Table<Edge<Self>> {
        table
    }
}

/// `FooConnection`.
pub struct Connection<C>(PhantomData<C>);

impl<C: Paged> Object for Connection<C> {
    type Row = Page<C::Row>;
    type Projection = PageProjection<C::Projection>;
    const DESCRIPTION: &'static str = "A page of a list, as the Relay cursor connections specification has it.";
    const COST: u64 = 0;

    fn name() -> Cow<'static, str> {
        format!("{}Connection", C::name()).into()
    }

    #[rustfmt::skip]
    fn declare(table: Table<Self>) -> Table<Self> {
        let table = table
            .list::<Edge<C>, _>("edges", "Its entries, with a cursor each.", Rows::OfPage, PageProjection::edges, |page| &page.edges, |edge| edge)
            .list::<C, _>("nodes", "Its entries, without cursors.", Rows::OfPage, |p| p.rows.get_or_insert_default(), |page| &page.edges, |edge| &edge.row)
            .one::<PageInfo>("pageInfo", "Where it ends, and whether there is more.", |p| &mut p.ends, |page| Some(&page.ends))
            .leaf::<i32, _>("totalCount", "How many entries the whole list has, under the same filter. Exact; counted only where it is selected.", |p| p.total = true, |page| &page.total).costs(FIGURE);
        C::add_to_connection(table)
    }

    fn table() -> &'static Table<Self> {
        C::connection()
    }

    fn page_field(name: &str) -> Option<PageField> {
        match name {
            "nodes" | "edges" => Some(PageField::Rows),
            // As long as what they are of.
            "facets" => None,
            _ => Some(PageField::Frame),
        }
    }

    fn cursors(page: &Self::Row) -> Option<Vec<String>> {
        Some(page.edges.iter().map(|edge| edge.cursor.clone()).collect())
    }

    fn need_cursors(needs: &mut Self::Projection) {
        needs.cursors = true;
    }
}

/// `FooEdge`.
pub struct Edge<C>(PhantomData<C>);

impl<C: Paged> Object for Edge<C> {
    type Row = content::Edge<C::Row>;
    /// The page's: its edges need of it what their nodes and cursors do.
    type Projection = PageProjection<C::Projection>;
    const DESCRIPTION: &'static str = "An entry of a page, and where it stands.";
    const COST: u64 = 0;

    fn name() -> Cow<'static, str> {
        format!("{}Edge", C::name()).into()
    }

    #[rustfmt::skip]
    fn declare(table: Table<Self>) -> Table<Self> {
        let table = table
            .leaf::<String, _>("cursor", "Where the entry stands: good for `after` and `before` of the same list in the same order.", |p| p.cursors = true, |edge| &edge.cursor)
            .one::<C>("node", "The entry itself.", |p| p.rows.get_or_insert_default(), |edge| Some(&edge.row));
        C::add_to_edge(table)
    }

    fn table() -> &'static Table<Self> {
        C::edge()
    }
}

/// `PageInfo`.
pub struct PageInfo;

impl Object for PageInfo {
    type Row = Ends;
    type Projection = EndsProjection;
    const DESCRIPTION: &'static str =
        "Where a page ends, and whether there is more on either side. Exact, whichever way one pages.";
    const COST: u64 = 0;

    fn name() -> Cow<'static, str> {
        "PageInfo".into()
    }

    #[rustfmt::skip]
    fn declare(table: Table<Self>) -> Table<Self> {
        table
            .leaf::<bool, _>("hasNextPage", "Whether entries come behind this page.", |p| p.next = true, |ends| &ends.has_next)
            .leaf::<bool, _>("hasPreviousPage", "Whether entries come before this page.", |p| p.previous = true, |ends| &ends.has_previous)
            .leaf::<Option<String>, _>("startCursor", "The cursor of its first entry. Null for an empty page.", |p| p.cursors = true, |ends| &ends.start)
            .leaf::<Option<String>, _>("endCursor", "The cursor of its last entry. Null for an empty page.", |p| p.cursors = true, |ends| &ends.end)
    }

    fn table() -> &'static Table<Self> {
        kept!(PageInfo)
    }

    fn page_field(name: &str) -> Option<PageField> {
        match name {
            "hasNextPage" => Some(PageField::HasNextPage),
            "startCursor" => Some(PageField::StartCursor),
            "endCursor" => Some(PageField::EndCursor),
            _ => None,
        }
    }
}
