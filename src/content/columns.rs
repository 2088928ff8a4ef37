//! Which columns of a table are read, and how a row takes them.

use std::{fmt, marker::PhantomData};

use sea_orm::{DbErr, IdenStatic, Iterable, QueryResult};

use crate::db::Sql;

/// A column that can be read alone into a row whose other columns stay at their defaults.
pub trait Readable: Iterable + IdenStatic + Copy + fmt::Debug {
    /// The row that holds it.
    type Row: Default;

    /// Its place in a set.
    fn bit(self) -> u64;

    /// Takes it from the result, at that place.
    fn read(self, from: &QueryResult, at: usize, into: &mut Self::Row) -> Result<(), DbErr>;
}

/// How each column of a table goes into its row. The compiler sees to it that none is left out.
macro_rules! readable {
    ($table:ident: $($column:ident $field:ident),+ $(,)?) => {
        impl $crate::content::columns::Readable for entity::$table::Column {
            type Row = entity::$table::Model;

            fn bit(self) -> u64 {
                1 << self as u32
            }

            fn read(
                self,
                from: &sea_orm::QueryResult,
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
    /// Adds one.
    pub fn add(&mut self, column: C) {
        self.0 |= column.bit();
    }

    /// Whether it is among them.
    pub fn has(&self, column: C) -> bool {
        self.0 & column.bit() != 0
    }

    fn iter(&self) -> impl Iterator<Item = C> {
        C::iter().filter(|column| self.has(*column))
    }

    /// Writes them as a list, each behind a comma and under the table's alias.
    pub(super) fn select(self, alias: &str, sql: &mut Sql) {
        for column in self.iter() {
            sql.push(", ").push(alias).push(".").push(column.as_str());
        }
    }

    /// Reads them back, from the place where the list begins, and says where it ends.
    pub(super) fn read(self, from: &QueryResult, mut at: usize) -> Result<(C::Row, usize), DbErr> {
        let mut row = C::Row::default();
        for column in self.iter() {
            column.read(from, at, &mut row)?;
            at += 1;
        }
        Ok((row, at))
    }
}

impl<C: Readable> fmt::Debug for Columns<C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.iter()).finish()
    }
}

/// Writes a column: the numbers of the tags of the summary `s`, in one text. [`numbers`] reads them back.
pub(super) fn select_tags(sql: &mut Sql) {
    let joined = sql.dialect().joined("x.tag_id");
    sql.push("(SELECT ").push(&joined).push(" FROM summary_tag x WHERE x.summary_id = s.id)");
}

/// The numbers that one aggregate has put into a text; none where there was nothing to put.
pub(super) fn numbers(row: &QueryResult, at: usize) -> Result<Vec<i64>, DbErr> {
    let joined: Option<String> = row.try_get_by_index(at)?;
    Ok(joined.as_deref().unwrap_or_default().split(',').filter_map(|id| id.parse().ok()).collect())
}
