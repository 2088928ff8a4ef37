//! A page of a list: keyset paging both ways, for every list there is.
//!
//! A list is a [`Scan`]: rows of a table under a condition, sorted by a key and then by id, so that
//! the order is total. A page is one statement; the ends of it are exact, whichever way one pages.

use sea_orm::QueryResult;

use super::{
    Error, Reading,
    cursor::{Key, OrderTag, Position},
    filter::Condition,
};
use crate::db::Sql;

/// Which way an order goes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Direction {
    /// From the least to the greatest.
    Asc,
    /// From the greatest to the least.
    #[default]
    Desc,
}

/// Which part of a list is wanted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PageArgs {
    /// How many rows at most, 0 to [`PageArgs::MOST`].
    pub size: usize,
    /// Whether they are the last ones between the cursors, rather than the first.
    pub backwards: bool,
    /// Rows behind this cursor only.
    pub after: Option<String>,
    /// Rows before this cursor only.
    pub before: Option<String>,
}

impl Default for PageArgs {
    fn default() -> Self {
        Self { size: Self::USUAL, backwards: false, after: None, before: None }
    }
}

impl PageArgs {
    /// The size of a page where nobody says.
    pub const USUAL: usize = 20;
    /// The largest page there is.
    pub const MOST: usize = 100;

    /// As Relay's arguments say it: `first` counts from the beginning, `last` from the end, and only
    /// one of them may be there.
    pub fn new(
        first: Option<i32>,
        after: Option<String>,
        last: Option<i32>,
        before: Option<String>,
    ) -> Result<Self, Error> {
        let (name, asked, backwards) = match (first, last) {
            (Some(_), Some(_)) => return Err(Error::input("Give either `first` or `last`, not both.")),
            (Some(first), None) => ("first", first, false),
            (None, Some(last)) => ("last", last, true),
            (None, None) => return Ok(Self { after, before, ..Self::default() }),
        };
        let size = usize::try_from(asked).ok().filter(|size| *size <= Self::MOST);
        let most = Self::MOST;
        let size = size.ok_or_else(|| Error::input(format!("`{name}` is {asked}; it may be 0 to {most}.")))?;
        Ok(Self { size, backwards, after, before })
    }
}

/// What is wanted of a page.
#[derive(Debug)]
pub struct PageProjection<P> {
    /// Of its rows; `None` where nobody asked for any.
    pub rows: Option<P>,
    /// Whether anyone asked for its rows as edges, whatever of them.
    pub edges: bool,
    /// The cursors of all its rows.
    pub cursors: bool,
    /// Its first and last cursor, and whether there is more.
    pub ends: EndsProjection,
    /// How many rows the whole list has.
    pub total: bool,
}

impl<P> Default for PageProjection<P> {
    fn default() -> Self {
        Self { rows: None, edges: false, cursors: false, ends: EndsProjection::default(), total: false }
    }
}

/// What is wanted of the ends of a page.
#[derive(Clone, Copy, Debug, Default)]
pub struct EndsProjection {
    /// Whether rows come behind it.
    pub next: bool,
    /// Whether rows come before it.
    pub previous: bool,
    /// Its first and last cursor.
    pub cursors: bool,
}

/// A page, with what was wanted of it.
#[derive(Debug)]
pub struct Page<R> {
    /// In the order of the list.
    pub edges: Vec<Edge<R>>,
    /// Where it ends.
    pub ends: Ends,
    /// How many rows the whole list has.
    pub total: i64,
}

/// A row, and where it stands.
#[derive(Debug)]
pub struct Edge<R> {
    /// Good for `after` and `before`; empty where nobody asked.
    pub cursor: String,
    /// The row.
    pub row: R,
}

/// Where a page ends.
#[derive(Debug, Default)]
pub struct Ends {
    /// Whether rows come behind it.
    pub has_next: bool,
    /// Whether rows come before it.
    pub has_previous: bool,
    /// The cursor of its first row.
    pub start: Option<String>,
    /// The cursor of its last row.
    pub end: Option<String>,
}

impl<P> PageProjection<P> {
    /// Asks for the rows as edges, whatever of them.
    pub fn edges(&mut self) -> &mut Self {
        self.edges = true;
        self
    }

