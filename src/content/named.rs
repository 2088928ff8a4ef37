//! What has a name in memory (sources, series, categories, tags): a statement finds the numbers, in the
//! order of their slugs, the rows are those of the catalogue, and statements read what hangs below them.

use std::{collections::HashMap, sync::Arc};

use futures_util::{
    FutureExt,
    future::{BoxFuture, ready},
};

use super::{
    Direction, Error, Numbered, Page, PageArgs, PageProjection, Reading,
    catalogue::{Named, Names},
    cursor::OrderTag,
    episode::Episode,
    filter::Condition,
    list::Above,
    nested::{self, Below},
    page::{Shape, Total},
    scan::{From, Scan},
    selected::Selected,
    slice::Slice,
    summary::Summary,
};
use crate::db::{Row, Sql};

/// A table whose rows are kept in memory.
pub(super) struct NamedTable<T> {
    /// `FROM`, with its alias `n`.
    pub(super) from: &'static str,
    /// The letter of its cursors.
    pub(super) letter: u8,
    /// Where its rows are.
    pub(super) of: fn(&Names) -> &Named<T>,
}

impl<T> NamedTable<T> {
    /// Whether there can be such a page.
    pub(super) fn check(&self, page: &PageArgs) -> Result<(), Error> {
        self.scan(Condition::Never).check(page)
    }

    /// Those that meet the condition, by slug.
    fn scan(&self, condition: Condition) -> Scan {
        Scan {
            from: From::Table(self.from),
            key: "n.slug",
            key_is_text: true,
            id: "n.id",
            direction: Direction::Asc,
            tag: OrderTag::new(self.letter, b's', Direction::Asc),
            condition,
        }
    }
}

/// What is wanted around each row with a name.
pub(super) trait Surroundings: Default + Send + Sync {
    /// The row.
    type It: Send + Sync + 'static;
    /// The row, and what was wanted around it.
    type Node: Send + Sync;

    /// Where the rows are.
    const TABLE: NamedTable<Self::It>;

    /// The row alone.
    fn bare(it: Arc<Self::It>) -> Self::Node;

    /// Whether the row alone is wanted, which is what most ask for.
    fn is_bare(&self) -> bool;

    /// Reads a page of the rows' numbers together with the first list below each of them, if there is one.
    fn first_below<'a>(&'a self, _: &'a Reading, _: &'a Above<'a>) -> BoxFuture<'a, Result<Option<Found>, Error>> {
        ready(Ok(None)).boxed()
    }

    /// Reads what is wanted around all these rows: a statement for each list that did not come along.
    fn fill<'a>(
        &'a self,
        reading: &'a Reading,
        nodes: &'a mut Numbered<Self::Node>,
        first: FirstBelow,
    ) -> BoxFuture<'a, Result<(), Error>>;
}

/// A page of rows' numbers, and the first list below each of them.
pub(super) type Found = (Page<i64>, FirstBelow);

/// The first list below some rows, where it was read with them: a page for each of those.
#[derive(Default)]
pub(super) struct FirstBelow {
    pub(super) episodes: Option<HashMap<i64, Page<Episode>>>,
    pub(super) summaries: Option<HashMap<i64, Page<Summary>>>,
}

impl FirstBelow {
    pub(super) fn episodes((page, episodes): (Page<i64>, HashMap<i64, Page<Episode>>)) -> Found {
        (page, Self { episodes: Some(episodes), summaries: None })
    }

    pub(super) fn summaries((page, summaries): (Page<i64>, HashMap<i64, Page<Summary>>)) -> Found {
        (page, Self { episodes: None, summaries: Some(summaries) })
    }
}

/// Rows with what was wanted around them, by number.
pub(super) type Nodes<N> = Numbered<Arc<N>>;

/// The number of a row is all that is read of it: it stands before what a page selects, with the key.
struct Number;

impl Selected for Number {
    type Bare = i64;

    fn select(&self, _: &mut Sql) {}

    fn read(&self, row: &Row, at: &mut usize) -> Result<i64, Error> {
        Ok(row.try_get_by_index(*at - 2)?)
    }
}

impl Reading {
    /// A page of those that meet the condition, by slug.
    pub(super) async fn list_nodes<P: Surroundings>(
        &self,
        condition: Condition,
        args: &PageArgs,
        wanted: &PageProjection<P>,
    ) -> Result<Page<Arc<P::Node>>, Error> {
        let nothing = P::default();
        let rows = wanted.rows.as_ref().unwrap_or(&nothing);
        let (scan, total) = (P::TABLE.scan(condition), Total::counted(wanted.total));
        self.page_of_nodes(&Above { scan: &scan, args, shape: wanted.shape(), total: &total }, rows).await
    }

