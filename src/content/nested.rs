//! Pages below other rows: one statement for all parents, however many they are.
//!
//! Each parent's page is taken by a lateral join; where there is none (SQLite), the statement runs for one parent after
//! another, without being prepared anew. Both walk the index of the parent's column no further than the page goes.

use std::collections::HashMap;

use super::{
    Error, Page, PageProjection, Reading,
    filter::Condition,
    scan::Scan,
    selected::{Along, Selected},
    slice::{Slice, is_equal, sort_by_number},
};
use crate::db::{Row, Sql};

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
        Self { parents, link: Self::link(column) }
    }

    /// What says so.
    pub(super) fn link(column: &str) -> String {
        format!("{column} = {PARENT}")
    }
}

/// Reads the page below each of these parents. There is a page for each of them.
pub(super) async fn read<S: Selected>(
    reading: &Reading,
    below: &Below<'_>,
    slice: Slice<'_, S>,
) -> Result<HashMap<i64, Page<S::Bare>>, Error> {
    let lower = Lower { slice, link: &below.link };
    let mut pages: HashMap<i64, Page<S::Bare>> =
        below.parents.iter().map(|parent| (*parent, Page::default())).collect();
    if below.parents.is_empty() || !lower.slice.is_wanted() {
        return Ok(pages);
    }
    let mut sql = reading.sql();
    let is_joined = if sql.dialect().has_lateral() {
        sql.push("SELECT ").push(PARENT);
        lower.write_columns(&mut sql, PARENT);
        lower.write_join(sql.push(" FROM ").each(below.parents), PARENT);
        true
    } else {
        lower.write_in_turn(&mut sql, below.parents)
    };
    let rows = reading.rows(sql).await?;
    let mut rows: Vec<&Row> = rows.iter().collect();
    sort_by_number(&mut rows)?;
    for rows in rows.chunk_by_mut(|one, other| is_equal(one, other, 0)) {
        let [first, ..] = rows else { continue };
        let parent = first.try_get_by_index(0)?;
        pages.insert(parent, lower.page(rows, 1, is_joined)?);
    }
    Ok(pages)
}

/// A page below each of some rows, in a statement that reads those.
pub(super) struct Lower<'a, S: Selected> {
    pub(super) slice: Slice<'a, S>,
    /// As in [`Below`].
    pub(super) link: &'a str,
}

impl<S: Selected> Lower<'_, S> {
    /// Writes the columns that [`Self::page`] reads, behind a comma: whether rows come before and behind the page, the page's
    /// rows, and what comes along with them.
    fn write_columns(&self, sql: &mut Sql, parent: &str) {
        self.slice.write_ends(sql.push(", "), Some(&self.link.replace(PARENT, parent)));
        sql.push("x.*");
        if let Some(along) = self.slice.along() {
            along.select(sql, "x");
        }
    }

    /// Writes the join, in which a parent without any rows has one that is empty.
    fn write_join(&self, sql: &mut Sql, parent: &str) {
        sql.push(" LEFT JOIN LATERAL (SELECT ");
        self.slice.write_rows(sql, Some(&self.link.replace(PARENT, parent)), true);
        sql.push(") x ON TRUE");
        if let Some(along) = self.slice.along() {
            along.join(sql, "x");
        }
    }

    /// The page of one parent, out of all its rows. At `at` begin those columns.
    fn page(&self, rows: &mut [&Row], at: usize, is_joined: bool) -> Result<Page<S::Bare>, Error> {
        let first = rows.first().copied();
        let id = first.map(|row| row.try_get_by_index::<Option<i64>>(at + self.slice.ends_columns())).transpose()?;
        match id.flatten() {
            None => self.slice.page_without_rows(first, at),
            Some(_) => self.slice.page(rows, at, is_joined),
        }
    }

    /// Writes a statement that runs for one parent after another, whose rows begin with the parent. Gives whether they are
    /// those of a join.
    fn write_in_turn(&self, sql: &mut Sql, parents: &[i64]) -> bool {
        sql.push("SELECT ");
        let parent = sql.in_turn(parents);
        let link = self.link.replace(PARENT, &parent);
        sql.push(&parent).push(", ");
        // Without rows, there is a row that says what is around them.
        let is_joined = self.slice.ends_columns() > 0;
        if is_joined {
            self.slice.write_ends(sql, Some(&link));
            sql.push("x.* FROM (SELECT 1) LEFT JOIN (SELECT ");
        }
        self.slice.write_rows(sql, Some(&link), is_joined);
        if is_joined {
            sql.push(") x ON TRUE");
        }
        is_joined
    }
}

/// Rows of which nothing but the number is read, each with its page.
impl<S: Selected> Selected for Lower<'_, S> {
    type Bare = (i64, Page<S::Bare>);

    fn select(&self, _: &mut Sql) {}

    fn read(&self, row: &Row, at: &mut usize) -> Result<Self::Bare, Error> {
        Ok((row.try_get_by_index(*at - 2)?, Page::default()))
    }

    fn along(&self) -> Option<&dyn Along<Self::Bare>> {
        Some(self)
    }
}

impl<S: Selected> Along<(i64, Page<S::Bare>)> for Lower<'_, S> {
    fn select(&self, sql: &mut Sql, row: &str) {
        self.write_columns(sql, &format!("{row}.row_id"));
    }

    fn join(&self, sql: &mut Sql, row: &str) {
        self.write_join(sql, &format!("{row}.row_id"));
    }

    fn put(&self, rows: &mut [&Row], at: usize, (_, page): &mut (i64, Page<S::Bare>)) -> Result<(), Error> {
        *page = self.page(rows, at, true)?;
        Ok(())
    }
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