    /// What is wanted of the page itself.
    pub(super) fn shape(&self) -> Shape {
        Shape { rows: self.rows.is_some() || self.edges, cursors: self.cursors, ends: self.ends }
    }
}

impl<R> Page<R> {
    /// Its rows, and the page without them.
    pub(super) fn split(self) -> (Vec<R>, Page<()>) {
        let (mut rows, mut edges) = (Vec::with_capacity(self.edges.len()), Vec::with_capacity(self.edges.len()));
        for Edge { cursor, row } in self.edges {
            rows.push(row);
            edges.push(Edge { cursor, row: () });
        }
        (rows, Page { edges, ends: self.ends, total: self.total })
    }

    /// The same page with other rows, as many as it has.
    pub(super) fn with_rows<S>(self, rows: Vec<S>) -> Page<S> {
        let cursors = self.edges.into_iter().map(|edge| edge.cursor);
        let edges = cursors.zip(rows).map(|(cursor, row)| Edge { cursor, row }).collect();
        Page { edges, ends: self.ends, total: self.total }
    }
}

/// What is wanted of a page, its rows' contents and the total apart.
pub(super) struct Shape {
    pub(super) rows: bool,
    pub(super) cursors: bool,
    pub(super) ends: EndsProjection,
}

/// A list, sorted, before it is cut into pages.
pub(super) struct Scan {
    /// `FROM`, with its aliases.
    pub(super) from: &'static str,
    /// The sort key, and whether it is text.
    pub(super) key: &'static str,
    pub(super) key_is_text: bool,
    /// The id, which breaks ties.
    pub(super) id: &'static str,
    pub(super) direction: Direction,
    pub(super) tag: OrderTag,
    pub(super) condition: Condition,
}

/// Reads a page: `select` writes further columns, each behind a comma, and `read` takes them back,
/// from the place where they begin. A list that nothing can be in costs no statement.
pub(super) async fn read<R>(
    reading: &Reading,
    scan: &Scan,
    args: &PageArgs,
    shape: &Shape,
    select: impl Fn(&mut Sql),
    read: impl Fn(&QueryResult, usize) -> Result<R, Error>,
) -> Result<Page<R>, Error> {
    let bounds = Bounds::of(scan, args)?;
    let mut page = Page { edges: Vec::new(), ends: Ends::default(), total: 0 };
    let rows_are_wanted = args.size > 0 && (shape.rows || shape.cursors || shape.ends.cursors);
    if scan.condition == Condition::Never || !(rows_are_wanted || shape.ends.next || shape.ends.previous) {
        return Ok(page);
    }
    let rows = reading.rows(statement(reading, scan, args, &bounds, shape.ends, select)).await?;
    fill(&mut page, scan, args, shape, &rows, read)?;
    if rows.is_empty() && bounds.ends_unknown(shape.ends) {
        let rows = reading.rows(bounds.only_ends(reading.sql(), scan)).await?;
        page.ends.read(rows.first(), 0)?;
    }
    Ok(page)
}

/// How many rows the whole list has.
pub(super) async fn count(reading: &Reading, scan: &Scan) -> Result<i64, Error> {
    if scan.condition == Condition::Never {
        return Ok(0);
    }
    let mut sql = reading.sql();
    sql.push("SELECT COUNT(*) FROM ").push(scan.from).push(" WHERE ");
    scan.condition.write(&mut sql);
    let rows = reading.rows(sql).await?;
    Ok(rows.first().map_or(Ok(0), |row| row.try_get_by_index(0))?)
}

impl Ends {
    /// Whether there are rows on either side, as the statement says.
    fn read(&mut self, row: Option<&QueryResult>, at: usize) -> Result<(), Error> {
        if let Some(row) = row {
            self.has_previous = row.try_get_by_index(at)?;
            self.has_next = row.try_get_by_index(at + 1)?;
        }
        Ok(())
    }
}

/// The positions between which a page lies.
struct Bounds {
    after: Option<Position>,
    before: Option<Position>,
}

impl Bounds {
    fn of(scan: &Scan, args: &PageArgs) -> Result<Self, Error> {
        let decode = |cursor: &Option<String>| {
            cursor.as_deref().map(|cursor| Position::decode(cursor, scan.tag, scan.key_is_text)).transpose()
        };
        Ok(Self { after: decode(&args.after)?, before: decode(&args.before)? })
    }

