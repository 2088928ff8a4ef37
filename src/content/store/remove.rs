//! Taking away: a source goes with everything below it, and leaves no trace but in the change log.
//!
//! Stories that it told are told by others from then on. Nothing brings it back by itself: what would is
//! its feed, which nobody fetches any more.

use std::collections::BTreeSet;

use entity::{
    episode,
    kinds::{JobKind, NodeKind},
    series, source, summary,
};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};

use super::{parts, stories};
use crate::{
    content::{Content, Error},
    db::Transaction,
    jobs,
};

/// What went.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Removed {
    /// How many episodes.
    pub episodes: usize,
    /// How many summaries.
    pub summaries: usize,
}

impl Content {
    /// Removes a source; `None` where there is none.
    pub async fn remove_source(&self, id: i64) -> Result<Option<Removed>, Error> {
        self.write(async |tx, _, log| {
            if source::Entity::find_by_id(id).one(tx.connection()).await?.is_none() {
                return Ok(None);
            }
            // Whoever fetches it just now has lost the lease.
            jobs::forget(tx, JobKind::Fetch, vec![id]).await?;
            let summaries = summary::Entity::find().filter(summary::Column::SourceId.eq(id));
            let summaries = summaries.all(tx.connection()).await?;
            for row in &summaries {
                let tags = parts::take_parts(tx, row.id).await?;
                parts::count(log, row, &tags, -1);
                log.deleted(NodeKind::Summary, row.id);
            }
            let (episodes, titles) = episodes(tx, id).await?;
            jobs::forget(tx, JobKind::Summarize, episodes.clone()).await?;
            let shared = others_of_its_stories(tx, id).await?;
            let series_of_it = series::Entity::find().filter(series::Column::SourceId.eq(id));
            let series_of_it = series_of_it.all(tx.connection()).await?;

            summary::Entity::delete_many().filter(summary::Column::SourceId.eq(id)).exec(tx.connection()).await?;
            episode::Entity::delete_many().filter(episode::Column::SourceId.eq(id)).exec(tx.connection()).await?;
            series::Entity::delete_many().filter(series::Column::SourceId.eq(id)).exec(tx.connection()).await?;
            source::Entity::delete_by_id(id).exec(tx.connection()).await?;
            for episode in &episodes {
                log.deleted(NodeKind::Episode, *episode);
            }
            for series in &series_of_it {
                log.deleted(NodeKind::Series, series.id);
            }
            log.deleted(NodeKind::Source, id);

            let regrouped = stories::group(tx, &shared, &titles).await?;
            stories::elect(tx, &regrouped).await?;
            Ok(Some(Removed { episodes: episodes.len(), summaries: summaries.len() }))
        })
        .await
    }
}

/// The numbers of a source's episodes, and their titles as sort keys.
async fn episodes(tx: &Transaction, source: i64) -> Result<(Vec<i64>, Vec<String>), Error> {
    let mut sql = tx.sql();
    sql.push("SELECT id, title_key FROM episode WHERE source_id = ").bind(source.into()).push(" ORDER BY id");
    let (mut ids, mut titles) = (Vec::new(), BTreeSet::new());
    for row in tx.rows(sql).await? {
        ids.push(row.try_get_by_index(0)?);
        titles.insert(row.try_get_by_index(1)?);
    }
    Ok((ids, titles.into_iter().collect()))
}

/// The episodes of other sources that tell a story which this one tells too.
async fn others_of_its_stories(tx: &Transaction, source: i64) -> Result<Vec<i64>, Error> {
    let mut sql = tx.sql();
    sql.push("SELECT id FROM episode WHERE source_id <> ").bind(source.into());
    sql.push(" AND cluster_id IN (SELECT cluster_id FROM episode WHERE source_id = ").bind(source.into());
    sql.push(") ORDER BY id");
    tx.rows(sql).await?.iter().map(|row| Ok(row.try_get_by_index(0)?)).collect()
}
