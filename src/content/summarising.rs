//! What a model is to sum up, as it is read: which episodes, and all that is said to the model of one.
//!
//! It is read on a connection apart: no caller waits for it. What comes of it is written by
//! [`super::store`].

use std::sync::Arc;

use entity::{
    episode, episode_content,
    kinds::{Dimension, SummaryOrigin},
    summary,
};
use serde_json::json;

use super::{Columns, Content, EpisodeKind, Error, Source, store::SHORT_TEXT, summary::PUBLISHED};
use crate::{clock::Timestamp, db::Sql, jobs::JobKind, text};

/// Who would write summaries: the model, and how it is asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Writer {
    /// Its name.
    pub model: String,
    /// Grows with each change of what it is told.
    pub prompt_version: String,
}

/// Which summaries a model is to write.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wanted {
    /// Of episodes that have an excerpt, and of which the same model could not make more from the same text.
    Missing,
    /// Those that a model wrote for this program, by another prompt, or from a text that has changed since.
    Stale,
}

/// An episode whose summary a model is to write, and what it is told of it.
#[derive(Clone, Debug)]
pub struct Subject {
    /// Its number.
    pub episode: i64,
    /// Plain text.
    pub title: String,
    /// The beginning of its text, plain.
    pub excerpt: String,
    /// Who wrote it.
    pub author: Option<String>,
    /// Text, sound or pictures.
    pub kind: EpisodeKind,
    /// When.
    pub published_at: Timestamp,
    /// Where it was published.
    pub source: Arc<Source>,
    /// Its whole text as sanitised HTML, where there is more than its excerpt.
    pub content: Option<String>,
    /// The language of the summary that is to be replaced.
    pub language: String,
    /// Whether its text is too short to be summed up: a title, a sentence.
    pub is_short: bool,
    /// Of the text, to tell whether it has changed since.
    pub input_hash: i64,
}

/// Names that a summary may be filed under.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Shelves {
    /// The names of all categories, by slug.
    pub categories: Vec<String>,
    /// The names of the tags that most summaries have, those first.
    pub tags: Vec<String>,
}

/// The most categories and tags that are listed.
const MOST_CATEGORIES: usize = 100;
const MOST_TAGS: usize = 80;
/// How many summaries are looked at in one statement.
const PAGE: usize = 500;

impl Content {
    /// The episodes whose summaries are wanted and were published since then, the newest first; `most` at most.
    /// Of those for which a job waits, none, if they are `idle`.
    pub async fn to_summarise(
        &self,
        wanted: Wanted,
        writer: &Writer,
        since: Option<Timestamp>,
        idle: bool,
        most: usize,
    ) -> Result<Vec<i64>, Error> {
        let reader = self.db.reader_for_upkeep();
        let mut found: Vec<i64> = Vec::new();
        let mut after: Option<(i64, i64)> = None;
        while found.len() < most {
            let mut sql = reader.sql();
            candidates(&mut sql, wanted, since, idle, after);
            let rows = reader.rows(sql).await?;
            for row in &rows {
                after = Some((row.try_get_by_index(0)?, row.try_get_by_index(1)?));
                let (title, excerpt): (String, String) = (row.try_get_by_index(3)?, row.try_get_by_index(4)?);
                let hash = input_hash(&title, &excerpt, row.try_get_by_index(5)?);
                let before = (row.try_get_by_index(6)?, row.try_get_by_index(7)?, row.try_get_by_index(8)?);
                if is_wanted(wanted, writer, hash, &before) && found.len() < most {
                    found.push(row.try_get_by_index(2)?);
                }
            }
            if rows.len() < PAGE {
                break;
            }
        }
        reader.finish().await?;
        Ok(found)
    }

