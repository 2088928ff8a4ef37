//! All episodes with what is published about them, in the order in which they came: for whoever wants to
//! have them elsewhere.
//!
//! Each page is a look of its own, on a connection that no caller waits for: whoever writes what is read here may
//! take any time over it. What comes or goes meanwhile is in the pages that are still to come, or is not.

use std::{collections::HashMap, sync::Arc};

use entity::{episode, episode_content, summary, summary_body, summary_tag};

use super::{Columns, Content, Error, Source, SummaryStatus, catalogue::Names, columns::readable};
use crate::db::{Reader, Sql};

/// An episode with all that hangs on it.
#[derive(Debug)]
pub struct Exported {
    /// Where it was published.
    pub source: Arc<Source>,
    /// What it belongs to.
    pub series: Option<String>,
    /// Itself.
    pub episode: episode::Model,
    /// Its whole text, as sanitised HTML.
    pub content: Option<String>,
    /// Its published summaries, the first one first.
    pub summaries: Vec<ExportedSummary>,
}

/// A summary with its names.
#[derive(Debug)]
pub struct ExportedSummary {
    /// Itself.
    pub row: summary::Model,
    /// Its long text, as Markdown.
    pub body: Option<String>,
    /// The name of its category.
    pub category: Option<String>,
    /// The names of its tags, in the order of their slugs.
    pub tags: Vec<String>,
}

/// How many episodes are read at a time.
const PAGE: &str = "200";

readable!(episode_content: EpisodeId episode_id, Html html);
readable!(summary_body: SummaryId summary_id, Markdown markdown, Tokens tokens);
readable!(summary_tag: SummaryId summary_id, TagId tag_id, PublishedAt published_at);

impl Content {
    /// The next episodes after the one of this number; none at the end. Begins after 0.
    pub async fn export(&self, after: i64) -> Result<Vec<Exported>, Error> {
        let reader = self.db.reader_for_upkeep();
        let names = self.catalogue.refresh(&reader).await?;
        let exported = page(&reader, &names, after).await?;
        reader.finish().await?;
        Ok(exported)
    }
}

async fn page(reader: &Reader, names: &Names, after: i64) -> Result<Vec<Exported>, Error> {
    let next = |sql: &mut Sql| {
        sql.push(" WHERE x.id > ").bind(after.into()).push(" ORDER BY x.id LIMIT ").push(PAGE);
    };
    let episodes = Columns::<episode::Column>::rows(reader, next).await?;
    let ids = || episodes.iter().map(|episode| episode.id).collect::<Vec<_>>();
    let of_these = |sql: &mut Sql| {
        sql.push(" WHERE ").any_of("x.episode_id", ids());
    };
    let texts = Columns::<episode_content::Column>::rows(reader, of_these).await?;
    let mut texts: HashMap<i64, String> = texts.into_iter().map(|text| (text.episode_id, text.html)).collect();
    let mut summaries = summaries(reader, names, ids()).await?;
    let exported = episodes.into_iter().filter_map(|episode| {
        Some(Exported {
            source: names.sources.get(episode.source_id)?.clone(),
            series: episode.series_id.and_then(|id| names.series.get(id)).map(|series| series.title.clone()),
            content: texts.remove(&episode.id),
            summaries: summaries.remove(&episode.id).unwrap_or_default(),
            episode,
        })
    });
    Ok(exported.collect())
}

/// The published summaries of these episodes, by episode.
async fn summaries(
    reader: &Reader,
    names: &Names,
    episodes: Vec<i64>,
) -> Result<HashMap<i64, Vec<ExportedSummary>>, Error> {
    let rows = Columns::<summary::Column>::rows(reader, |sql| {
        sql.push(" WHERE ").any_of("x.episode_id", episodes);
        sql.push(" AND x.status = ").bind(SummaryStatus::Published.as_str().into()).push(" ORDER BY x.id");
    });
    let rows = rows.await?;
    let of_these = |sql: &mut Sql| {
        sql.push(" WHERE ").any_of("x.summary_id", rows.iter().map(|row| row.id).collect());
    };
    let bodies = Columns::<summary_body::Column>::rows(reader, of_these).await?;
    let mut bodies: HashMap<i64, String> = bodies.into_iter().map(|body| (body.summary_id, body.markdown)).collect();
    let mut tags: HashMap<i64, Vec<i64>> = HashMap::new();
    for link in Columns::<summary_tag::Column>::rows(reader, of_these).await? {
        tags.entry(link.summary_id).or_default().push(link.tag_id);
    }
    let mut exported: HashMap<i64, Vec<ExportedSummary>> = HashMap::new();
    for row in rows {
        let tags = tags.remove(&row.id).unwrap_or_default();
        let mut tags: Vec<_> = tags.into_iter().filter_map(|tag| names.tags.get(tag)).collect();
        tags.sort_by(|one, other| one.it.slug.cmp(&other.it.slug));
        let category = row.category_id.and_then(|id| names.categories.get(id)).map(|category| category.name.clone());
        let tags = tags.into_iter().map(|tag| tag.it.name.clone()).collect();
        let summary = ExportedSummary { body: bodies.remove(&row.id), category, tags, row };
        exported.entry(summary.row.episode_id).or_default().push(summary);
    }
    Ok(exported)
}
