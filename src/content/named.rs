//! Lists and look-ups of what has a name in memory: a statement finds the ids, in the order of their
//! slugs, and the rows are those of the catalogue.

use std::sync::Arc;

use super::{
    Direction, Error, Page, PageArgs, PageProjection, Reading,
    catalogue::{Named, Names},
    cursor::OrderTag,
    filter::Condition,
    page::{self, Scan},
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

impl Reading {
    /// A page of a table, by slug.
    pub(super) async fn list_named<T>(
        &self,
        table: &NamedTable<T>,
        condition: Condition,
        args: &PageArgs,
        wanted: &PageProjection<()>,
    ) -> Result<Page<Arc<T>>, Error> {
        let scan = Scan {
            from: table.from,
            key: "n.slug",
            key_is_text: true,
            id: "n.id",
            direction: Direction::Asc,
            tag: OrderTag::new(table.letter, b's', Direction::Asc),
            condition,
        };
        let read = |row: &sea_orm::QueryResult, _| Ok(row.try_get_by_index(0)?);
        let page = page::read(self, &scan, args, &wanted.shape(), |_| {}, read).await?;
        let total = if wanted.total { page::count(self, &scan).await? } else { 0 };
        let (ids, page) = page.split();
        let names = self.names_of_rows(|names| ids.iter().all(|id| (table.of)(names).get(*id).is_some())).await?;
        let rows = ids.iter().filter_map(|id| (table.of)(&names).get(*id).cloned()).collect();
        Ok(Page { total, ..page.with_rows(rows) })
    }

    /// The one that meets the condition.
    pub(super) async fn find_named<T>(
        &self,
        table: &NamedTable<T>,
        condition: &Condition,
    ) -> Result<Option<Arc<T>>, Error> {
        let mut sql = self.sql();
        sql.push("SELECT n.id FROM ").push(table.from).push(" WHERE ");
        condition.write(&mut sql);
        let rows = self.rows(sql).await?;
        let Some(row) = rows.first() else { return Ok(None) };
        let id = row.try_get_by_index(0)?;
        let names = self.names_of_rows(|names| (table.of)(names).get(id).is_some()).await?;
        Ok((table.of)(&names).get(id).cloned())
    }
}

impl Reading {
    /// Those with these numbers, in no order.
    pub(super) async fn load_named<T>(
        &self,
        table: &NamedTable<T>,
        ids: Vec<i64>,
    ) -> Result<Vec<(i64, Arc<T>)>, Error> {
        let mut sql = self.sql();
        sql.push("SELECT n.id FROM ").push(table.from).push(" WHERE ").any_of("n.id", ids);
        let rows = self.rows(sql).await?;
        let ids = rows.iter().map(|row| row.try_get_by_index(0)).collect::<Result<Vec<i64>, _>>()?;
        let names = self.names_of_rows(|names| ids.iter().all(|id| (table.of)(names).get(*id).is_some())).await?;
        Ok(ids.iter().filter_map(|id| Some((*id, (table.of)(&names).get(*id)?.clone()))).collect())
    }
}

/// By number.
pub(super) fn by_id(id: i64) -> Condition {
    Condition::Ids("n.id", vec![id])
}

/// By name in addresses.
pub(super) fn by_slug(slug: &str) -> Condition {
    Condition::Texts("n.slug", vec![slug.to_owned()])
}
