//! Storing what inputs bring: drafts in, rows out, in one transaction a batch.
//!
//! Whatever comes a second time changes nothing: an item is known by its identity within its source,
//! and is as it was if the hash of its draft is. What is new is written in a few statements for many
//! rows, what is different in a few a row; then it is counted, then entered in the change log.

mod catch_up;
mod episodes;
mod fetching;
mod filing;
mod hashtags;
mod log;
mod names;
mod parts;
mod refile;
mod remove;
mod series;
mod sources;
mod stories;
mod summaries;
mod summarising;
mod tags;
mod words;

use std::{collections::HashMap, hash::Hash};

use entity::episode;

pub(super) use episodes::SHORT_TEXT;
pub use fetching::Moved;
pub use refile::Filed;
pub use remove::Removed;
pub use series::{Place, Titled};
pub use summarising::{Allowance, Granted, Kept, Written};
pub use tags::{Gone, Merged, NotMerged};

use super::{Content, EpisodeDraft, Error, SourceDraft};
use crate::{clock::Timestamp, db::Transaction, text};
use log::Log;

/// A draft, and where it belongs.
#[derive(Clone, Debug)]
pub struct Item {
    /// Its source.
    pub source: SourceDraft,
    /// The episode, maybe with its summary.
    pub episode: EpisodeDraft,
    /// How new the input is: an older one does not undo what a newer one brought.
    pub version: i64,
    /// When the input was last changed, which stands in for a date that can't be read.
    pub as_of: Option<Timestamp>,
}

/// What became of an item.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It was not there before.
    New,
    /// It was there, and something about it is different now.
    Changed,
    /// It was there just like that, or newer.
    Unchanged,
}

/// What became of a batch.
#[derive(Debug, Default)]
pub struct Stored {
    /// Of each item, in their order.
    pub outcomes: Vec<Outcome>,
    /// The source of each item.
    pub sources: Vec<i64>,
}

/// The most rows that one statement inserts: both databases bound the number of its parameters.
const ROWS: usize = 250;

impl Content {
    /// Stores these items, all of them or none.
    pub async fn store(&self, items: &[Item]) -> Result<Stored, Error> {
        self.write(async |tx, now, log| {
            let drafts: Vec<&SourceDraft> = items.iter().map(|item| &item.source).collect();
            let sources = sources::ids(tx, &drafts, now, log).await?;
            let series = series::named_by_items(tx, items, &sources, now, log).await?;
            let written = episodes::store(tx, items, &sources, &series, now, log).await?;
            let touched = written.iter().filter(|it| it.outcome != Outcome::Unchanged).map(|it| &it.row);
            let touched: Vec<&episode::Model> = touched.collect();
            let ids: Vec<i64> = touched.iter().map(|it| it.id).collect();
            let old_titles: Vec<String> = written.iter().filter_map(|it| it.was_called.clone()).collect();
            let mut regrouped = stories::group(tx, &ids, &old_titles).await?;
            for touched in touched.chunks(ROWS) {
                hashtags::store(tx, touched).await?;
            }
            let outcomes = summaries::store(tx, items, &written, &self.rules, now, log).await?;
            let touched = written.iter().zip(&outcomes).filter(|(_, outcome)| **outcome != Outcome::Unchanged);
            regrouped.extend(touched.map(|(it, _)| it.row.id));
            stories::elect(tx, &regrouped).await?;
            Ok(Stored { outcomes, sources })
        })
        .await
    }

    /// Stores a source without episodes, and says its number and whether anything about it was new.
    pub async fn store_source(&self, draft: &SourceDraft) -> Result<(i64, Outcome), Error> {
        self.write(async |tx, now, log| {
            let ids = sources::ids(tx, &[draft], now, log).await?;
            let id = *ids.first().ok_or(sea_orm::DbErr::RecordNotInserted)?;
            Ok((id, log.outcome_of_source(id)))
        })
        .await
    }

    /// Groups the episodes of these sources into series, and says how many moved. `detect` is shown the
    /// name of a source and all its episodes, and says where each of them belongs.
    pub async fn group_series(
        &self,
        sources: &[i64],
        detect: impl Fn(&str, &[Titled]) -> Vec<Place>,
    ) -> Result<usize, Error> {
        self.write(async |tx, now, log| {
            let mut moved = 0;
            for source in sources {
                let (name, episodes) = series::titled(tx, *source).await?;
                moved += series::assign(tx, *source, &episodes, &detect(&name, &episodes), now, log).await?;
            }
            Ok(moved)
        })
        .await
    }

    /// Runs `work` in a transaction, whose last statements are the counters and the change log. Writers
    /// queue at the head of the log from the start: what one of them reads is not changed by another.
    async fn write<T>(
        &self,
        work: impl AsyncFn(&Transaction, Timestamp, &mut Log) -> Result<T, Error>,
    ) -> Result<T, Error> {
        let now = self.clock.now();
        let transaction = async |tx: &Transaction| {
            let mut log = Log::default();
            lock_head(tx).await?;
            self.hold(tx).await?;
            let done = work(tx, now, &mut log).await?;
            let moved = log.enter(tx, now).await?;
            Ok((done, moved))
        };
        let (done, moved) = self.db.write(transaction, Error::cause).await?;
        if let Some(seq) = moved {
            self.catalogue.moved(seq);
        }
        Ok(done)
    }
}

/// Has other writers, of whatever process, wait until the transaction ends.
async fn lock_head(tx: &Transaction) -> Result<(), Error> {
    let mut sql = tx.sql();
    let for_update = sql.dialect().for_update();
    sql.push("SELECT seq FROM change_head").push(for_update);
    tx.rows(sql).await?;
    Ok(())
}

/// The fingerprint of a value, as it is written in JSON.
fn fingerprint(value: &serde_json::Value) -> i64 {
    text::fingerprint(value.to_string().as_bytes())
}

/// A title as a sort key: compatible letters made one, case folded, and no longer than an index likes.
fn title_key(title: &str) -> String {
    use unicode_normalization::UnicodeNormalization;
    title.nfkc().flat_map(char::to_lowercase).take(160).collect()
}

/// A JSON list of texts.
fn json_list(texts: &[String]) -> String {
    serde_json::Value::from(texts).to_string()
}

/// Where each key stands first.
fn places<K: Hash + Eq>(keys: impl IntoIterator<Item = K>) -> HashMap<K, usize> {
    let mut places = HashMap::new();
    for (place, key) in keys.into_iter().enumerate() {
        places.entry(key).or_insert(place);
    }
    places
}
