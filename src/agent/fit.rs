//! How much of an answer a page holds: up to which place, so that it is within a budget.
//!
//! Whole trailing rows go first. Where a row alone is too long, its longest texts are cut, all at one length; where that
//! is not enough, the page ends among its fields, or in a list below it. There is always something on a page, or none.

use super::{
    place::{Place, longest_text},
    tree::{Object, Tree},
};

/// Where a page ends.
#[derive(Debug, PartialEq, Eq)]
pub enum End {
    /// Where the answer does, or where it had to.
    Whole,
    /// In front of this place.
    Before(Place),
    /// It can't begin: not even the least that could be on it is within the budget. This is where that would end.
    Nowhere(Place),
}

/// The texts of a part are cut at no less than so many characters. Below that, they are no longer what is long of it.
const SHORTEST_CUT: usize = 200;

/// Finds the end of the page that begins at `from`. `fits` says whether all before a place is within the budget, or all
/// that may be on this page.
pub fn end(tree: &Tree, from: Option<&Place>, fits: impl Fn(Option<&Place>) -> bool) -> End {
    if fits(None) {
        return End::Whole;
    }
    let search = Search { fits: &|place| fits(Some(place)), least: None };
    search.run(tree, from)
}

struct Search<'f> {
    fits: &'f dyn Fn(&Place) -> bool,
    /// The first place that was tried in vain where nothing is before it.
    least: Option<Place>,
}

/// Where a search is.
#[derive(Clone)]
struct Spot<'p> {
    path: Vec<usize>,
    /// What is left of the place where the page begins, if that is within.
    from: Option<(&'p [usize], usize)>,
    /// Whether nothing of the page stands before.
    is_first: bool,
}

impl Spot<'_> {
    /// The child where the page begins, or the first one.
    fn begin(&self) -> usize {
        self.from.and_then(|(path, _)| path.first().copied()).unwrap_or(0)
    }

    fn child(&self, place: usize) -> Self {
        let is_begin = place == self.begin();
        let from = self.from.filter(|_| is_begin).and_then(|(path, chars)| Some((path.get(1..)?, chars)));
        let from = from.filter(|(path, chars)| !path.is_empty() || *chars > 0);
        Self { path: [&self.path[..], &[place]].concat(), from, is_first: self.is_first && is_begin }
    }

    /// In front of one of its children.
    fn before(&self, child: usize) -> Place {
        Place::before([&self.path[..], &[child]].concat())
    }

    fn cut(&self, chars: usize) -> Place {
        Place { path: self.path.clone(), chars }
    }
}

impl Search<'_> {
    fn run(mut self, tree: &Tree, from: Option<&Place>) -> End {
        let from = from.filter(|it| **it != Place::default()).map(|place| (&place.path[..], place.chars));
        match self.within(tree, &Spot { path: Vec::new(), from, is_first: true }) {
            Some(place) => End::Before(place),
            None => End::Nowhere(self.least.unwrap_or_default()),
        }
    }

    /// The last place within a part of which not all fits; none, if nothing of it does.
    fn within(&mut self, tree: &Tree, spot: &Spot) -> Option<Place> {
        if let Some((&[], chars)) = spot.from {
            return self.cut(tree, spot, chars + 1);
        }
        match tree {
            Tree::Scalar(_) => self.in_vain(spot, spot.cut(1)),
            Tree::Text(_) => self.cut(tree, spot, 1),
            Tree::List(items) => self.within_list(items, spot),
            Tree::Object(object) => {
                let is_whole = spot.from.is_none() && !spot.path.is_empty();
                let cut = is_whole.then(|| self.longest_cut(tree, spot, SHORTEST_CUT)).flatten();
                cut.or_else(|| self.within_object(object, spot))
            }
        }
    }

    fn within_object(&mut self, object: &Object, spot: &Spot) -> Option<Place> {
        let fields: Vec<usize> =
            (spot.begin()..object.fields.len()).filter(|at| !object.is_frame(&object.fields[*at])).collect();
        // The last one that is reached: all before it fits.
        let reached = fields.windows(2).take_while(|pair| (self.fits)(&spot.before(pair[1]))).count();
        let (Some(first), Some(last)) = (fields.first().copied(), fields.get(reached).copied()) else {
            return self.in_vain(spot, spot.cut(1));
        };
        self.within(&object.fields[last].value, &Spot { is_first: spot.is_first && last == first, ..spot.child(last) })
            .or_else(|| (last > first).then(|| spot.before(last)))
    }

    fn within_list(&mut self, items: &[Tree], spot: &Spot) -> Option<Place> {
        let first = spot.begin();
        let Some(last) = items.len().checked_sub(1) else { return self.in_vain(spot, spot.cut(1)) };
        let rows = largest(first + 1, last, |rows| (self.fits)(&spot.before(rows)));
        match rows {
            Some(rows) => Some(spot.before(rows)),
            // The row may be on a page to itself.
            None if !spot.is_first => None,
            None => self.within(items.get(first)?, &spot.child(first)),
        }
    }

    fn cut(&mut self, tree: &Tree, spot: &Spot, least: usize) -> Option<Place> {
        self.longest_cut(tree, spot, least).or_else(|| self.in_vain(spot, spot.cut(least)))
    }

    /// Its texts, cut as late as can be.
    fn longest_cut(&self, tree: &Tree, spot: &Spot, least: usize) -> Option<Place> {
        let most = longest_text(tree).checked_sub(1)?;
        largest(least, most, |chars| (self.fits)(&spot.cut(chars))).map(|chars| spot.cut(chars))
    }

    fn in_vain(&mut self, spot: &Spot, place: Place) -> Option<Place> {
        if spot.is_first {
            self.least.get_or_insert(place);
        }
        None
    }
}

/// The largest number that will do, where all below one that does will do, too.
pub(super) fn largest(least: usize, most: usize, will_do: impl Fn(usize) -> bool) -> Option<usize> {
    if least > most || !will_do(least) {
        return None;
    }
    let (mut good, mut bad) = (least, most + 1);
    // Most often, it is far less than there is.
    let mut step = 1;
    while good + step < bad {
        if !will_do(good + step) {
            bad = good + step;
            break;
        }
        good += step;
        step *= 2;
    }
    while bad - good > 1 {
        let middle = good.midpoint(bad);
        if will_do(middle) {
            good = middle;
        } else {
            bad = middle;
        }
    }
    Some(good)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_largest_number_is_found_wherever_it_is() {
        for most in 1..40 {
            for limit in 0..45 {
                let expected = (1..=most).filter(|number| *number <= limit).max();
                assert_eq!(largest(1, most, |number| number <= limit), expected, "{limit} of {most}");
            }
        }
        assert_eq!(largest(3, 2, |_| true), None);
    }
}
