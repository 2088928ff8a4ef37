//! A page as it is read: which part of which list, and what of its rows.

use super::{
    Direction, Edge, Error, Page, PageArgs, Reading,
    filter::Condition,
    page::{EndsProjection, Shape, Total},
    scan::{Bounds, Scan},
    selected::{Along, Selected, write_with},
};
use crate::db::{Dialect, Row, Sql};

/// A part of a list, and what is wanted of it.
pub(super) struct Slice<'a, S: Selected> {
    scan: &'a Scan,
    args: &'a PageArgs,
    bounds: Bounds,
    shape: Shape,
    selected: &'a S,
    /// What comes along with its rows.
    along: Option<&'a dyn Along<S::Bare>>,
}

impl<'a, S: Selected> Slice<'a, S> {
    /// An error, where the cursors are none of this list.
    pub(super) fn new(
        dialect: Dialect,
        scan: &'a Scan,
        args: &'a PageArgs,
        shape: Shape,
        selected: &'a S,
    ) -> Result<Self, Error> {
        let along = selected.along().filter(|_| dialect.has_lateral());
        Ok(Self { scan, args, bounds: Bounds::of(scan, args)?, shape, selected, along })
    }

    /// Whether there may be anything in it that anyone wants.
    pub(super) fn is_wanted(&self) -> bool {
        self.scan.condition != Condition::Never && self.shape.is_wanted(self.args.size)
    }

    /// What comes along with its rows.
    pub(super) fn along(&self) -> Option<&dyn Along<S::Bare>> {
        self.along
    }

    /// Reads it. A list that nothing can be in costs no statement.
    pub(super) async fn read(&self, reading: &Reading, total: &Total) -> Result<Page<S::Bare>, Error> {
        if self.scan.condition == Condition::Never {
            return Ok(Page::default());
        }
        let (mut page, mut is_known) = (Page::default(), false);
        if self.is_wanted() {
            let rows = reading.rows(self.statement(reading.sql(), total)).await?;
            let mut rows: Vec<&Row> = rows.iter().collect();
            let all = total.read(rows.first().copied())?;
            is_known = !rows.is_empty();
            page = self.page(&mut rows, total.columns(), self.along.is_some())?;
            page.total = all;
        }
        // Without rows, there is none that says what is around them.
        if !is_known && (*total != Total::Unasked || self.bounds.ends_are_asked(self.shape.ends)) {
            let mut sql = reading.sql();
            self.write_around(sql.push("SELECT "), total);
            sql.push("0"); // as each of those columns stands in front of another
            let rows = reading.rows(sql).await?;
            page.ends.read(rows.first(), total.columns(), self.ends_columns())?;
            page.total = total.read(rows.first())?;
        }
        Ok(page)
    }

    /// Around the rows: how many the whole list has, and whether there are some before and behind its bounds.
    fn write_around(&self, sql: &mut Sql, total: &Total) {
        total.write(sql, self.scan);
        self.write_ends(sql, None);
    }

    /// Two columns, where somebody wants to know more of the ends than the rows tell, each with a comma behind it.
    pub(super) fn write_ends(&self, sql: &mut Sql, link: Option<&str>) {
        self.bounds.write_ends(sql, self.scan, self.shape.ends, link);
    }

    /// How many those are.
    pub(super) fn ends_columns(&self) -> usize {
        self.bounds.ends_columns(self.shape.ends)
    }

    fn statement(&self, mut sql: Sql, total: &Total) -> Sql {
        write_with(&mut sql, self.along, |sql| {
            self.write_around(sql.push("SELECT "), total);
            self.write_rows(sql, None, self.along.is_some());
        });
        sql
    }

    /// Its rows, from one end on, and one more, where somebody wants to know whether there is one: id, sort key, and what is
    /// selected of them. In a join, which has no order, they have names, and their place stands in front where nothing else
    /// tells it.
    pub(super) fn write_rows(&self, sql: &mut Sql, link: Option<&str>, is_joined: bool) {
        let Scan { id, key, key_is_text, .. } = self.scan;
        if is_joined && *key_is_text {
            sql.push("ROW_NUMBER() OVER (ORDER BY ");
            self.scan.write_order(sql, self.args.backwards, key, id);
            sql.push(") AS row_place, ");
        }
        sql.push(id).push(if is_joined { " AS row_id, " } else { ", " });
        sql.push(key).push(if is_joined { " AS row_key" } else { "" });
        self.selected.select(sql);
        let EndsProjection { next, previous, .. } = self.shape.ends;
        let most = self.args.size + usize::from(if self.args.backwards { previous } else { next });
        self.bounds.write_rows(sql, self.scan, self.args.backwards, most, link);
    }

