//! Rows of summaries: what a statement reads of each, and what is read around all of them.

use std::{collections::HashMap, sync::Arc};

use entity::summary::{Column, Model};
use futures_util::{FutureExt, future::BoxFuture};

use super::{Summary, SummaryProjection};
use crate::{
    content::{
        Columns, Error, Reading, columns,
        episode::{self, Episode, EpisodeProjection},
        list::Rows,
        named::Nodes,
        related::Parent,
        selected::{Along, Selected},
    },
    db::{Row, Sql},
};

/// A row as it comes, and the ids of its tags.
#[derive(Default)]
pub(in crate::content) struct Bare {
    it: Box<Model>,
    tags: Vec<i64>,
    body: Option<(String, Option<i32>)>,
    /// Where it came along.
    episode: Option<episode::Bare>,
}

impl SummaryProjection {
    /// Asks for the translations. They need their ids, as a summary is none of its own.
    pub fn translations(&mut self) -> &mut Self {
        let translations = self.translations.get_or_insert_default();
        translations.columns.add(Column::Id);
        translations
    }

    /// Asks for the long text, and for the number of its tokens; the tldr stands in where there is none.
    pub fn needs_body(&mut self, tokens: bool) {
        self.body.get_or_insert_default().tokens |= tokens;
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

impl Selected for SummaryProjection {
    type Bare = Bare;

    /// Tags come with their row, as a list of ids: their names are in memory.
    fn select(&self, sql: &mut Sql) {
        self.all_columns().select("s", sql);
        if self.has_tags() {
            columns::select_tags(sql.push(", "));
        }
        if let Some(body) = self.body {
            sql.push(", (SELECT x.markdown FROM summary_body x WHERE x.summary_id = s.id)");
            if body.tokens {
                sql.push(", (SELECT x.tokens FROM summary_body x WHERE x.summary_id = s.id)");
            }
        }
    }

    fn read(&self, row: &Row, at: &mut usize) -> Result<Bare, Error> {
        let mut bare = Bare { it: self.all_columns().read(row, at)?, ..Bare::default() };
        if self.has_tags() {
            bare.tags = row.try_get_by_index(*at)?;
            *at += 1;
        }
        if let Some(body) = self.body {
            let markdown: Option<String> = row.try_get_by_index(*at)?;
            *at += 1;
            let mut tokens = None;
            if body.tokens {
                tokens = row.try_get_by_index(*at)?;
                *at += 1;
            }
            bare.body = markdown.map(|markdown| (markdown, tokens));
        }
        Ok(bare)
    }

    fn along(&self) -> Option<&dyn Along<Bare>> {
        self.episode.as_deref().map(|wanted| wanted as &dyn Along<Bare>)
    }
}

/// What a summary sums up.
impl Along<Bare> for EpisodeProjection {
    fn select(&self, sql: &mut Sql, _: &str) {
        Selected::select(self, sql);
    }

    fn join(&self, sql: &mut Sql, row: &str) {
        sql.push(" LEFT JOIN episode e ON e.id = ").push(row).push(".episode_id");
    }

    fn put(&self, rows: &mut [&Row], mut at: usize, into: &mut Bare) -> Result<(), Error> {
        into.episode = rows.first().map(|row| self.read(row, &mut at)).transpose()?;
        Ok(())
    }
}

impl Rows for SummaryProjection {
    type Row = Summary;

    /// Names from memory, and a statement for each other relation that did not come along.
    fn relate<'a>(&'a self, reading: &'a Reading, mut rows: Vec<Bare>) -> BoxFuture<'a, Result<Vec<Summary>, Error>> {
        async move {
            let sources = match self.source.as_deref() {
                Some(wanted) => reading.nodes(rows.iter().map(|row| row.it.source_id), wanted).await?,
                None => Nodes::default(),
            };
            let categories = match &self.category {
                Some(wanted) => reading.nodes(rows.iter().filter_map(|row| row.it.category_id), wanted).await?,
                None => Nodes::default(),
            };
            let tags = match &self.tags {
                Some(wanted) => reading.nodes(rows.iter().flat_map(|row| row.tags.iter().copied()), wanted).await?,
                None => Nodes::default(),
            };
            let episodes: Vec<Option<Arc<Episode>>> = match &self.episode {
                Some(wanted) => episodes_of(&mut rows, reading, wanted).await?,
                None => rows.iter().map(|_| None).collect(),
            };
            let siblings: HashMap<i64, Vec<Arc<Summary>>> = match &self.translations {
                Some(wanted) => {
                    let episodes = rows.iter().map(|row| row.it.episode_id).collect();
                    let found = reading.summaries_of(episodes, wanted).await?;
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
            let related = reading.related_to(parents, &self.related).await?;
            let relate = |(Bare { it, tags: ids, body, .. }, episode): (Bare, _)| {
                let mut tags: Vec<_> = ids.iter().filter_map(|id| tags.get(*id).cloned()).collect();
                tags.sort_unstable_by(|one, other| one.it.it.slug.cmp(&other.it.it.slug));
                let same_episode = siblings.get(&it.episode_id).into_iter().flatten();
                Summary {
                    source: sources.get(it.source_id).cloned(),
                    category: it.category_id.and_then(|id| categories.get(id)).cloned(),
                    tags,
                    episode,
                    translations: same_episode.filter(|other| other.it.id != it.id).cloned().collect(),
                    related: related.get(&it.id).cloned().unwrap_or_default(),
                    body,
                    score: None,
                    highlights: Vec::new(),
                    it,
                }
            };
            Ok(rows.into_iter().zip(episodes).map(relate).collect())
        }
        .boxed()
    }
}

/// What each of these rows sums up: what came along, or else by a statement.
async fn episodes_of(
    rows: &mut [Bare],
    reading: &Reading,
    wanted: &EpisodeProjection,
) -> Result<Vec<Option<Arc<Episode>>>, Error> {
    if rows.is_empty() {
        return Ok(Vec::new());
    }
    let along: Option<Vec<episode::Bare>> = rows.iter_mut().map(|row| row.episode.take()).collect();
    if let Some(along) = along {
        let related = wanted.relate(reading, along).await?;
        return Ok(related.into_iter().map(|episode| Some(Arc::new(episode))).collect());
    }
    let found = reading.load_episodes(rows.iter().map(|row| row.it.episode_id).collect(), wanted).await?;
    let found: HashMap<i64, Arc<Episode>> = found.into_iter().map(|(id, episode)| (id, Arc::new(episode))).collect();
    Ok(rows.iter().map(|row| found.get(&row.it.episode_id).cloned()).collect())
}