    fn ends_unknown(&self, ends: EndsProjection) -> bool {
        ends.previous && self.after.is_some() || ends.next && self.before.is_some()
    }

    /// Whether there are rows up to `after`, and from `before` on.
    fn write_ends(&self, sql: &mut Sql, scan: &Scan) {
        let behind = if scan.direction == Direction::Asc { (" <= ", " >= ") } else { (" >= ", " <= ") };
        for (place, (bound, comparison)) in [(&self.after, behind.0), (&self.before, behind.1)].into_iter().enumerate()
        {
            if place > 0 {
                sql.push(", ");
            }
            let Some(position) = bound else {
                sql.push("FALSE");
                continue;
            };
            sql.push("EXISTS (SELECT 1 FROM ").push(scan.from).push(" WHERE ");
            scan.condition.write(sql);
            sql.push(" AND ");
            compare(sql, scan, comparison, position);
            sql.push(")");
        }
    }

    fn only_ends(&self, mut sql: Sql, scan: &Scan) -> Sql {
        sql.push("SELECT ");
        self.write_ends(&mut sql, scan);
        sql
    }
}

fn compare(sql: &mut Sql, scan: &Scan, comparison: &str, to: &Position) {
    sql.push("(").push(scan.key).push(", ").push(scan.id).push(")").push(comparison);
    sql.push("(").bind(to.key.clone().into()).push(", ").bind(to.id.into()).push(")");
}

/// `id, key, rows before?, rows behind?`, and what is selected; one row more than the page has.
fn statement(
    reading: &Reading,
    scan: &Scan,
    args: &PageArgs,
    bounds: &Bounds,
    ends: EndsProjection,
    select: impl Fn(&mut Sql),
) -> Sql {
    let mut sql = reading.sql();
    sql.push("SELECT ").push(scan.id).push(", ").push(scan.key).push(", ");
    if bounds.ends_unknown(ends) {
        bounds.write_ends(&mut sql, scan);
    } else {
        sql.push("FALSE, FALSE");
    }
    select(&mut sql);
    sql.push(" FROM ").push(scan.from).push(" WHERE ");
    scan.condition.write(&mut sql);
    let ascending = scan.direction == Direction::Asc;
    for (bound, comparison) in [
        (&bounds.after, if ascending { " > " } else { " < " }),
        (&bounds.before, if ascending { " < " } else { " > " }),
    ] {
        if let Some(position) = bound {
            sql.push(" AND ");
            compare(&mut sql, scan, comparison, position);
        }
    }
    let way = if ascending == args.backwards { " DESC" } else { " ASC" };
    sql.push(" ORDER BY ").push(scan.key).push(way).push(", ").push(scan.id).push(way);
    sql.push(" LIMIT ").push(itoa::Buffer::new().format(args.size + 1));
    sql
}

fn fill<R>(
    page: &mut Page<R>,
    scan: &Scan,
    args: &PageArgs,
    shape: &Shape,
    rows: &[QueryResult],
    read: impl Fn(&QueryResult, usize) -> Result<R, Error>,
) -> Result<(), Error> {
    page.ends.read(rows.first(), 2)?;
    if rows.len() > args.size {
        *(if args.backwards { &mut page.ends.has_previous } else { &mut page.ends.has_next }) = true;
    }
    for row in rows.iter().take(args.size) {
        let cursor = if shape.cursors || shape.ends.cursors {
            let id = row.try_get_by_index(0)?;
            let key = if scan.key_is_text {
                Key::Text(row.try_get_by_index(1)?)
            } else {
                Key::Number(row.try_get_by_index(1)?)
            };
            Position { key, id }.encode(scan.tag)
        } else {
            String::new()
        };
        page.edges.push(Edge { cursor, row: read(row, 4)? });
    }
    if args.backwards {
        page.edges.reverse();
    }
    if shape.ends.cursors {
        page.ends.start = page.edges.first().map(|edge| edge.cursor.clone());
        page.ends.end = page.edges.last().map(|edge| edge.cursor.clone());
    }
    Ok(())
}