    /// The page out of its rows. At `at` stand, in each of them: whether rows come before the page and behind it as far as its
    /// bounds tell, where that is asked for; and what [`Self::write_rows`] selects.
    pub(super) fn page(&self, rows: &mut [&Row], at: usize, is_joined: bool) -> Result<Page<S::Bare>, Error> {
        let mut page = self.page_without_rows(rows.first().copied(), at)?;
        let mut at = at + self.ends_columns();
        if is_joined {
            self.sort(rows, at)?;
            at += usize::from(self.scan.key_is_text);
        }
        // With something along, a row may come more than once: one after another, sorted as they are.
        let is_same = |one: &&Row, other: &&Row| self.along.is_some() && is_equal(one, other, at);
        let has_cursor = self.shape.cursors || self.shape.ends.cursors;
        for (place, rows) in rows.chunk_by_mut(is_same).enumerate() {
            if place == self.args.size {
                *(if self.args.backwards { &mut page.ends.has_previous } else { &mut page.ends.has_next }) = true;
                break;
            }
            let [first, ..] = rows else { continue };
            let cursor = if has_cursor { self.scan.cursor(first, at)? } else { String::new() };
            let mut behind = at + 2;
            let mut row = self.selected.read(first, &mut behind)?;
            if let Some(along) = self.along {
                along.put(rows, behind, &mut row)?;
            }
            page.edges.push(Edge { cursor, row });
        }
        if self.args.backwards {
            page.edges.reverse();
        }
        if self.shape.ends.cursors {
            page.ends.start = page.edges.first().map(|edge| edge.cursor.clone());
            page.ends.end = page.edges.last().map(|edge| edge.cursor.clone());
        }
        Ok(page)
    }

    /// A page without rows, of which this row says whether any lie before or behind it.
    pub(super) fn page_without_rows(&self, row: Option<&Row>, at: usize) -> Result<Page<S::Bare>, Error> {
        let mut page = Page::default();
        page.ends.read(row, at, self.ends_columns())?;
        Ok(page)
    }

    /// Sorts rows of a join, at whose place `at` stands what [`Self::write_rows`] selects: numbers are sorted here for less
    /// than rows are sorted there.
    fn sort(&self, rows: &mut [&Row], at: usize) -> Result<(), Error> {
        let descending = (self.scan.direction == Direction::Asc) == self.args.backwards;
        let place = |row: &&'_ Row| -> Result<(i64, i64), Error> {
            if self.scan.key_is_text {
                return Ok((row.try_get_by_index(at)?, 0));
            }
            let (id, key): (i64, i64) = (row.try_get_by_index(at)?, row.try_get_by_index(at + 1)?);
            Ok(if descending { (!key, !id) } else { (key, id) })
        };
        let places = rows.iter().map(place).collect::<Result<Vec<_>, Error>>()?;
        sort_by(rows, places);
        Ok(())
    }
}

/// Whether the same number stands in that column of two rows.
pub(super) fn is_equal(one: &Row, other: &Row, at: usize) -> bool {
    let number = |row: &Row| row.try_get_by_index::<i64>(at).ok();
    number(one).is_some_and(|it| number(other) == Some(it))
}

/// Sorts rows by the number in their first column: a join has no order.
pub(super) fn sort_by_number(rows: &mut [&Row]) -> Result<(), Error> {
    let numbers = rows.iter().map(|row| row.try_get_by_index(0)).collect::<Result<Vec<i64>, _>>()?;
    sort_by(rows, numbers);
    Ok(())
}

/// Sorts rows by their places; mostly, they are.
fn sort_by<P: Ord + Copy>(rows: &mut [&Row], places: Vec<P>) {
    if !places.is_sorted() {
        let mut sorted: Vec<(P, &Row)> = places.into_iter().zip(rows.iter().copied()).collect();
        sorted.sort_by_key(|(place, _)| *place);
        rows.iter_mut().zip(sorted).for_each(|(row, (_, next))| *row = next);
    }
}
