//! A page of a list: keyset paging both ways, for every list there is.
//!
//! A page is one statement, and its ends are exact, whichever way one pages. How it is read stands in `slice`, what a
//! list is made of in `scan`; lists below other rows in `nested`.

use entity::kinds::Dimension;

use super::{
    Error, Nested,
    facets::{Facets, FacetsProjection},
    scan::Scan,
};
use crate::db::{Row, Sql};

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
    /// Facets of all its summaries: only lists of summaries and of days have any.
    pub facets: Vec<Nested<usize, FacetsProjection>>,
}

impl<P> Default for PageProjection<P> {
    fn default() -> Self {
        Self {
            rows: None,
            edges: false,
            cursors: false,
            ends: EndsProjection::default(),
            total: false,
            facets: Vec::new(),
        }
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
    /// How many summaries the days of the whole list have; 0 for other lists.
    pub summaries: i64,
    /// Its facets, in the order of the projection.
    pub facets: Vec<Facets>,
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

    /// Whether anything has to be read for a page of that size.
    pub(super) fn is_wanted(&self, size: usize) -> bool {
        self.total || !self.facets.is_empty() || self.shape().is_wanted(size)
    }

    /// What is wanted of the page itself.
    pub(super) fn shape(&self) -> Shape {
        Shape { rows: self.rows.is_some() || self.edges, cursors: self.cursors, ends: self.ends }
    }
}

impl<R> Default for Page<R> {
    fn default() -> Self {
        Self { edges: Vec::new(), ends: Ends::default(), total: 0, summaries: 0, facets: Vec::new() }
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
        (rows, Page { edges, ends: self.ends, total: self.total, summaries: self.summaries, facets: self.facets })
    }

    /// The same page with other rows, as many as it has.
    pub(super) fn with_rows<S>(self, rows: Vec<S>) -> Page<S> {
        let cursors = self.edges.into_iter().map(|edge| edge.cursor);
        let edges = cursors.zip(rows).map(|(cursor, row)| Edge { cursor, row }).collect();
        Page { edges, ends: self.ends, total: self.total, summaries: self.summaries, facets: self.facets }
    }
}

/// What is wanted of a page, its rows' contents and the total apart.
#[derive(Clone, Copy)]
pub(super) struct Shape {
    pub(super) rows: bool,
    pub(super) cursors: bool,
    pub(super) ends: EndsProjection,
}

impl Shape {
    /// The rows alone.
    pub(super) fn rows() -> Self {
        Self { rows: true, cursors: false, ends: EndsProjection::default() }
    }

    /// Whether a page of that size has anything that anyone wants.
    pub(super) fn is_wanted(self, size: usize) -> bool {
        let EndsProjection { next, previous, cursors } = self.ends;
        next || previous || size > 0 && (self.rows || self.cursors || cursors)
    }
}

/// Whether anyone wants to know how many rows a whole list has, and where that stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Total {
    /// Nobody.
    Unasked,
    /// A counter knows it.
    Kept(Dimension, String),
    /// The rows have to be counted.
    Counted,
}

impl Total {
    /// To be counted, where anyone asks.
    pub(super) fn counted(is_wanted: bool) -> Self {
        if is_wanted { Self::Counted } else { Self::Unasked }
    }

    /// Writes it as a column, in front of others. It is in the page's own statement: one round trip, and one snapshot
    /// without a transaction.
    pub(super) fn write(&self, sql: &mut Sql, scan: &Scan) {
        match self {
            Self::Unasked => return,
            Self::Kept(dimension, key) => {
                sql.push("(SELECT count FROM counter WHERE dimension = ").bind(dimension.as_str().into());
                sql.push(" AND key = ").bind(key.clone().into());
            }
            Self::Counted => {
                sql.push("(SELECT COUNT(*) FROM ");
                scan.write_from(sql);
                sql.push(" WHERE ");
                scan.condition.write(sql);
            }
        }
        sql.push("), ");
    }

    /// How many columns it takes.
    pub(super) fn columns(&self) -> usize {
        usize::from(*self != Self::Unasked)
    }

    /// Reads it from its column. What is not counted has none.
    pub(super) fn read(&self, row: Option<&Row>) -> Result<i64, Error> {
        match row {
            Some(row) if *self != Self::Unasked => Ok(row.try_get_by_index::<Option<i64>>(0)?.unwrap_or_default()),
            _ => Ok(0),
        }
    }
}

impl Ends {
    /// Whether there are rows on either side, as the statement says in so many columns.
    pub(super) fn read(&mut self, row: Option<&Row>, at: usize, columns: usize) -> Result<(), Error> {
        if let Some(row) = row.filter(|_| columns > 0) {
            self.has_previous = row.try_get_by_index(at)?;
            self.has_next = row.try_get_by_index(at + 1)?;
        }
        Ok(())
    }
}
