//! What belongs to rows, by their numbers.

/// Something for each of some rows. There are few of them, so that a sorted list is smaller than a map, and searched
/// sooner.
#[derive(Debug)]
pub struct Numbered<T>(Vec<(i64, T)>);

impl<T> Default for Numbered<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<T> Numbered<T> {
    /// What belongs to each of these rows, whose numbers come in their order.
    pub(super) fn sorted(items: impl Iterator<Item = (i64, T)>) -> Self {
        let items: Vec<_> = items.collect();
        debug_assert!(items.is_sorted_by(|(one, _), (other, _)| one < other), "each number comes once, in its order");
        Self(items)
    }

    /// The same rows with something else.
    pub(super) fn map<U>(self, to: impl Fn(T) -> U) -> Numbered<U> {
        Numbered(self.0.into_iter().map(|(number, item)| (number, to(item))).collect())
    }

    /// What belongs to this row.
    pub(super) fn get(&self, number: i64) -> Option<&T> {
        let place = self.0.binary_search_by_key(&number, |(number, _)| *number).ok()?;
        self.0.get(place).map(|(_, item)| item)
    }

    /// The numbers of all rows.
    pub(super) fn numbers(&self) -> impl Iterator<Item = i64> {
        self.0.iter().map(|(number, _)| *number)
    }

    /// What belongs to all of them.
    pub(super) fn items(&self) -> impl Iterator<Item = &T> {
        self.0.iter().map(|(_, item)| item)
    }

    /// All of them, to be changed.
    pub(super) fn iter_mut(&mut self) -> impl Iterator<Item = (i64, &mut T)> {
        self.0.iter_mut().map(|(number, item)| (*number, item))
    }
}

impl<T> IntoIterator for Numbered<T> {
    type Item = (i64, T);
    type IntoIter = std::vec::IntoIter<(i64, T)>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}
