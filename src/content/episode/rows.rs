//! Rows of episodes: what a statement reads of each, and what is read around all of them.

use std::{collections::HashMap, sync::Arc};

use entity::episode::{Column, Model};
use futures_util::{FutureExt, future::BoxFuture};

use super::{Episode, EpisodeProjection, Side};
use crate::{
    content::{Columns, Error, Nested, Page, Reading, list::Rows, named::Nodes, summary::Summary},
    db::{Row, Sql},
};

/// A row as it comes, and its text.
pub(in crate::content) struct Bare {
    it: Box<Model>,
    content: Option<String>,
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

impl Rows for EpisodeProjection {
    type Bare = Bare;
    type Row = Episode;

    fn select(&self, sql: &mut Sql) {
        self.all_columns().select("e", sql);
        if self.content {
            sql.push(", (SELECT x.html FROM episode_content x WHERE x.episode_id = e.id)");
        }
    }

    fn read(&self, row: &Row, at: &mut usize) -> Result<Bare, Error> {
        let mut bare = Bare { it: self.all_columns().read(row, at)?, content: None };
        if self.content {
            bare.content = row.try_get_by_index(*at)?;
            *at += 1;
        }
        Ok(bare)
    }

    /// Names from memory, and a statement for each other relation.
    fn relate<'a>(&'a self, reading: &'a Reading, rows: Vec<Bare>) -> BoxFuture<'a, Result<Vec<Episode>, Error>> {
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
            let summaries: HashMap<i64, Arc<Vec<Summary>>> = match &self.summaries {
                Some(wanted) => {
                    let found = reading.summaries_of(ids.clone(), wanted).await?;
                    found.into_iter().map(|(id, all)| (id, Arc::new(all))).collect()
                }
                None => HashMap::new(),
            };
            let mut duplicates: Vec<HashMap<i64, Arc<Page<Episode>>>> = Vec::with_capacity(self.duplicates.len());
            for Nested { by, wanted } in &self.duplicates {
                let pages = reading.duplicates_of(&ids, by, wanted).await?;
                duplicates.push(pages.into_iter().map(|(id, page)| (id, Arc::new(page))).collect());
            }
            let relate = |Bare { it, content }: Bare| Episode {
                source: sources.get(&it.source_id).cloned(),
                series: it.series_id.and_then(|id| series.get(&id)).cloned(),
                previous: previous.get(&it.id).cloned(),
                next: next.get(&it.id).cloned(),
                summaries: summaries.get(&it.id).cloned().unwrap_or_default(),
                duplicates: duplicates.iter().filter_map(|pages| pages.get(&it.id).cloned()).collect(),
                content,
                it,
            };
            Ok(rows.into_iter().map(relate).collect())
        }
        .boxed()
    }
}
