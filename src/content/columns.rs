//! Which columns of a table are read, and how a row takes them.

use std::{fmt, iter, marker::PhantomData};

use entity::kinds;
use sea_orm::{DbErr, IdenStatic, Iterable};

use crate::db::{CellRef, Get, Reader, Row, Sql};

/// A column that can be read alone into a row whose other columns stay at their defaults.
pub trait Readable: Iterable + IdenStatic + Copy + fmt::Debug {
    /// The row that holds it.
    type Row: Default;

    /// The table that has it.
    const TABLE: &'static str;

    /// Its place in a set.
    fn bit(self) -> u64;

    /// Takes it from the result, at that place.
    fn read(self, from: &Row, at: usize, into: &mut Self::Row) -> Result<(), DbErr>;
}

/// How each column of a table goes into its row. The compiler sees to it that none is left out.
macro_rules! readable {
    ($table:ident: $($column:ident $field:ident),+ $(,)?) => {
        impl $crate::content::columns::Readable for entity::$table::Column {
            type Row = entity::$table::Model;

            const TABLE: &'static str = stringify!($table);

            fn bit(self) -> u64 {
                1 << self as u32
            }

            fn read(
                self,
                from: &crate::db::Row,
                at: usize,
                into: &mut entity::$table::Model,
            ) -> Result<(), sea_orm::DbErr> {
                match self {
                    $(Self::$column => into.$field = from.try_get_by_index(at)?,)+
                }
                Ok(())
            }
        }
    };
}
pub(super) use readable;

/// Closed sets of values are texts.
macro_rules! kinds {
    ($($kind:ident)+) => {
        $(impl Get for kinds::$kind {
            fn of(cell: CellRef<'_>) -> Option<Self> {
                if let CellRef::Text(name) = cell { Self::named(name) } else { None }
            }
        })+
    };
}

kinds!(SourceKind EpisodeKind SummaryStatus SummaryOrigin SourceHealth);

/// A set of columns of one table.
pub struct Columns<C>(u64, PhantomData<C>);

impl<C> Default for Columns<C> {
    fn default() -> Self {
        Self(0, PhantomData)
    }
}

impl<C> Clone for Columns<C> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<C> Copy for Columns<C> {}

impl<C: Readable> Columns<C> {
    /// All there are.
    pub(super) fn all() -> Self {
        Self(C::iter().fold(0, |all, column| all | column.bit()), PhantomData)
    }

    /// Whole rows of the table `x`, of which `rest` says which ones and in which order.
    pub(super) async fn rows(reader: &Reader, rest: impl FnOnce(&mut Sql)) -> Result<Vec<C::Row>, DbErr> {
        let (columns, mut sql) = (Self::all(), reader.sql());
        sql.push("SELECT 0");
        columns.select("x", &mut sql);
        sql.push(" FROM ").push(C::TABLE).push(" x");
        rest(&mut sql);
        reader.rows(sql).await?.iter().map(|row| Ok(*columns.read(row, &mut 1)?)).collect()
    }

    /// Adds one.
    pub fn add(&mut self, column: C) {
        self.0 |= column.bit();
    }

    /// Whether it is among them.
    pub fn has(&self, column: C) -> bool {
        self.0 & column.bit() != 0
    }

    /// Those in it, in the order of the table: done for each row, and so without a look at those that are not.
    fn iter(&self) -> impl Iterator<Item = C> {
        let mut left = self.0;
        iter::from_fn(move || {
            let place = usize::try_from(left.trailing_zeros()).ok()?;
            left &= left.wrapping_sub(1);
            C::iter().nth(place)
        })
    }

    /// Writes them as a list, each behind a comma and under the table's alias.
    pub(super) fn select(self, alias: &str, sql: &mut Sql) {
        for column in self.iter() {
            sql.push(", ").push(alias).push(".").push(column.as_str());
        }
    }

    /// Reads them back, from the place where the list begins, which goes on behind it.
    /// The row is boxed: it has room for all columns, and is moved more than once on its way.
    pub(super) fn read(self, from: &Row, at: &mut usize) -> Result<Box<C::Row>, DbErr> {
        let mut row = Box::<C::Row>::default();
        for column in self.iter() {
            column.read(from, *at, &mut row)?;
            *at += 1;
        }
        Ok(row)
    }
}

impl<C: Readable> fmt::Debug for Columns<C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.iter()).finish()
    }
}

/// Writes a column: the numbers of the tags of the summary `s`, a `Vec<i64>`.
pub(super) fn select_tags(sql: &mut Sql) {
    let numbers = sql.dialect().numbers("x.tag_id", "FROM summary_tag x WHERE x.summary_id = s.id");
    sql.push(&numbers);
}
