//! Lists and look-ups of what has a name in memory: a statement finds the numbers, in the order of their
//! slugs, and the rows are those of the catalogue.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    sync::Arc,
};

use sea_orm::QueryResult;

use super::{
    Direction, Error, Page, PageArgs, PageProjection, Reading,
    catalogue::{Named, Names},
    cursor::OrderTag,
    filter::Condition,
    nested, page,
    scan::Scan,
};

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
    /// Those that meet the condition, by slug.
    fn scan(&self, condition: Condition) -> Scan {
        Scan {
            from: self.from,
            key: "n.slug",
            key_is_text: true,
            id: "n.id",
            direction: Direction::Asc,
            tag: OrderTag::new(self.letter, b's', Direction::Asc),
            condition,
        }
    }
}

/// The number of a row is all that is read of it: it stands before what a page selects, with the key.
fn number(row: &QueryResult, at: usize) -> Result<i64, Error> {
    Ok(row.try_get_by_index(at - 2)?)
}

impl Reading {
    /// A page of a table's numbers, by slug.
    pub(super) async fn list_named<T, P>(
        &self,
        table: &NamedTable<T>,
        condition: Condition,
        args: &PageArgs,
        wanted: &PageProjection<P>,
    ) -> Result<Page<i64>, Error> {
        let scan = table.scan(condition);
        let page = page::read(self, &scan, args, wanted.shape(), |_| {}, number).await?;
        let total = if wanted.total { page::count(self, &scan).await? } else { 0 };
        Ok(Page { total, ..page })
    }

    /// A page of a table's numbers below each of these parents, which a column names.
    pub(super) async fn named_below<T, P>(
        &self,
        table: &NamedTable<T>,
        below: (&'static str, &[i64]),
        args: &PageArgs,
        wanted: &PageProjection<P>,
    ) -> Result<HashMap<i64, Page<i64>>, Error> {
        let scan = table.scan(Condition::Always);
        let mut pages = nested::read(self, below, &scan, args, wanted.shape(), |_| {}, number).await?;
        if wanted.total {
            nested::add_totals(&mut pages, nested::count(self, below, &scan).await?);
        }
        Ok(pages)
    }

    /// The numbers of those that meet the condition.
    pub(super) async fn find_named<T>(&self, table: &NamedTable<T>, condition: &Condition) -> Result<Vec<i64>, Error> {
        let mut sql = self.sql();
        sql.push("SELECT n.id FROM ").push(table.from).push(" WHERE ");
        condition.write(&mut sql);
        let rows = self.rows(sql).await?;
        rows.iter().map(|row| Ok(row.try_get_by_index(0)?)).collect()
    }

    /// What stands behind these numbers, out of the catalogue.
    pub(super) async fn named<T>(
        &self,
        table: &NamedTable<T>,
        ids: impl IntoIterator<Item = i64>,
    ) -> Result<BTreeMap<i64, Arc<T>>, Error> {
        let ids: BTreeSet<i64> = ids.into_iter().collect();
        let names = self.names_of_rows(|names| ids.iter().all(|id| (table.of)(names).get(*id).is_some())).await?;
        Ok(ids.into_iter().filter_map(|id| Some((id, (table.of)(&names).get(id)?.clone()))).collect())
    }
}

/// The rows with these numbers, in their order.
pub(super) fn in_order<T: Clone>(ids: &[i64], rows: &BTreeMap<i64, T>) -> Vec<T> {
    ids.iter().filter_map(|id| rows.get(id).cloned()).collect()
}

/// By numbers.
pub(super) fn by_ids(ids: Vec<i64>) -> Condition {
    Condition::ids("n.id", ids)
}

/// By number.
pub(super) fn by_id(id: i64) -> Condition {
    Condition::Ids("n.id", vec![id])
}

/// By name in addresses.
pub(super) fn by_slug(slug: &str) -> Condition {
    Condition::Texts("n.slug", vec![slug.to_owned()])
}
