//! Pages of rows with what belongs around them: one composition, for every noun whose rows are read by
//! statements, at the root and below other rows.

use std::collections::HashMap;

use futures_util::future::BoxFuture;

use super::{
    Error, Page, PageArgs, PageProjection, Reading,
    nested::{self, Below, Lower},
    page::{Shape, Total},
    scan::Scan,
    selected::{Selected, write_with},
    slice::{Slice, is_equal, sort_by_number},
};
use crate::db::{Row, Sql};

/// What is wanted of each row of a list: columns first, then what stands around the rows.
pub(super) trait Rows: Selected + Default + Send {
    /// A row with all that was wanted.
    type Row: Send;

    /// Reads what is wanted around all these rows, and gives them in their order.
    fn relate<'a>(
        &'a self,
        reading: &'a Reading,
        rows: Vec<Self::Bare>,
    ) -> BoxFuture<'a, Result<Vec<Self::Row>, Error>>;
}

/// A list that others hang below, and which part of it is wanted.
pub(super) struct Above<'a> {
    pub(super) scan: &'a Scan,
    pub(super) args: &'a PageArgs,
    pub(super) shape: Shape,
    pub(super) total: &'a Total,
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
        let slice = Slice::new(self.dialect(), scan, args, wanted.shape(), rows)?;
        let (bare, page) = slice.read(self, total).await?.split();
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
        let slice = Slice::new(self.dialect(), scan, args, wanted.shape(), rows)?;
        let pages = nested::read(self, below, slice).await?;
        let mut pages = related(self, pages, rows).await?;
        match known_totals {
            Some(totals) => nested::add_totals(&mut pages, totals),
            None if wanted.total => nested::add_totals(&mut pages, &nested::count(self, below, scan).await?),
            None => {}
        }
        Ok(pages)
    }

    /// Whether a list may be read by the statement that reads what it hangs below.
    pub(super) fn may_come_along<P>(&self, args: &PageArgs, wanted: &PageProjection<P>) -> bool {
        self.dialect().has_lateral() && wanted.shape().is_wanted(args.size)
    }

    /// A page of rows with names, and one of a list below each of them, whose column names it: in one statement, unless
    /// nothing can be in the list. That it may [come along](Self::may_come_along) is known.
    pub(super) async fn list_along<P: Rows>(
        &self,
        above: &Above<'_>,
        column: &str,
        scan: &Scan,
        args: &PageArgs,
        wanted: &PageProjection<P>,
    ) -> Result<Option<(Page<i64>, HashMap<i64, Page<P::Row>>)>, Error> {
        let nothing = P::default();
        let rows = wanted.rows.as_ref().unwrap_or(&nothing);
        let (slice, link) = (Slice::new(self.dialect(), scan, args, wanted.shape(), rows)?, Below::link(column));
        if !slice.is_wanted() {
            return Ok(None);
        }
        let lower = Lower { slice, link: &link };
        let slice = Slice::new(self.dialect(), above.scan, above.args, above.shape, &lower)?;
        let (found, page) = slice.read(self, above.total).await?.split();
        let ids: Vec<i64> = found.iter().map(|(id, _)| *id).collect();
        let mut pages = related(self, found.into_iter().collect(), rows).await?;
        if wanted.total {
            let totals = nested::count(self, &Below { parents: &ids, link: link.clone() }, scan).await?;
            nested::add_totals(&mut pages, &totals);
        }
        Ok(Some((page.with_rows(ids), pages)))
    }

    /// Rows that are looked up by their ids or otherwise, in no order, with these ids. `from` writes where they come from,
    /// as a table in which they have the number `id`. They are few and nothing sorts them, so that what may come along
    /// does on either database.
    pub(super) async fn look_up<P: Rows>(
        &self,
        id: &str,
        wanted: &P,
        from: impl FnOnce(&mut Sql),
    ) -> Result<Vec<(i64, P::Row)>, Error> {
        let (mut sql, along) = (self.sql(), wanted.along());
        write_with(&mut sql, along, |sql| {
            wanted.select(sql.push("SELECT ").push(id).push(" AS row_id"));
            from(sql);
        });
        let rows = self.rows(sql).await?;
        let mut rows: Vec<&Row> = rows.iter().collect();
        sort_by_number(&mut rows)?;
        let (mut ids, mut bare) = (Vec::with_capacity(rows.len()), Vec::with_capacity(rows.len()));
        for rows in rows.chunk_by_mut(|one, other| is_equal(one, other, 0)) {
            let [first, ..] = rows else { continue };
            let mut at = 1;
            ids.push(first.try_get_by_index(0)?);
            let mut row = wanted.read(first, &mut at)?;
            if let Some(along) = along {
                along.put(rows, at, &mut row)?;
            }
            bare.push(row);
        }
        Ok(ids.into_iter().zip(wanted.relate(self, bare).await?).collect())
    }

    /// Rows of a statement that selects a number before them, and what is wanted around them.
    pub(super) async fn numbered<P: Rows>(&self, sql: Sql, wanted: &P) -> Result<Vec<(i64, P::Row)>, Error> {
        let rows = self.rows(sql).await?;
        let numbers = rows.iter().map(|row| row.try_get_by_index(0)).collect::<Result<Vec<i64>, _>>()?;
        let bare = rows.iter().map(|row| wanted.read(row, &mut 1)).collect::<Result<Vec<_>, _>>()?;
        Ok(numbers.into_iter().zip(wanted.relate(self, bare).await?).collect())
    }
}

/// The pages, with what is wanted around their rows: read for all of them at once.
async fn related<P: Rows>(
    reading: &Reading,
    pages: HashMap<i64, Page<P::Bare>>,
    wanted: &P,
) -> Result<HashMap<i64, Page<P::Row>>, Error> {
    let (bare, shapes) = nested::split(pages);
    Ok(nested::join(wanted.relate(reading, bare).await?, shapes))
}
