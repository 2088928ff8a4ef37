//! Pages of rows with what belongs around them: one composition, for every noun whose rows are read by
//! statements, at the root and below other rows.

use std::collections::HashMap;

use futures_util::future::BoxFuture;

use super::{
    Error, Page, PageArgs, PageProjection, Reading,
    nested::{self, Below},
    page::{self, Total},
    scan::Scan,
};
use crate::db::{Row, Sql};

/// What is wanted of each row of a list: columns first, then what stands around the rows.
pub(super) trait Rows: Default + Send + Sync {
    /// A row as the statement gives it.
    type Bare: Send;
    /// A row with all that was wanted.
    type Row: Send;

    /// Writes the columns, each behind a comma.
    fn select(&self, sql: &mut Sql);

    /// Takes them back, from the place where they begin, which goes on behind them.
    fn read(&self, row: &Row, at: &mut usize) -> Result<Self::Bare, Error>;

    /// Reads what is wanted around all these rows, and gives them in their order.
    fn relate<'a>(
        &'a self,
        reading: &'a Reading,
        rows: Vec<Self::Bare>,
    ) -> BoxFuture<'a, Result<Vec<Self::Row>, Error>>;
}

impl Reading {
    /// A page of a list, with its total.
    pub(super) async fn list<P: Rows>(
        &self,
        scan: &Scan,
        args: &PageArgs,
        wanted: &PageProjection<P>,
        total: &Total,
    ) -> Result<Page<P::Row>, Error> {
        let nothing = P::default();
        let rows = wanted.rows.as_ref().unwrap_or(&nothing);
        let select = |sql: &mut Sql| rows.select(sql);
        let page =
            page::read(self, scan, args, wanted.shape(), total, select, |row, mut at| rows.read(row, &mut at)).await?;
        let (bare, page) = page.split();
        Ok(page.with_rows(rows.relate(self, bare).await?))
    }

    /// A page of a list below each of these parents: a statement for all of them, and one for their totals
    /// unless somebody knows them.
    pub(super) async fn list_below<P: Rows>(
        &self,
        below: &Below<'_>,
        scan: &Scan,
        args: &PageArgs,
        wanted: &PageProjection<P>,
        known_totals: Option<&HashMap<i64, i64>>,
    ) -> Result<HashMap<i64, Page<P::Row>>, Error> {
        let nothing = P::default();
        let rows = wanted.rows.as_ref().unwrap_or(&nothing);
        let select = |sql: &mut Sql| rows.select(sql);
        let pages =
            nested::read(self, below, scan, args, wanted.shape(), select, |row, mut at| rows.read(row, &mut at))
                .await?;
        let (bare, shapes) = nested::split(pages);
        let mut pages = nested::join(rows.relate(self, bare).await?, shapes);
        match known_totals {
            Some(totals) => nested::add_totals(&mut pages, totals),
            None if wanted.total => nested::add_totals(&mut pages, &nested::count(self, below, scan).await?),
            None => {}
        }
        Ok(pages)
    }

    /// Rows of a statement that selects a number before them, and what is wanted around them.
    pub(super) async fn numbered<P: Rows>(&self, sql: Sql, wanted: &P) -> Result<Vec<(i64, P::Row)>, Error> {
        let rows = self.rows(sql).await?;
        let numbers = rows.iter().map(|row| row.try_get_by_index(0)).collect::<Result<Vec<i64>, _>>()?;
        let bare = rows.iter().map(|row| wanted.read(row, &mut 1)).collect::<Result<Vec<_>, _>>()?;
        Ok(numbers.into_iter().zip(wanted.relate(self, bare).await?).collect())
    }
}
