//! Pages below other rows: one statement for all parents, however many they are.
//!
//! Each parent's page is taken by a lateral join; where there is none (SQLite), the ids of each page are
//! taken by a subquery that is correlated with the parent. Both walk the index of the parent's column
//! no further than the page goes.

use std::collections::HashMap;

use sea_orm::QueryResult;

use super::{
    Error, Page, PageArgs, PageProjection, Reading,
    filter::Condition,
    page::Shape,
    scan::{Bounds, Scan},
};
use crate::db::Sql;

/// A list below another row. Aliases with equal arguments share it.
#[derive(Debug)]
pub struct Nested<L, P> {
    /// Which list.
    pub list: L,
    /// What is wanted of its pages.
    pub page: PageProjection<P>,
}

/// The different lists of one kind that are wanted below a row.
pub type Lists<L, P> = Vec<Nested<L, P>>;

/// Reads the page below each of these parents, which `column` of the list's rows names; see
/// [`super::page::read`]. There is a page for each of them. The list is taken from one table.
pub(super) async fn read<R>(
    reading: &Reading,
    (column, parents): (&'static str, &[i64]),
    scan: &Scan,
    args: &PageArgs,
    shape: Shape,
    select: impl Fn(&mut Sql),
    read: impl Fn(&QueryResult, usize) -> Result<R, Error>,
) -> Result<HashMap<i64, Page<R>>, Error> {
    let bounds = Bounds::of(scan, args)?;
    let mut pages: HashMap<i64, Page<R>> = parents.iter().map(|parent| (*parent, Page::default())).collect();
    if parents.is_empty() || scan.condition == Condition::Never || !shape.is_wanted(args.size) {
        return Ok(pages);
    }
    let rows = reading.rows(statement(reading.sql(), (column, parents), scan, args, &bounds, shape, select)).await?;
    let mut below: HashMap<i64, Vec<&QueryResult>> = HashMap::new();
    for row in &rows {
        below.entry(row.try_get_by_index(0)?).or_default().push(row);
    }
    for (parent, rows) in below {
        let page = match rows.first() {
            Some(row) if row.try_get_by_index::<Option<i64>>(3)?.is_none() => Page::without_rows(row, 1)?,
            _ => Page::of(&rows, 1, scan, args, shape, &read)?,
        };
        pages.insert(parent, page);
    }
    Ok(pages)
}

/// How many rows the whole list below each of these parents has; those without any are left out.
pub(super) async fn count(
    reading: &Reading,
    (column, parents): (&'static str, &[i64]),
    scan: &Scan,
) -> Result<HashMap<i64, i64>, Error> {
    if parents.is_empty() || scan.condition == Condition::Never {
        return Ok(HashMap::new());
    }
    let mut sql = reading.sql();
    sql.push("SELECT ").push(column).push(", COUNT(*) FROM ").push(scan.from).push(" WHERE ");
    sql.any_of(column, parents.to_vec()).push(" AND ");
    scan.condition.write(&mut sql);
    sql.push(" GROUP BY ").push(column);
    let rows = reading.rows(sql).await?;
    rows.iter().map(|row| Ok((row.try_get_by_index(0)?, row.try_get_by_index(1)?))).collect()
}

/// Pages without their rows, each with its parent and how many rows it had.
pub(super) type Shapes = Vec<(i64, usize, Page<()>)>;

/// All rows of all pages one after another, so that what belongs to them is read at once, and the pages
/// without them.
pub(super) fn split<R>(pages: HashMap<i64, Page<R>>) -> (Vec<R>, Shapes) {
    let (mut all, mut shapes) = (Vec::new(), Vec::with_capacity(pages.len()));
    for (parent, page) in pages {
        let (rows, page) = page.split();
        shapes.push((parent, rows.len(), page));
        all.extend(rows);
    }
    (all, shapes)
}

/// The pages again, with as many rows as they had.
pub(super) fn join<R>(rows: Vec<R>, shapes: Shapes) -> HashMap<i64, Page<R>> {
    let mut rows = rows.into_iter();
    shapes
        .into_iter()
        .map(|(parent, many, page)| (parent, page.with_rows(rows.by_ref().take(many).collect())))
        .collect()
}

/// Puts the totals into the pages; a parent without one has no rows.
pub(super) fn add_totals<R>(pages: &mut HashMap<i64, Page<R>>, totals: HashMap<i64, i64>) {
    for (parent, total) in totals {
        pages.entry(parent).or_default().total = total;
    }
}

/// The parent, whether rows come before and behind its page, and the page's rows: id, key and what is
/// selected. A parent without any rows has one that is empty.
fn statement(
    mut sql: Sql,
    (column, parents): (&'static str, &[i64]),
    scan: &Scan,
    args: &PageArgs,
    bounds: &Bounds,
    shape: Shape,
    select: impl Fn(&mut Sql),
) -> Sql {
    sql.push("SELECT p.value, ");
    bounds.write_ends(&mut sql, scan, shape.ends, Some(column));
    if sql.dialect().has_lateral() {
        sql.push(", x.* FROM ").each(parents).push(" LEFT JOIN LATERAL (SELECT ");
        sql.push(scan.id).push(" AS row_id, ").push(scan.key).push(" AS row_key");
        select(&mut sql);
        bounds.write_rows(&mut sql, scan, args, Some(column));
        sql.push(") x ON TRUE ORDER BY p.value, ");
        scan.write_order(&mut sql, args.backwards, "x.row_key", "x.row_id");
    } else {
        sql.push(", ").push(scan.id).push(", ").push(scan.key);
        select(&mut sql);
        sql.push(" FROM ").each(parents).push(" LEFT JOIN ").push(scan.from).push(" ON ").push(scan.id);
        sql.push(" IN (SELECT ").push(scan.id);
        bounds.write_rows(&mut sql, scan, args, Some(column));
        sql.push(") ORDER BY p.value, ");
        scan.write_order(&mut sql, args.backwards, scan.key, scan.id);
    }
    sql
}