    async fn page_of_nodes<P: Surroundings>(&self, above: &Above<'_>, wanted: &P) -> Result<Page<Arc<P::Node>>, Error> {
        let Above { scan, args, shape, total } = *above;
        let (page, first) = if let Some(found) = wanted.first_below(self, above).await? {
            found
        } else {
            let slice = Slice::new(self.dialect(), scan, args, shape, &Number)?;
            (slice.read(self, total).await?, FirstBelow::default())
        };
        let (ids, page) = page.split();
        let nodes = self.nodes_with(ids.iter().copied(), wanted, first).await?;
        Ok(page.with_rows(in_order(&ids, &nodes)))
    }

    /// The same below each of these parents.
    pub(super) async fn nodes_below<P: Surroundings>(
        &self,
        below: &Below<'_>,
        args: &PageArgs,
        wanted: &PageProjection<P>,
    ) -> Result<HashMap<i64, Page<Arc<P::Node>>>, Error> {
        let scan = P::TABLE.scan(Condition::Always);
        let slice = Slice::new(self.dialect(), &scan, args, wanted.shape(), &Number)?;
        let mut pages = nested::read(self, below, slice).await?;
        if wanted.total {
            nested::add_totals(&mut pages, &nested::count(self, below, &scan).await?);
        }
        let ids: Vec<i64> = pages.values().flat_map(|page| page.edges.iter().map(|edge| edge.row)).collect();
        let nodes = self.nodes(ids, wanted.rows.as_ref().unwrap_or(&P::default())).await?;
        let filled = pages.into_iter().map(|(parent, page)| {
            let (ids, page) = page.split();
            (parent, page.with_rows(in_order(&ids, &nodes)))
        });
        Ok(filled.collect())
    }

    /// The one that meets the condition.
    pub(super) async fn find_node<P: Surroundings>(
        &self,
        condition: Condition,
        wanted: &P,
    ) -> Result<Option<Arc<P::Node>>, Error> {
        let (scan, args) = (P::TABLE.scan(condition), PageArgs { size: 1, ..PageArgs::default() });
        let above = Above { scan: &scan, args: &args, shape: Shape::rows(), total: &Total::Unasked };
        let page = self.page_of_nodes(&above, wanted).await?;
        Ok(page.edges.into_iter().next().map(|edge| edge.row))
    }

    /// Those of these numbers that exist.
    pub(super) async fn load_nodes<P: Surroundings>(&self, ids: Vec<i64>, wanted: &P) -> Result<Nodes<P::Node>, Error> {
        let mut sql = self.sql();
        sql.push("SELECT n.id FROM ").push(P::TABLE.from).push(" WHERE ");
        Condition::ids("n.id", ids).write(&mut sql);
        let rows = self.rows(sql).await?;
        let ids = rows.iter().map(|row| row.try_get_by_index(0)).collect::<Result<Vec<i64>, _>>()?;
        self.nodes(ids, wanted).await
    }

    /// Those with these numbers, which exist.
    pub(super) async fn nodes<P: Surroundings>(
        &self,
        ids: impl IntoIterator<Item = i64>,
        wanted: &P,
    ) -> Result<Nodes<P::Node>, Error> {
        self.nodes_with(ids, wanted, FirstBelow::default()).await
    }

    async fn nodes_with<P: Surroundings>(
        &self,
        ids: impl IntoIterator<Item = i64>,
        wanted: &P,
        first: FirstBelow,
    ) -> Result<Nodes<P::Node>, Error> {
        let mut ids: Vec<i64> = ids.into_iter().collect();
        ids.sort_unstable();
        ids.dedup();
        let table = P::TABLE;
        let names = self.names_of_rows(|names| ids.iter().all(|id| (table.of)(names).get(*id).is_some())).await?;
        let known = ids.into_iter().filter_map(|id| Some((id, P::bare((table.of)(&names).get(id)?.clone()))));
        let mut nodes = Numbered::sorted(known);
        if !wanted.is_bare() {
            wanted.fill(self, &mut nodes, first).await?;
        }
        Ok(nodes.map(Arc::new))
    }
}

/// The nodes with these numbers, in their order.
fn in_order<N>(ids: &[i64], nodes: &Nodes<N>) -> Vec<Arc<N>> {
    ids.iter().filter_map(|id| nodes.get(*id).cloned()).collect()
}

/// By number.
pub(super) fn by_id(id: i64) -> Condition {
    Condition::Ids("n.id", vec![id])
}

/// By name in addresses.
pub(super) fn by_slug(slug: &str) -> Condition {
    Condition::Texts("n.slug", vec![slug.to_owned()])
}
