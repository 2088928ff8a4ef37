//! Rows of episodes: what a statement reads of each, and what is read around all of them.

use std::{collections::HashMap, sync::Arc};

use entity::episode::{Column, Model};
use futures_util::{FutureExt, future::BoxFuture};

use super::{Episode, EpisodeProjection, Side};
use crate::{
    content::{
        Columns, Error, Nested, Page, Reading,
        list::Rows,
        named::Nodes,
        selected::{Along, Selected},
        summary::{self, PUBLISHED, Summary, SummaryProjection},
    },
    db::{Row, Sql},
};

/// A row as it comes, and its text.
pub(in crate::content) struct Bare {
    it: Box<Model>,
    content: Option<String>,
    /// Where they came along.
    summaries: Option<Vec<summary::Bare>>,
}

impl EpisodeProjection {
    /// Nothing but the number.
    pub(in crate::content) fn only_id() -> Self {
        let mut wanted = Self::default();
        wanted.columns.add(Column::Id);
        wanted
    }

    /// The columns, and those that relations hang on.
    fn all_columns(&self) -> Columns<Column> {
        let mut columns = self.columns;
        if self.source.is_some() {
            columns.add(Column::SourceId);
        }
        if self.series.is_some() {
            columns.add(Column::SeriesId);
        }
        let by_id = [self.summaries.is_some(), self.previous.is_some(), self.next.is_some()];
        if by_id.contains(&true) || !self.duplicates.is_empty() {
            columns.add(Column::Id);
        }
        columns
    }
}

impl Selected for EpisodeProjection {
    type Bare = Bare;

    fn select(&self, sql: &mut Sql) {
        self.all_columns().select("e", sql);
        if self.content {
            sql.push(", (SELECT x.html FROM episode_content x WHERE x.episode_id = e.id)");
        }
    }

    fn read(&self, row: &Row, at: &mut usize) -> Result<Bare, Error> {
        let mut bare = Bare { it: self.all_columns().read(row, at)?, content: None, summaries: None };
        if self.content {
            bare.content = row.try_get_by_index(*at)?;
            *at += 1;
        }
        Ok(bare)
    }

    fn along(&self) -> Option<&dyn Along<Bare>> {
        self.summaries.as_deref().map(|wanted| wanted as &dyn Along<Bare>)
    }
}

/// All the published summaries of an episode, the original language first.
impl Along<Bare> for SummaryProjection {
    fn select(&self, sql: &mut Sql, _: &str) {
        sql.push(", s.id, s.is_original");
        Selected::select(self, sql);
    }

    fn join(&self, sql: &mut Sql, row: &str) {
        sql.push(" LEFT JOIN summary s ON s.episode_id = ").push(row).push(".row_id AND ").push(PUBLISHED);
    }

    fn put(&self, rows: &mut [&Row], at: usize, into: &mut Bare) -> Result<(), Error> {
        let mut found = Vec::with_capacity(rows.len());
        for row in rows {
            if let Some(id) = row.try_get_by_index::<Option<i64>>(at)? {
                found.push((!row.try_get_by_index::<bool>(at + 1)?, id, self.read(row, &mut (at + 2))?));
            }
        }
        found.sort_by_key(|(is_translated, id, _)| (*is_translated, *id));
        into.summaries = Some(found.into_iter().map(|(.., summary)| summary).collect());
        Ok(())
    }
}

impl Rows for EpisodeProjection {
    type Row = Episode;

    /// Names from memory, and a statement for each other relation that did not come along.
    fn relate<'a>(&'a self, reading: &'a Reading, mut rows: Vec<Bare>) -> BoxFuture<'a, Result<Vec<Episode>, Error>> {
        async move {
            // A row may stand here more than once: two episodes may be duplicates of the same third one.
            let mut ids: Vec<i64> = rows.iter().map(|row| row.it.id).collect();
            ids.sort_unstable();
            ids.dedup();
            let sources = match self.source.as_deref() {
                Some(wanted) => reading.nodes(rows.iter().map(|row| row.it.source_id), wanted).await?,
                None => Nodes::default(),
            };
            let series = match self.series.as_deref() {
                Some(wanted) => reading.nodes(rows.iter().filter_map(|row| row.it.series_id), wanted).await?,
                None => Nodes::default(),
            };
            let previous = match &self.previous {
                Some(wanted) => reading.neighbours_of(&ids, Side::Before, wanted).await?,
                None => HashMap::new(),
            };
            let next = match &self.next {
                Some(wanted) => reading.neighbours_of(&ids, Side::Behind, wanted).await?,
                None => HashMap::new(),
            };
            let summaries: Vec<Arc<Vec<Summary>>> = match &self.summaries {
                Some(wanted) => summaries_of(&mut rows, reading, wanted).await?,
                None => rows.iter().map(|_| Arc::default()).collect(),
            };
            let mut duplicates: Vec<HashMap<i64, Arc<Page<Episode>>>> = Vec::with_capacity(self.duplicates.len());
            for Nested { by, wanted } in &self.duplicates {
                let pages = reading.duplicates_of(&ids, by, wanted).await?;
                duplicates.push(pages.into_iter().map(|(id, page)| (id, Arc::new(page))).collect());
            }
            let relate = |(Bare { it, content, .. }, summaries): (Bare, _)| Episode {
                source: sources.get(it.source_id).cloned(),
                series: it.series_id.and_then(|id| series.get(id)).cloned(),
                previous: previous.get(&it.id).cloned(),
                next: next.get(&it.id).cloned(),
                summaries,
                duplicates: duplicates.iter().filter_map(|pages| pages.get(&it.id).cloned()).collect(),
                content,
                it,
            };
            Ok(rows.into_iter().zip(summaries).map(relate).collect())
        }
        .boxed()
    }
}

/// The summaries of each of these rows: those that came along, or else by a statement.
async fn summaries_of(
    rows: &mut [Bare],
    reading: &Reading,
    wanted: &SummaryProjection,
) -> Result<Vec<Arc<Vec<Summary>>>, Error> {
    let along: Option<Vec<Vec<summary::Bare>>> = rows.iter_mut().map(|row| row.summaries.take()).collect();
    if let Some(along) = along {
        let many: Vec<usize> = along.iter().map(Vec::len).collect();
        let mut all = wanted.relate(reading, along.into_iter().flatten().collect()).await?.into_iter();
        return Ok(many.into_iter().map(|many| Arc::new(all.by_ref().take(many).collect())).collect());
    }
    let found = reading.summaries_of(rows.iter().map(|row| row.it.id).collect(), wanted).await?;
    let found: HashMap<i64, Arc<Vec<Summary>>> = found.into_iter().map(|(id, all)| (id, Arc::new(all))).collect();
    Ok(rows.iter().map(|row| found.get(&row.it.id).cloned().unwrap_or_default()).collect())
}
