//! A row, whichever way it came: its columns by their place.

use std::sync::Arc;

use sea_orm::{DbErr, QueryResult, TryGetable};

use super::binary;

/// A row of a statement.
#[derive(Debug)]
pub struct Row(Source);

#[derive(Debug)]
enum Source {
    /// As sea-orm gives it, to whoever writes.
    Driver(QueryResult),
    /// As PostgreSQL sent it.
    Postgres(tokio_postgres::Row),
    /// One of a table that was read at once.
    Table { table: Arc<Table>, begin: usize },
}

/// How many values and how many bytes of texts there is room for at first: what grows is copied each time that it has doubled.
const CELLS: usize = 128;
const TEXTS: usize = 8192;

/// What a statement of SQLite gave: all cells one after another, and their texts in one piece, so that a row costs
/// no allocation.
#[derive(Debug)]
pub(super) struct Table {
    pub(super) columns: usize,
    pub(super) cells: Vec<Cell>,
    pub(super) texts: String,
}

/// A value as SQLite holds it.
#[derive(Clone, Copy, Debug)]
pub(super) enum Cell {
    Null,
    Integer(i64),
    Real(f64),
    /// From here to there in the table's texts.
    Text(usize, usize),
}

/// The same, with its text.
#[derive(Clone, Copy, Debug)]
pub enum CellRef<'t> {
    /// Nothing.
    Null,
    /// A number, or a boolean.
    Integer(i64),
    /// A number with a fraction.
    Real(f64),
    /// A text.
    Text(&'t str),
    /// Numbers, as [`binary::numbers`] reads them.
    Numbers(&'t [u8]),
}

/// What can be taken out of a row of either database.
pub trait Get: TryGetable {
    /// Out of a cell; `None` where something else stands there.
    fn of(cell: CellRef<'_>) -> Option<Self>;
}

impl Row {
    /// The value in this column, counted from 0.
    pub fn try_get_by_index<T: Get>(&self, at: usize) -> Result<T, DbErr> {
        match &self.0 {
            Source::Driver(row) => row.try_get_by_index(at),
            Source::Postgres(row) => row.try_get(at).ok().and_then(T::of).ok_or_else(|| unlike::<T>(at)),
            Source::Table { table, begin } => table.cell(*begin, at).and_then(T::of).ok_or_else(|| unlike::<T>(at)),
        }
    }
}

impl From<QueryResult> for Row {
    fn from(row: QueryResult) -> Self {
        Self(Source::Driver(row))
    }
}

impl From<tokio_postgres::Row> for Row {
    fn from(row: tokio_postgres::Row) -> Self {
        Self(Source::Postgres(row))
    }
}

impl Table {
    /// One with room for what most statements give.
    pub(super) fn new(columns: usize) -> Self {
        Self { columns, cells: Vec::with_capacity(CELLS), texts: String::with_capacity(TEXTS) }
    }

    /// Its rows.
    pub(super) fn into_rows(self) -> Vec<Row> {
        let step = self.columns.max(1);
        let table = Arc::new(self);
        let begins = (0..table.cells.len()).step_by(step);
        begins.map(|begin| Row(Source::Table { table: table.clone(), begin })).collect()
    }

    fn cell(&self, begin: usize, at: usize) -> Option<CellRef<'_>> {
        if at >= self.columns {
            return None;
        }
        Some(match *self.cells.get(begin + at)? {
            Cell::Null => CellRef::Null,
            Cell::Integer(number) => CellRef::Integer(number),
            Cell::Real(number) => CellRef::Real(number),
            Cell::Text(from, to) => CellRef::Text(self.texts.get(from..to)?),
        })
    }
}

fn unlike<T>(at: usize) -> DbErr {
    DbErr::Type(format!("column {at} is no {}", std::any::type_name::<T>()))
}

impl Get for i64 {
    fn of(cell: CellRef<'_>) -> Option<Self> {
        if let CellRef::Integer(number) = cell { Some(number) } else { None }
    }
}

impl Get for i32 {
    fn of(cell: CellRef<'_>) -> Option<Self> {
        i64::of(cell).and_then(|number| number.try_into().ok())
    }
}

impl Get for bool {
    fn of(cell: CellRef<'_>) -> Option<Self> {
        i64::of(cell).map(|number| number != 0)
    }
}

impl Get for String {
    fn of(cell: CellRef<'_>) -> Option<Self> {
        if let CellRef::Text(text) = cell { Some(text.to_owned()) } else { None }
    }
}

/// Numbers in an array, or that `group_concat` has put into one text; none where there was nothing to put.
impl Get for Vec<i64> {
    fn of(cell: CellRef<'_>) -> Option<Self> {
        match cell {
            CellRef::Null => Some(Self::new()),
            CellRef::Numbers(bytes) => binary::numbers(bytes),
            CellRef::Text(joined) => joined.split(',').map(|number| number.parse().ok()).collect(),
            CellRef::Integer(_) | CellRef::Real(_) => None,
        }
    }
}

impl<T: Get> Get for Option<T> {
    fn of(cell: CellRef<'_>) -> Option<Self> {
        if let CellRef::Null = cell { Some(None) } else { T::of(cell).map(Some) }
    }
}
