//! All episodes with what is published about them, in the order in which they came: for whoever wants to
//! have them elsewhere.
//!
//! Each page is a look of its own, on a connection that no caller waits for: whoever writes what is read here may
//! take any time over it. What comes or goes meanwhile is in the pages that are still to come, or is not.

use std::{collections::HashMap, sync::Arc};

use entity::{episode, episode_content, summary, summary_body, summary_tag};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use super::{Content, Error, Source, SummaryStatus, catalogue::Names};
use crate::db::Reader;

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
const PAGE: u64 = 200;

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
    let episodes = episode::Entity::find().filter(episode::Column::Id.gt(after)).order_by_asc(episode::Column::Id);
    let episodes = reader.all(episodes.limit(PAGE)).await?;
    let ids = || episodes.iter().map(|episode| episode.id);
    let texts = episode_content::Entity::find().filter(episode_content::Column::EpisodeId.is_in(ids()));
    let texts = reader.all(texts).await?;
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
    episodes: impl Iterator<Item = i64>,
) -> Result<HashMap<i64, Vec<ExportedSummary>>, Error> {
    let rows = summary::Entity::find()
        .filter(summary::Column::EpisodeId.is_in(episodes))
        .filter(summary::Column::Status.eq(SummaryStatus::Published))
        .order_by_asc(summary::Column::Id);
    let rows = reader.all(rows).await?;
    let ids = || rows.iter().map(|row| row.id);
    let bodies = summary_body::Entity::find().filter(summary_body::Column::SummaryId.is_in(ids()));
    let bodies = reader.all(bodies).await?;
    let mut bodies: HashMap<i64, String> = bodies.into_iter().map(|body| (body.summary_id, body.markdown)).collect();
    let links = summary_tag::Entity::find().filter(summary_tag::Column::SummaryId.is_in(ids()));
    let mut tags: HashMap<i64, Vec<i64>> = HashMap::new();
    for link in reader.all(links).await? {
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
