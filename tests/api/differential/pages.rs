//! Pages, as the Relay cursor connections specification cuts them, with exact ends: out of whole lists.

use precis::content::NodeKind;
use serde_json::Value as Json;
use unicode_normalization::UnicodeNormalization as _;

use super::{
    answer::Position,
    coerce::Values,
    objects::{Part, Refused, Value, leaf, type_of},
    world::World,
};

/// What a list is sorted by, before ids: numbers, or a text.
pub(super) type SortKey = (Option<(i64, i64)>, String);

/// An entry of a list.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Entry {
    /// Compared first.
    pub(super) key: SortKey,
    /// Breaks ties.
    pub(super) id: i64,
}

/// A whole list.
pub(super) struct List<'l> {
    /// What it is of, as the schema calls it.
    pub(super) of: &'static str,
    /// What it is sorted by; ` DESC` stands behind that where the greatest comes first.
    pub(super) order: &'l str,
    /// In no order.
    pub(super) entries: Vec<Entry>,
    /// The key of an entry that a cursor stands for.
    pub(super) key: &'l dyn Fn(i64) -> SortKey,
    /// The object of an entry.
    pub(super) node: &'l dyn Fn(&Entry) -> Value,
    /// What its edge has beside that.
    pub(super) on_edge: &'l dyn Fn(&Entry) -> Vec<Part>,
    /// What the connection has beside its page.
    pub(super) beside: Vec<Part>,
}

/// A key that is a number.
pub(super) fn number(number: i64) -> SortKey {
    (Some((number, 0)), String::new())
}

/// What a row is sorted by, in lists of its kind that are sorted by this field.
pub(super) fn sort_key(world: &World, kind: NodeKind, order: &str, id: i64) -> SortKey {
    let text = |text: &str| (None, text.to_owned());
    match (kind, order.trim_end_matches(DOWNWARDS)) {
        (NodeKind::Summary, "PUBLISHED_AT") => number(world.summary(id).published_at.expect("it is published")),
        (NodeKind::Summary, "UPDATED_AT") => number(world.summary(id).updated_at),
        (NodeKind::Summary, "TITLE") => text(&without_case(&world.summary(id).title)),
        (NodeKind::Episode, "PUBLISHED_AT") => number(world.episode(id).published_at),
        (NodeKind::Episode, "UPDATED_AT") => number(world.episode(id).updated_at),
        (NodeKind::Episode, "TITLE") => text(&without_case(&world.episode(id).title)),
        (NodeKind::Episode, "NUMBER") => {
            let it = world.episode(id);
            (it.number.map(|number| (it.season.unwrap_or(0).into(), number.into())), String::new())
        }
        (NodeKind::Source, "SLUG") => text(&world.source(id).slug),
        (NodeKind::Series, "SLUG") => text(&world.one_series(id).slug),
        (NodeKind::Category, "SLUG") => text(&world.category(id).slug),
        (NodeKind::Tag, "SLUG") => text(&world.tag(id).slug),
        _ => panic!("teach the interpreter to sort {kind:?} by {order} (tests/api/differential/pages.rs)"),
    }
}

/// A title as it is sorted: compatible letters made one, capitals made small.
fn without_case(title: &str) -> String {
    title.nfkc().flat_map(char::to_lowercase).collect()
}

/// A page of rows of one kind, in this order.
pub(super) fn rows(
    world: &World,
    kind: NodeKind,
    order: &str,
    ids: impl IntoIterator<Item = i64>,
    arguments: &Values,
) -> Result<Value, Refused> {
    let key = |id| sort_key(world, kind, order, id);
    let list = List {
        of: type_of(kind),
        order,
        entries: ids.into_iter().map(|id| Entry { key: key(id), id }).collect(),
        key: &key,
        node: &|it| Value::row(kind, it.id),
        on_edge: &|_| Vec::new(),
        beside: Vec::new(),
    };
    list.page(world, arguments)
}

/// What stands behind the name of an order in which the greatest comes first.
pub(super) const DOWNWARDS: &str = " DESC";
/// The order in which a cursor knows how well its row matches.
const BY_SCORE: &str = "RELEVANCE";

impl List<'_> {
    /// The page that `first`, `after`, `last` and `before` cut out of it.
    pub(super) fn page(mut self, world: &World, arguments: &Values) -> Result<Value, Refused> {
        let is_downwards = self.order.ends_with(DOWNWARDS);
        self.entries.sort();
        if is_downwards {
            self.entries.reverse();
        }
        let entries = &self.entries;
        let is_before = |one: &Entry, other: &Entry| if is_downwards { one > other } else { one < other };

        let bound = |name: &str| match arguments.get(name).and_then(Json::as_str) {
            None => Ok(None),
            Some(cursor) => {
                let cursors = world.cursors.borrow();
                let position = cursors.position(cursor).filter(|it| it.of == self.of && it.order == self.order);
                let Position { id, score, .. } = position.ok_or(Refused)?;
                Ok(Some(Entry { key: score.map_or_else(|| (self.key)(*id), number), id: *id }))
            }
        };
        let from = bound("after")?.map_or(0, |after| entries.iter().filter(|it| !is_before(&after, it)).count());
        let to =
            bound("before")?.map_or(entries.len(), |before| entries.iter().filter(|it| is_before(it, &before)).count());

        let size = |name: &str| match arguments.get(name).and_then(Json::as_i64) {
            None => Ok(None),
            Some(size) => Ok(Some(usize::try_from(size).ok().filter(|size| *size <= 100).ok_or(Refused)?)),
        };
        let (start, end) = match (size("first")?, size("last")?) {
            (Some(_), Some(_)) => return Err(Refused),
            _ if to < from => (from, to),
            (None, Some(last)) => (from.max(to.saturating_sub(last)), to),
            (first, None) => (from, to.min(from + first.unwrap_or(20))),
        };
        let cut = if start < end { &entries[start..end] } else { &[] };
        Ok(self.connection(cut, (start > 0, end < entries.len())))
    }

    /// `FooConnection`.
    fn connection(&self, page: &[Entry], (previous, next): (bool, bool)) -> Value {
        let cursor = |it: &Entry| {
            let score = if self.order.starts_with(BY_SCORE) { it.key.0.map(|(score, _)| score) } else { None };
            Value::Cursor(Position { of: self.of.to_owned(), order: self.order.to_owned(), id: it.id, score })
        };
        let edge = |it: &Entry| {
            let parts = [vec![("cursor", cursor(it)), ("node", (self.node)(it))], (self.on_edge)(it)].concat();
            Value::record(&format!("{}Edge", self.of), parts)
        };
        let info = Value::record(
            "PageInfo",
            [
                ("hasNextPage", leaf(next)),
                ("hasPreviousPage", leaf(previous)),
                ("startCursor", page.first().map_or(Value::Null, cursor)),
                ("endCursor", page.last().map_or(Value::Null, cursor)),
            ],
        );
        let parts = vec![
            ("edges", Value::List(page.iter().map(edge).collect())),
            ("nodes", Value::List(page.iter().map(self.node).collect())),
            ("pageInfo", info),
            ("totalCount", leaf(self.entries.len())),
        ];
        Value::record(&format!("{}Connection", self.of), [parts, self.beside.clone()].concat())
    }
}
