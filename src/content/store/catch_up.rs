//! What rows of an older release lack, and this one finds out when they are stored: which story an episode
//! tells, its hashtags by their keys, the words of a summary, the length of its body. A new release does
//! that at its first start, a batch a transaction; afterwards there is nothing to do.

use entity::{episode, summary, summary_body};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use super::{hashtags, parts, stories, words};
use crate::{
    content::{Content, Error},
    db::Transaction,
};

/// How many rows are looked at in one transaction.
const BATCH: u64 = 200;

impl Content {
    /// Completes what an older release has stored, and says how many rows that were. Where nothing is
    /// lacking, nothing is written, and nobody waits for a writer.
    pub async fn catch_up(&self) -> Result<usize, Error> {
        let mut completed = 0;
        if !self.lacks_anything().await? {
            return Ok(completed);
        }
        loop {
            let more = self.write(async |tx, _, _| Ok(episodes(tx).await? + summaries(tx).await? + bodies(tx).await?));
            match more.await? {
                0 => return Ok(completed),
                more => completed += more,
            }
        }
    }
}

impl Content {
    async fn lacks_anything(&self) -> Result<bool, Error> {
        let reader = self.db.reader_for_upkeep();
        let mut sql = reader.sql();
        sql.push("SELECT EXISTS (SELECT 1 FROM episode WHERE cluster_id IS NULL) OR EXISTS (SELECT 1 FROM summary");
        sql.push(" WHERE words_version < ").bind(words::VERSION.into());
        sql.push(") OR EXISTS (SELECT 1 FROM summary_body WHERE tokens IS NULL)");
        let lacks = reader.row(sql).await?.map_or(Ok(false), |row| row.try_get_by_index(0))?;
        reader.finish().await?;
        Ok(lacks)
    }
}

async fn episodes(tx: &Transaction) -> Result<usize, Error> {
    let lacking = episode::Entity::find().filter(episode::Column::ClusterId.is_null());
    let rows = lacking.order_by_asc(episode::Column::Id).limit(BATCH).all(tx.connection()).await?;
    let ids: Vec<i64> = rows.iter().map(|row| row.id).collect();
    if !ids.is_empty() {
        let regrouped = stories::group(tx, &ids, &[]).await?;
        stories::elect(tx, &regrouped).await?;
        hashtags::store(tx, &rows.iter().collect::<Vec<_>>()).await?;
    }
    Ok(ids.len())
}

async fn summaries(tx: &Transaction) -> Result<usize, Error> {
    let lacking = summary::Entity::find().filter(summary::Column::WordsVersion.lt(words::VERSION));
    let rows = lacking.order_by_asc(summary::Column::Id).limit(BATCH).all(tx.connection()).await?;
    let ids: Vec<i64> = rows.iter().map(|row| row.id).collect();
    if ids.is_empty() {
        return Ok(0);
    }
    let bodies = summary_body::Entity::find().filter(summary_body::Column::SummaryId.is_in(ids.iter().copied()));
    let bodies = bodies.all(tx.connection()).await?;
    let body = |id: i64| bodies.iter().find(|it| it.summary_id == id).map(|it| it.markdown.as_str());
    words::index(tx, &rows.iter().map(|row| (row, body(row.id))).collect::<Vec<_>>()).await?;
    let mut sql = tx.sql();
    sql.push("UPDATE summary SET words_version = ").bind(words::VERSION.into());
    sql.push(" WHERE ").any_of("id", ids.clone());
    tx.execute(sql).await?;
    Ok(ids.len())
}

async fn bodies(tx: &Transaction) -> Result<usize, Error> {
    let lacking = summary_body::Entity::find().filter(summary_body::Column::Tokens.is_null());
    let rows = lacking.order_by_asc(summary_body::Column::SummaryId).limit(BATCH).all(tx.connection()).await?;
    for row in &rows {
        let mut sql = tx.sql();
        sql.push("UPDATE summary_body SET tokens = ").bind(parts::tokens(&row.markdown).into());
        sql.push(" WHERE summary_id = ").bind(row.summary_id.into());
        tx.execute(sql).await?;
    }
    Ok(rows.len())
}