    /// What a model is told of an episode; nothing where it has no summary that a model may write.
    pub async fn find_subject(&self, episode: i64) -> Result<Option<Subject>, Error> {
        let reader = self.db.reader_for_upkeep();
        let names = self.catalogue.refresh(&reader).await?;
        let is = |column: &'static str| {
            move |sql: &mut Sql| {
                sql.push(" WHERE ").push(column).push(" = ").bind(episode.into());
            }
        };
        let rows = Columns::<episode::Column>::rows(&reader, is("x.id")).await?;
        let summaries = Columns::<summary::Column>::rows(&reader, is("x.episode_id")).await?;
        let texts = Columns::<episode_content::Column>::rows(&reader, is("x.episode_id")).await?;
        let content = texts.into_iter().next().map(|text| text.html);
        reader.finish().await?;
        let Some(episode) = rows.into_iter().next() else { return Ok(None) };
        let Some(source) = names.sources.get(episode.source_id).cloned() else { return Ok(None) };
        let Some(replaced) = replaceable(&summaries) else { return Ok(None) };
        let input_hash = input_hash(&episode.title, &episode.excerpt, episode.content_hash);
        let episode::Model { id, title, excerpt, author, kind, published_at, content_hash, .. } = episode;
        Ok(Some(Subject {
            episode: id,
            title,
            excerpt,
            author,
            kind,
            published_at: Timestamp(published_at),
            source,
            content,
            language: replaced.language.clone(),
            is_short: content_hash == SHORT_TEXT,
            input_hash,
        }))
    }

    /// The names that summaries may be filed under.
    pub async fn shelves(&self) -> Result<Shelves, Error> {
        let reader = self.db.reader_for_upkeep();
        let names = self.catalogue.refresh(&reader).await?;
        let mut sql = reader.sql();
        sql.push("SELECT CAST(key AS BIGINT) FROM counter WHERE count > 0 AND dimension = ");
        sql.bind(Dimension::Tag.as_str().into()).push(" ORDER BY count DESC, key LIMIT ");
        sql.push(itoa::Buffer::new().format(MOST_TAGS));
        let rows = reader.rows(sql).await?;
        reader.finish().await?;
        let ids = rows.iter().map(|row| row.try_get_by_index(0)).collect::<Result<Vec<i64>, _>>()?;
        let tags = ids.into_iter().filter_map(|id| names.tags.get(id)).map(|tag| tag.it.name.clone()).collect();
        let (categories, _) = self.categories().await?;
        let categories = categories.into_iter().take(MOST_CATEGORIES).map(|(it, _)| it.name.clone()).collect();
        Ok(Shelves { categories, tags })
    }
}

/// Of the text that a model is given. The hash of the content leaves short texts out, which the excerpt has.
pub(super) fn input_hash(title: &str, excerpt: &str, content_hash: i64) -> i64 {
    text::fingerprint(json!([title, excerpt, content_hash]).to_string().as_bytes())
}

/// The summary that a model may write, or write again: not what a person wrote or changed, nor what came with an
/// input. The one in the episode's own language, if there are several.
pub(super) fn replaceable(summaries: &[summary::Model]) -> Option<&summary::Model> {
    let may = |row: &&summary::Model| {
        !row.edited
            && match row.origin {
                SummaryOrigin::Excerpt => true,
                SummaryOrigin::Model => row.prompt_version.is_some(),
                SummaryOrigin::Human => false,
            }
    };
    summaries.iter().filter(may).min_by_key(|row| (!row.is_original, row.id))
}

/// Where a summary stands among all, its episode, the texts of that, and how it came about: the hash, the prompt
/// and the model of what was written, or could not be.
fn candidates(sql: &mut Sql, wanted: Wanted, since: Option<Timestamp>, idle: bool, after: Option<(i64, i64)>) {
    sql.push("SELECT s.sort_at, s.id, e.id, e.title, e.excerpt, e.content_hash, ");
    match wanted {
        Wanted::Missing => sql.push("f.input_hash, f.prompt_version, f.model FROM summary s"),
        Wanted::Stale => sql.push("s.input_hash, s.prompt_version, s.model FROM summary s"),
    };
    sql.push(" JOIN episode e ON e.id = s.episode_id");
    if wanted == Wanted::Missing {
        sql.push(" LEFT JOIN model_fault f ON f.episode_id = s.episode_id");
    }
    sql.push(" WHERE ").push(PUBLISHED).push(" AND NOT s.edited AND s.origin = ");
    match wanted {
        Wanted::Missing => sql.bind(SummaryOrigin::Excerpt.as_str().into()),
        Wanted::Stale => sql.bind(SummaryOrigin::Model.as_str().into()).push(" AND s.prompt_version IS NOT NULL"),
    };
    if let Some(since) = since {
        sql.push(" AND s.sort_at >= ").bind(since.0.into());
    }
    if idle {
        // Also not of those whose job was given up: that is kept for a while, so that it is left alone.
        sql.push(" AND NOT EXISTS (SELECT 1 FROM job j WHERE j.subject_id = s.episode_id AND j.kind = ");
        sql.bind(JobKind::Summarize.as_str().into()).push(")");
    }
    if let Some((sort_at, id)) = after {
        sql.push(" AND (s.sort_at, s.id) < (").bind(sort_at.into()).push(", ").bind(id.into()).push(")");
    }
    sql.push(" ORDER BY s.sort_at DESC, s.id DESC LIMIT ").push(itoa::Buffer::new().format(PAGE));
}

/// By what came of it before, if anything did: the hash of the text, the prompt, the model.
fn is_wanted(
    wanted: Wanted,
    writer: &Writer,
    hash: i64,
    (old_hash, prompt, model): &(Option<i64>, Option<String>, Option<String>),
) -> bool {
    let is_same = *old_hash == Some(hash) && prompt.as_ref() == Some(&writer.prompt_version);
    match wanted {
        Wanted::Missing => !(is_same && model.as_ref() == Some(&writer.model)),
        // Another model is no reason: what the old one wrote is no worse for that.
        Wanted::Stale => !is_same,
    }
}
