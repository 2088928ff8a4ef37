//! Choices at random, out of proptest's own source of chance.

use proptest::{prelude::Rng as _, test_runner::TestRng};

/// A source of chance.
pub(super) struct Dice(pub(super) TestRng);

impl Dice {
    /// A number below this one, or 0.
    pub(super) fn below(&mut self, end: usize) -> usize {
        usize::try_from(self.0.next_u32()).unwrap_or(0) % end.max(1)
    }

    /// Whether something happens that does in so many cases of a hundred.
    pub(super) fn chance(&mut self, percent: usize) -> bool {
        self.below(100) < percent
    }

    /// One of these, if there are any.
    pub(super) fn pick<'a, T>(&mut self, items: &'a [T]) -> Option<&'a T> {
        items.get(self.below(items.len()))
    }
}
