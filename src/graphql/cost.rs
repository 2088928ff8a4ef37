//! What a query costs, before anything of it runs: about a point for each object that it may return.
//!
//! The tables say it, beside what they describe: how many rows a list has at most, what a figure costs that
//! has to be counted, which objects are in memory and free. The compiler adds it up while it walks the
//! selection, `first` and `last` multiplied downwards. What `@skip` leaves out costs nothing.

use std::cell::Cell;

/// What a count costs, facets, a search, or a look for what is alike: for each parent, whatever it gives.
pub const FIGURE: u64 = 5;

/// How many rows a list has at most, below each of its parents.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rows {
    /// One, or none.
    One,
    /// A list that does not come in pages, at the size that is usual for it.
    About(u64),
    /// As many as the page that encloses it: the arguments of a field above say how many.
    OfPage,
}

/// What an argument list says of the work that it asks for, for each parent.
pub trait Asks {
    /// How many rows it gives at most.
    fn rows(&self) -> u64 {
        1
    }

    /// Points beside those for the rows.
    fn work(&self) -> u64 {
        0
    }
}

/// What has been added up so far.
#[derive(Debug, Default)]
pub struct Meter(Cell<u64>);

impl Meter {
    /// The points.
    pub fn points(&self) -> u64 {
        self.0.get()
    }

    pub(super) fn add(&self, points: u64) {
        self.0.set(self.0.get().saturating_add(points));
    }
}

/// Where in the answer something stands: how many objects it stands in.
#[derive(Clone, Copy, Debug)]
pub struct Place<'m> {
    pub(super) meter: &'m Meter,
    pub(super) size: Size,
}

/// What costs are multiplied by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Size {
    /// How many objects have this selection, at most.
    parents: u64,
    /// How many rows the enclosing page has, at most.
    page: u64,
}

impl<'m> Place<'m> {
    /// At the root, which is there once.
    pub fn root(meter: &'m Meter) -> Self {
        Self { meter, size: Size { parents: 1, page: 1 } }
    }

    /// So many points for each object.
    pub fn charge(self, points: u64) {
        self.meter.add(self.size.parents.saturating_mul(points));
    }

    /// In each of so many rows of each object.
    pub fn each_of(self, rows: Rows) -> Self {
        let rows = match rows {
            Rows::One => 1,
            Rows::About(many) => many,
            Rows::OfPage => self.size.page,
        };
        Self { size: Size { parents: self.size.parents.saturating_mul(rows), ..self.size }, ..self }
    }

    /// In a page of so many rows.
    pub fn in_page_of(self, rows: u64) -> Self {
        Self { size: Size { page: rows, ..self.size }, ..self }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_multiply_downwards_and_the_greatest_of_them_do_not_overflow() {
        let meter = Meter::default();
        let place = Place::root(&meter);
        let rows = place.in_page_of(100).each_of(Rows::OfPage);
        rows.charge(1);
        rows.each_of(Rows::About(5)).charge(1);
        rows.in_page_of(20).each_of(Rows::OfPage).charge(2);
        assert_eq!(meter.points(), 100 + 500 + 4_000);
        let mut deep = rows;
        for _ in 0..100 {
            deep = deep.in_page_of(1_000).each_of(Rows::OfPage);
        }
        deep.charge(5);
        assert_eq!(meter.points(), u64::MAX);
    }
}
