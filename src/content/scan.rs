//! A list, sorted, before it is cut into pages: rows of a table under a condition, by a key and then by
//! id, so that the order is total. A page is what lies between two positions (keyset paging).

use super::{
    Direction, Error, PageArgs,
    cursor::{Key, OrderTag, Position},
    filter::Condition,
    page::EndsProjection,
};
use crate::db::{Row, Sql};

/// A list.
pub(super) struct Scan {
    /// Where its rows come from.
    pub(super) from: From,
    /// The sort key, and whether it is text.
    pub(super) key: &'static str,
    pub(super) key_is_text: bool,
    /// The id, which breaks ties.
    pub(super) id: &'static str,
    pub(super) direction: Direction,
    pub(super) tag: OrderTag,
    pub(super) condition: Condition,
}

/// Where the rows of a list come from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum From {
    /// A table, with its alias.
    Table(&'static str),
    /// `summary s`, found by way of one tag's links `t`, which are sorted by date.
    Tag,
    /// `summary s`, found by way of the text index: `m`, its matches of this expression, with their scores.
    Matches(String),
}

impl Scan {
    /// `FROM`, with its aliases; the condition joins them.
    pub(super) fn write_from(&self, sql: &mut Sql) {
        match &self.from {
            From::Table(table) => drop(sql.push(table)),
            From::Tag => drop(sql.push("summary_tag t CROSS JOIN summary s")),
            From::Matches(expression) => drop(sql.matches(expression).push(" CROSS JOIN summary s")),
        }
    }

    /// Whether a page of this list can be read: whether its cursors are cursors of this list.
    pub(super) fn check(&self, args: &PageArgs) -> Result<(), Error> {
        Bounds::of(self, args).map(drop)
    }

    /// The cursor of a row, whose id and key stand at `at`.
    pub(super) fn cursor(&self, row: &Row, at: usize) -> Result<String, Error> {
        let id = row.try_get_by_index(at)?;
        let key = if self.key_is_text {
            Key::Text(row.try_get_by_index(at + 1)?)
        } else {
            Key::Number(row.try_get_by_index(at + 1)?)
        };
        Ok(Position { key, id }.encode(self.tag))
    }

    /// The order, forwards or backwards, over these names of key and id.
    pub(super) fn write_order(&self, sql: &mut Sql, backwards: bool, key: &str, id: &str) {
        let way = if (self.direction == Direction::Asc) == backwards { " DESC" } else { " ASC" };
        sql.push(key).push(way).push(", ").push(id).push(way);
    }

    fn write_condition(&self, sql: &mut Sql, link: Option<&str>) {
        sql.push(" FROM ");
        self.write_from(sql);
        sql.push(" WHERE ");
        if let Some(link) = link {
            sql.push(link).push(" AND ");
        }
        self.condition.write(sql);
    }

    fn write_position(&self, sql: &mut Sql, comparison: &str, to: &Position) {
        sql.push(" AND (").push(self.key).push(", ").push(self.id).push(")").push(comparison);
        sql.push("(").bind(to.key.clone().into()).push(", ").bind(to.id.into()).push(")");
    }
}

/// The positions between which a page lies. A list below other rows is that of one parent: the condition
/// `link` says which rows are its own.
pub(super) struct Bounds {
    after: Option<Position>,
    before: Option<Position>,
}

impl Bounds {
    /// Those that the cursors name, if they are cursors of this list.
    pub(super) fn of(scan: &Scan, args: &PageArgs) -> Result<Self, Error> {
        let decode = |cursor: &Option<String>| {
            cursor.as_deref().map(|cursor| Position::decode(cursor, scan.tag, scan.key_is_text)).transpose()
        };
        Ok(Self { after: decode(&args.after)?, before: decode(&args.before)? })
    }

    /// Whether someone wants to know what lies beyond them.
    pub(super) fn ends_are_asked(&self, ends: EndsProjection) -> bool {
        ends.previous && self.after.is_some() || ends.next && self.before.is_some()
    }

    /// How many columns that takes.
    pub(super) fn ends_columns(&self, ends: EndsProjection) -> usize {
        if self.ends_are_asked(ends) { 2 } else { 0 }
    }

    /// Two columns, in front of others, where they are asked for: whether there are rows up to `after`, and from `before`
    /// on.
    pub(super) fn write_ends(&self, sql: &mut Sql, scan: &Scan, ends: EndsProjection, link: Option<&str>) {
        if !self.ends_are_asked(ends) {
            return;
        }
        let ascending = scan.direction == Direction::Asc;
        let sides = [
            (self.after.as_ref().filter(|_| ends.previous), if ascending { " <= " } else { " >= " }),
            (self.before.as_ref().filter(|_| ends.next), if ascending { " >= " } else { " <= " }),
        ];
        sql.join(sides, ", ", |sql, (bound, comparison)| {
            let Some(position) = bound else {
                sql.push("FALSE");
                return;
            };
            sql.push("EXISTS (SELECT 1");
            scan.write_condition(sql, link);
            scan.write_position(sql, comparison, position);
            sql.push(")");
        });
        sql.push(", ");
    }

    /// So many of the rows between them, from one end on.
    pub(super) fn write_rows(&self, sql: &mut Sql, scan: &Scan, backwards: bool, most: usize, link: Option<&str>) {
        scan.write_condition(sql, link);
        let ascending = scan.direction == Direction::Asc;
        if let Some(position) = &self.after {
            scan.write_position(sql, if ascending { " > " } else { " < " }, position);
        }
        if let Some(position) = &self.before {
            scan.write_position(sql, if ascending { " < " } else { " > " }, position);
        }
        sql.push(" ORDER BY ");
        scan.write_order(sql, backwards, scan.key, scan.id);
        sql.push(" LIMIT ").push(itoa::Buffer::new().format(most));
    }
}
