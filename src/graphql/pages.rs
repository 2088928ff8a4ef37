//! Pages within an answer, for whoever cuts answers to a size: which lists come in pages, what stands beside them that
//! has to stay true of the rows that are left, and where to go on.
//!
//! A request that asks for it has its answer marked, and may say of a page where it begins. How much of an answer
//! is given out is left to others.

use async_graphql::{Name, PathSegment, Value, indexmap::IndexMap};

/// What a request wants of the pages in its answer.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Pages {
    /// Lists that go on where they were left.
    pub resumed: Vec<Resumed>,
}

/// A list that goes on where it was left, whatever its arguments say of that.
#[derive(Clone, Debug, PartialEq)]
pub struct Resumed {
    /// Which list: the place of its field, and of the fields above it, among the fields that stand beside each in the
    /// answer. Lists on the way count for nothing: it is every list at that place.
    pub field: Vec<usize>,
    /// The cursor that it goes on behind; where there is none, it begins where it would.
    pub after: Option<String>,
    /// How many rows at most.
    pub rows: usize,
}

impl Resumed {
    /// Puts it into the arguments. What is left of a list that counts from its end begins behind a cursor all the same;
    /// without one, it is asked for as it was, as its first rows can't be asked for alone.
    fn put(&self, arguments: &mut IndexMap<Name, Value>) {
        match &self.after {
            Some(cursor) => {
                arguments.insert(Name::new("after"), Value::String(cursor.clone()));
                arguments.shift_remove("last");
            }
            None if arguments.get("last").is_some_and(|last| *last != Value::Null) => return,
            None => {}
        }
        arguments.insert(Name::new("first"), Value::from(self.rows));
    }
}

impl Pages {
    /// Changes the arguments of a list that goes on where it was left.
    pub(super) fn put(&self, trail: Option<&Trail>, arguments: &mut IndexMap<Name, Value>) {
        if let Some(resumed) = self.resumed.iter().find(|it| Trail::is(trail, &it.field)) {
            resumed.put(arguments);
        }
    }
}

/// The way to a field, while its selection is compiled.
#[derive(Clone, Copy, Debug)]
pub(super) struct Trail<'a> {
    /// Its place among the fields beside it.
    pub(super) place: usize,
    /// The field that it is a field of.
    pub(super) above: Option<&'a Trail<'a>>,
}

impl Trail<'_> {
    /// Whether this way has these places.
    fn is(mut trail: Option<&Self>, places: &[usize]) -> bool {
        for place in places.iter().rev() {
            match trail {
                Some(it) if it.place == *place => trail = it.above,
                _ => return false,
            }
        }
        trail.is_none()
    }
}

/// Something in an answer that whoever cuts it has to know, and where it stands.
#[derive(Clone, Debug, PartialEq)]
pub struct Mark {
    /// Its keys and indices, from the root.
    pub path: Vec<PathSegment>,
    /// What stands there.
    pub part: Part,
}

/// What stands at a place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Part {
    /// A page, with the cursors of its rows in their order.
    Page(Vec<String>),
    /// A field of a page.
    Field(PageField),
}

/// A field of a page, or of its `PageInfo`, under whatever key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PageField {
    /// A list of its rows.
    Rows,
    /// What is true of the page as a whole, and small.
    Frame,
    /// Whether rows come behind it.
    HasNextPage,
    /// The cursor of its first row.
    StartCursor,
    /// The cursor of its last row.
    EndCursor,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn resumed(after: Option<&str>, given: &[(&str, i32)]) -> Vec<(String, String)> {
        let mut arguments = given.iter().map(|(name, number)| (Name::new(name), Value::from(*number))).collect();
        Resumed { field: vec![0], after: after.map(str::to_owned), rows: 7 }.put(&mut arguments);
        let mut arguments: Vec<_> = arguments.iter().map(|(name, it)| (name.to_string(), it.to_string())).collect();
        arguments.sort();
        arguments
    }

    #[test]
    fn a_list_goes_on_behind_a_cursor_whichever_end_it_counted_from() {
        let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        let goes_on = [pair("after", "\"c\""), pair("first", "7")];
        assert_eq!(resumed(Some("c"), &[("first", 20)]), goes_on);
        assert_eq!(resumed(Some("c"), &[("last", 20)]), goes_on);
        assert_eq!(resumed(Some("c"), &[]), goes_on);
        assert_eq!(resumed(None, &[("first", 20)]), [pair("first", "7")]);
        assert_eq!(resumed(None, &[("last", 20)]), [pair("last", "20")]);
    }

    #[test]
    fn a_way_is_told_by_all_of_its_places() {
        let root = Trail { place: 2, above: None };
        let below = Trail { place: 0, above: Some(&root) };
        assert!(Trail::is(Some(&below), &[2, 0]));
        for other in [&[2][..], &[0], &[2, 1], &[1, 0], &[2, 0, 0], &[0, 2, 0], &[]] {
            assert!(!Trail::is(Some(&below), other), "{other:?}");
        }
        assert!(Trail::is(Some(&root), &[2]));
    }
}
