//! Pages below other rows: one statement for all parents, however many they are.
//!
//! Each parent's page is taken by a lateral join; where there is none (SQLite), the statement runs for one parent after
//! another, without being prepared anew. Both walk the index of the parent's column no further than the page goes.

use std::collections::HashMap;

use super::{
    Direction, Error, Page, PageArgs, PageProjection, Reading,
    filter::Condition,
    page::Shape,
    scan::{Bounds, Scan},
};
use crate::db::{Dialect, Row, Sql};

/// Something that depends on arguments, below another row. Aliases with equal arguments share it.
#[derive(Debug)]
pub struct Nested<A, P> {
    /// The arguments: which list, for instance.
    pub by: A,
    /// What is wanted of it.
    pub wanted: P,
}

/// The different lists of one kind that are wanted below a row.
pub type Lists<L, P> = Vec<Nested<L, PageProjection<P>>>;

/// Rows that lists hang below.
pub(super) struct Below<'p> {
    /// Their numbers, or whatever stands for them; each once.
    pub(super) parents: &'p [i64],
    /// What makes a row of the list one of the parent, which is called [`PARENT`] there.
    pub(super) link: String,
}

/// The parent, in what links a list with it.
pub(super) const PARENT: &str = "p.value";

impl<'p> Below<'p> {
    /// The column of the list's rows holds the parent.
    pub(super) fn column(column: &str, parents: &'p [i64]) -> Self {
        Self { parents, link: format!("{column} = {PARENT}") }
    }
}

/// Reads the page below each of these parents; see [`super::page::read`]. There is a page for each of them.
pub(super) async fn read<R>(
    reading: &Reading,
    below: &Below<'_>,
    scan: &Scan,
    args: &PageArgs,
    shape: Shape,
    select: impl Fn(&mut Sql),
    read: impl Fn(&Row, usize) -> Result<R, Error>,
) -> Result<HashMap<i64, Page<R>>, Error> {
    let bounds = Bounds::of(scan, args)?;
    let mut pages: HashMap<i64, Page<R>> = below.parents.iter().map(|parent| (*parent, Page::default())).collect();
    if below.parents.is_empty() || scan.condition == Condition::Never || !shape.is_wanted(args.size) {
        return Ok(pages);
    }
    let mut rows = reading.rows(statement(reading.sql(), below, scan, args, &bounds, shape, select)).await?;
    let ends = bounds.ends_columns(shape.ends);
    if is_unsorted(reading.dialect(), scan) {
        sort(&mut rows, 1 + ends, (scan.direction == Direction::Asc) == args.backwards)?;
    }
    let mut rest = rows.as_slice();
    while let Some(first) = rest.first() {
        let parent: i64 = first.try_get_by_index(0)?;
        let is_other = |row: &Row| row.try_get_by_index::<i64>(0).is_ok_and(|other| other != parent);
        let (rows, others) = rest.split_at(rest.iter().position(is_other).unwrap_or(rest.len()));
        let page = match first.try_get_by_index::<Option<i64>>(1 + ends)? {
            None => Page::without_rows(first, 1, ends)?,
            Some(_) => Page::of(rows, 1, scan, &bounds, args, shape, &read)?,
        };
        pages.insert(parent, page);
        rest = others;
    }
    Ok(pages)
}

/// Whether rows come in no order that anybody promises: a join has none, and numbers are sorted here for less than
/// rows are sorted there. Texts have an order of their own in each database.
fn is_unsorted(dialect: Dialect, scan: &Scan) -> bool {
    dialect.has_lateral() && !scan.key_is_text
}

/// Sorts rows by their parents, and those of a parent by key and id, which stand at `at`.
fn sort(rows: &mut Vec<Row>, at: usize, descending: bool) -> Result<(), Error> {
    let place = |row: Row| {
        let (id, key): (Option<i64>, Option<i64>) = (row.try_get_by_index(at)?, row.try_get_by_index(at + 1)?);
        let way = |number: Option<i64>| number.map(|number| if descending { !number } else { number });
        Ok(((row.try_get_by_index::<i64>(0)?, way(key), way(id)), row))
    };
    let mut placed = rows.drain(..).map(place).collect::<Result<Vec<_>, Error>>()?;
    placed.sort_by_key(|(place, _)| *place);
    rows.extend(placed.into_iter().map(|(_, row)| row));
    Ok(())
}

/// How many rows the whole list below each of these parents has; those without any are left out.
pub(super) async fn count(reading: &Reading, below: &Below<'_>, scan: &Scan) -> Result<HashMap<i64, i64>, Error> {
    if below.parents.is_empty() || scan.condition == Condition::Never {
        return Ok(HashMap::new());
    }
    let mut sql = reading.sql();
    sql.push("SELECT p.value, COUNT(*) FROM ").each(below.parents).push(" CROSS JOIN ");
    scan.write_from(&mut sql);
    sql.push(" WHERE ").push(&below.link).push(" AND ");
    scan.condition.write(&mut sql);
    sql.push(" GROUP BY p.value");
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
pub(super) fn add_totals<R>(pages: &mut HashMap<i64, Page<R>>, totals: &HashMap<i64, i64>) {
    for (parent, total) in totals {
        pages.entry(*parent).or_default().total = *total;
    }
}

/// The parent, whether rows come before and behind its page, and the page's rows: id, key and what is selected; those of
/// a parent one after another, unless they come [unsorted](is_unsorted). A parent without any rows has one that is empty,
/// where there is more to say of it.
fn statement(
    mut sql: Sql,
    below: &Below<'_>,
    scan: &Scan,
    args: &PageArgs,
    bounds: &Bounds,
    shape: Shape,
    select: impl Fn(&mut Sql),
) -> Sql {
    sql.push("SELECT ");
    let has_lateral = sql.dialect().has_lateral();
    let parent = if has_lateral { PARENT.to_owned() } else { sql.in_turn(below.parents) };
    let link = below.link.replace(PARENT, &parent);
    sql.push(&parent).push(", ");
    bounds.write_ends(&mut sql, scan, shape.ends, Some(&link));
    if !has_lateral && !bounds.ends_are_asked(shape.ends) {
        sql.push(scan.id).push(", ").push(scan.key);
        select(&mut sql);
        bounds.write_rows(&mut sql, scan, args, Some(&link));
        return sql;
    }
    sql.push("x.* FROM ");
    if has_lateral {
        sql.each(below.parents).push(" LEFT JOIN LATERAL");
    } else {
        sql.push("(SELECT 1) LEFT JOIN");
    }
    sql.push(" (SELECT ").push(scan.id).push(" AS row_id, ").push(scan.key).push(" AS row_key");
    select(&mut sql);
    bounds.write_rows(&mut sql, scan, args, Some(&link));
    sql.push(") x ON TRUE");
    if !is_unsorted(sql.dialect(), scan) {
        sql.push(" ORDER BY ").push(&parent).push(", ");
        scan.write_order(&mut sql, args.backwards, "x.row_key", "x.row_id");
    }
    sql
}
