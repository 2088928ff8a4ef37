//! What a statement reads of each row of a list: columns, and what comes along with them.
//!
//! What hangs below a row is a statement of its own, and each is a round trip to the database; where there is more than
//! one, a transaction around them is two more. Where joins may be lateral, one relation of each row comes along instead.

use super::Error;
use crate::db::{Row, Sql};

/// What is selected of each row.
pub(super) trait Selected: Sync {
    /// A row as the statement gives it.
    type Bare: Send;

    /// Writes the columns, each behind a comma.
    fn select(&self, sql: &mut Sql);

    /// Takes them back, from the place where they begin, which goes on behind them. In front of it stand the row's id
    /// and its sort key.
    fn read(&self, row: &Row, at: &mut usize) -> Result<Self::Bare, Error>;

    /// What may come along with each row.
    fn along(&self) -> Option<&dyn Along<Self::Bare>> {
        None
    }
}

/// A relation of the rows of a list that is read by the list's own statement.
pub(super) trait Along<B>: Sync {
    /// Writes its columns, each behind a comma. `row` names the table of the list's rows: it has what was selected of them,
    /// and their ids as `row_id`.
    fn select(&self, sql: &mut Sql, row: &str);

    /// Writes the join with that table.
    fn join(&self, sql: &mut Sql, row: &str);

    /// Puts it into a row, out of all that the statement gave for this one, in no order. Its columns begin at `at`.
    fn put(&self, rows: &mut [&Row], at: usize, into: &mut B) -> Result<(), Error>;
}

/// Writes a statement that reads rows, and what comes along with them: `rows` writes the part without, and the ids as
/// `row_id` in it where something does.
pub(super) fn write_with<B>(sql: &mut Sql, along: Option<&dyn Along<B>>, rows: impl FnOnce(&mut Sql)) {
    let Some(along) = along else { return rows(sql) };
    along.select(sql.push("SELECT y.*"), "y");
    rows(sql.push(" FROM ("));
    along.join(sql.push(") y"), "y");
}
