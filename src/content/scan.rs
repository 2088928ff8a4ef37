//! A list, sorted, before it is cut into pages: rows of a table under a condition, by a key and then by
//! id, so that the order is total. A page is what lies between two positions (keyset paging).

use sea_orm::QueryResult;

use super::{
    Direction, Error, PageArgs,
    cursor::{Key, OrderTag, Position},
    filter::Condition,
    page::EndsProjection,
};
use crate::db::Sql;

/// A list.
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

impl Scan {
    /// The cursor of a row, whose id and key stand at `at`.
    pub(super) fn cursor(&self, row: &QueryResult, at: usize) -> Result<String, Error> {
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

    fn write_condition(&self, sql: &mut Sql, parent: Option<&str>) {
        sql.push(" FROM ").push(self.from).push(" WHERE ");
        if let Some(column) = parent {
            sql.push(column).push(" = p.value AND ");
        }
        self.condition.write(sql);
    }

    fn write_position(&self, sql: &mut Sql, comparison: &str, to: &Position) {
        sql.push(" AND (").push(self.key).push(", ").push(self.id).push(")").push(comparison);
        sql.push("(").bind(to.key.clone().into()).push(", ").bind(to.id.into()).push(")");
    }
}

/// The positions between which a page lies. A list below other rows is one of those rows' whose number
/// is `p.value`: the column `parent` names it.
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

    /// Two columns: whether there are rows up to `after`, and from `before` on.
    pub(super) fn write_ends(&self, sql: &mut Sql, scan: &Scan, ends: EndsProjection, parent: Option<&str>) {
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
            scan.write_condition(sql, parent);
            scan.write_position(sql, comparison, position);
            sql.push(")");
        });
    }

    /// The rows between them, from one end on, and one more than the page has.
    pub(super) fn write_rows(&self, sql: &mut Sql, scan: &Scan, args: &PageArgs, parent: Option<&str>) {
        scan.write_condition(sql, parent);
        let ascending = scan.direction == Direction::Asc;
        if let Some(position) = &self.after {
            scan.write_position(sql, if ascending { " > " } else { " < " }, position);
        }
        if let Some(position) = &self.before {
            scan.write_position(sql, if ascending { " < " } else { " > " }, position);
        }
        sql.push(" ORDER BY ");
        scan.write_order(sql, args.backwards, scan.key, scan.id);
        sql.push(" LIMIT ").push(itoa::Buffer::new().format(args.size + 1));
    }
}
