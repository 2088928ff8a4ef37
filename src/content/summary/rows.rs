//! Rows of summaries: what a statement reads of each, and what is read around all of them.

use std::{collections::HashMap, sync::Arc};

use entity::summary::{Column, Model};
use futures_util::{FutureExt, future::BoxFuture};

use super::{Summary, SummaryProjection};
use crate::{
    content::{Columns, Error, Reading, columns, episode::Episode, list::Rows, related::Parent},
    db::{Row, Sql},
};

/// A row as it comes, and the ids of its tags.
#[derive(Default)]
pub(in crate::content) struct Bare {
    it: Model,
    tags: Vec<i64>,
    body: Option<(String, Option<i32>)>,
}

impl SummaryProjection {
    /// Asks for the translations. They need their ids, as a summary is none of its own.
    pub fn translations(&mut self) -> &mut Self {
        let translations = self.translations.get_or_insert_default();
        translations.columns.add(Column::Id);
        translations
    }

    /// Asks for the long text; the tldr stands in where there is none.
    pub fn needs_body(&mut self) {
        self.body = true;
        self.columns.add(Column::Tldr);
    }

    /// The columns, and those that relations hang on.
    fn all_columns(&self) -> Columns<Column> {
        let mut columns = self.columns;
        if self.source.is_some() {
            columns.add(Column::SourceId);
        }
        if self.category.is_some() {
            columns.add(Column::CategoryId);
        }
        if self.episode.is_some() || self.translations.is_some() {
            columns.add(Column::EpisodeId);
        }
        if self.translations.is_some() || self.matched.score {
            columns.add(Column::Id);
        }
        if !self.related.is_empty() {
            for column in [Column::Id, Column::Title, Column::Language] {
                columns.add(column);
            }
        }
        if self.matched.highlights {
            let shown = [Column::Title, Column::Tldr, Column::KeyPoints, Column::Language];
            for column in shown {
                columns.add(column);
            }
        }
        columns
    }

    /// Whether the numbers of its tags are read.
    fn has_tags(&self) -> bool {
        self.tags.is_some() || !self.related.is_empty()
    }
}

impl Rows for SummaryProjection {
    type Bare = Bare;
    type Row = Summary;

    /// Tags come with their row, as a list of ids: their names are in memory.
    fn select(&self, sql: &mut Sql) {
        self.all_columns().select("s", sql);
        if self.has_tags() {
            columns::select_tags(sql.push(", "));
        }
        if self.body {
            sql.push(", (SELECT x.markdown FROM summary_body x WHERE x.summary_id = s.id)");
            sql.push(", (SELECT x.tokens FROM summary_body x WHERE x.summary_id = s.id)");
        }
    }

    fn read(&self, row: &Row, at: usize) -> Result<Bare, Error> {
        let (it, at) = self.all_columns().read(row, at)?;
        let mut bare = Bare { it, ..Bare::default() };
        if self.has_tags() {
            bare.tags = columns::numbers(row, at)?;
        }
        if self.body {
            let at = at + usize::from(self.has_tags());
            let markdown: Option<String> = row.try_get_by_index(at)?;
            bare.body =
                markdown.map(|markdown| Ok::<_, Error>((markdown, row.try_get_by_index(at + 1)?))).transpose()?;
        }
        Ok(bare)
    }

    /// Names from memory, and a statement for each other relation.
    fn relate<'a>(&'a self, reading: &'a Reading, rows: Vec<Bare>) -> BoxFuture<'a, Result<Vec<Summary>, Error>> {
        async move {
            let episodes = || rows.iter().map(|row| row.it.episode_id).collect();
            let sources = match self.source.as_deref() {
                Some(wanted) => reading.nodes(rows.iter().map(|row| row.it.source_id), wanted).await?,
                None => HashMap::new(),
            };
            let categories = match &self.category {
                Some(wanted) => reading.nodes(rows.iter().filter_map(|row| row.it.category_id), wanted).await?,
                None => HashMap::new(),
            };
            let tags = match &self.tags {
                Some(wanted) => reading.nodes(rows.iter().flat_map(|row| row.tags.iter().copied()), wanted).await?,
                None => HashMap::new(),
            };
            let summed_up: HashMap<i64, Arc<Episode>> = match &self.episode {
                Some(wanted) => {
                    let loaded = reading.load_episodes(episodes(), wanted).await?;
                    loaded.into_iter().map(|(id, episode)| (id, Arc::new(episode))).collect()
                }
                None => HashMap::new(),
            };
            let siblings: HashMap<i64, Vec<Arc<Summary>>> = match &self.translations {
                Some(wanted) => {
                    let found = reading.summaries_of(episodes(), wanted).await?;
                    found.into_iter().map(|(id, all)| (id, all.into_iter().map(Arc::new).collect())).collect()
                }
                None => HashMap::new(),
            };
            let parents = rows.iter().map(|row| Parent {
                id: row.it.id,
                title: &row.it.title,
                language: &row.it.language,
                tags: &row.tags,
            });
            let related = reading.related_to(parents.collect(), &self.related).await?;
            let relate = |Bare { it, tags: ids, body }: Bare| {
                let mut tags: Vec<_> = ids.iter().filter_map(|id| tags.get(id).cloned()).collect();
                tags.sort_unstable_by(|one, other| one.it.it.slug.cmp(&other.it.it.slug));
                let same_episode = siblings.get(&it.episode_id).into_iter().flatten();
                Summary {
                    source: sources.get(&it.source_id).cloned(),
                    category: it.category_id.and_then(|id| categories.get(&id)).cloned(),
                    tags,
                    episode: summed_up.get(&it.episode_id).cloned(),
                    translations: same_episode.filter(|other| other.it.id != it.id).cloned().collect(),
                    related: related.get(&it.id).cloned().unwrap_or_default(),
                    body,
                    score: None,
                    highlights: Vec::new(),
                    it,
                }
            };
            Ok(rows.into_iter().map(relate).collect())
        }
        .boxed()
    }
}
