//! The hashtags of episodes by their keys, so that a filter finds them in whatever spelling.

use std::collections::BTreeSet;

use entity::episode::Model;

use super::ROWS;
use crate::{
    content::{Error, error::stored},
    db::Transaction,
    text::Slug,
};

/// Gives these episodes the hashtags that their rows tell, in the place of those that they had.
pub(super) async fn store(tx: &Transaction, episodes: &[&Model]) -> Result<(), Error> {
    let mut links: BTreeSet<(String, i64)> = BTreeSet::new();
    for episode in episodes {
        let hashtags: Vec<String> = stored(&episode.hashtags)?;
        let keys = hashtags.iter().map(|hashtag| Slug::of_tag(hashtag).match_key()).filter(|key| !key.is_empty());
        links.extend(keys.map(|key| (key, episode.id)));
    }
    let mut sql = tx.sql();
    sql.push("DELETE FROM episode_hashtag WHERE ").any_of("episode_id", episodes.iter().map(|it| it.id).collect());
    tx.execute(sql).await?;
    for links in links.into_iter().collect::<Vec<_>>().chunks(ROWS) {
        let mut sql = tx.sql();
        sql.push("INSERT INTO episode_hashtag (hashtag, episode_id) VALUES ");
        sql.join(links, ", ", |sql, (key, episode)| {
            sql.push("(").bind(key.clone().into()).push(", ").bind((*episode).into()).push(")");
        });
        tx.execute(sql).await?;
    }
    Ok(())
}
