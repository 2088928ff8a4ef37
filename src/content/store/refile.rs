//! What stands in no category, filed by the rules of now: it came before them, or under others.
//!
//! What a person edited is left alone, and so is what has a category, whoever gave it. Pages are read beside
//! whatever goes on; a writer is waited for only where something of a page is to be filed, and what has changed
//! meanwhile is left to those who changed it.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use entity::{
    kinds::{Dimension, NodeKind, SummaryStatus},
    summary,
};
use sea_orm::{ColumnTrait, DbErr, EntityTrait, QueryFilter, QuerySelect};

use super::{
    filing::{Facts, Filing},
    log::Log,
    names,
};
use crate::{
    clock::Timestamp,
    content::{Content, Error, columns, counters::UNCATEGORISED},
    db::{Reader, Row, Transaction},
    text::Slug,
};

/// What became of the summaries that stood in no category.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filed {
    /// How many there were, without those that a person edited.
    pub seen: usize,
    /// How many of them went to each category, by its slug, beside its name as rules write it.
    pub categories: BTreeMap<Slug, (String, usize)>,
}

/// How many summaries are looked at in one go.
const PAGE: &str = "500";

/// A summary that a rule fits.
#[derive(Clone)]
struct Found {
    id: i64,
    revision: i32,
    category: String,
}

impl Content {
    /// Files all summaries that stand in no category and that a rule fits; or only says what would become of them.
    pub async fn file_by_rules(&self, dry_run: bool) -> Result<Filed, Error> {
        let mut filed = Filed::default();
        let mut after = 0;
        loop {
            let reader = self.db.reader_for_upkeep();
            let (last, seen, found) = self.look(&reader, after).await?;
            reader.finish().await?;
            let Some(last) = last else { return Ok(filed) };
            after = last;
            filed.seen += seen;
            let found = if found.is_empty() || dry_run {
                found
            } else {
                self.write(async |tx, now, log| write(tx, &found, now, log).await).await?
            };
            for Found { category, .. } in found {
                let entry = filed.categories.entry(Slug::of_title(&category)).or_insert((category, 0));
                entry.1 += 1;
            }
        }
    }

    /// The next page: its last number, how many summaries are in it, and those that rules fit.
    async fn look(&self, reader: &Reader, after: i64) -> Result<(Option<i64>, usize, Vec<Found>), Error> {
        let names = self.catalogue.refresh(reader).await?;
        let filing = Filing::by_names(&self.rules, &names);
        let mut sql = reader.sql();
        sql.push("SELECT s.id, s.revision, s.source_id, e.title, e.excerpt, e.language, ");
        columns::select_tags(&mut sql);
        sql.push(" FROM summary s JOIN episode e ON e.id = s.episode_id");
        sql.push(" WHERE s.category_id IS NULL AND NOT s.edited AND s.id > ").bind(after.into());
        sql.push(" ORDER BY s.id LIMIT ").push(PAGE);
        let rows = reader.rows(sql).await?;
        let mut found = Vec::new();
        let mut last = None;
        for row in &rows {
            let id = row.try_get_by_index(0)?;
            last = Some(id);
            if let Some(category) = category(&filing, row)? {
                found.push(Found { id, revision: row.try_get_by_index(1)?, category: category.to_owned() });
            }
        }
        Ok((last, rows.len(), found))
    }
}

/// The category that a summary is to have.
fn category<'r>(filing: &Filing<'r>, row: &Row) -> Result<Option<&'r str>, Error> {
    let (title, excerpt): (String, String) = (row.try_get_by_index(3)?, row.try_get_by_index(4)?);
    let language: Option<String> = row.try_get_by_index(5)?;
    let tags: BTreeSet<i64> = row.try_get_by_index::<Vec<i64>>(6)?.into_iter().collect();
    let source = row.try_get_by_index(2)?;
    let facts = Facts { source, title: &title, excerpt: &excerpt, language: language.as_deref(), tags: &tags };
    Ok(filing.category(&facts))
}

/// Files what is still as it was read, and gives that.
async fn write(tx: &Transaction, found: &[Found], now: Timestamp, log: &mut Log) -> Result<Vec<Found>, Error> {
    use summary::Column;
    let rows = summary::Entity::find()
        .filter(Column::Id.is_in(found.iter().map(|it| it.id)))
        .filter(Column::CategoryId.is_null())
        .filter(Column::Edited.eq(false));
    let rows = rows.select_only().columns([Column::Id, Column::Revision, Column::Status]);
    let rows: Vec<(i64, i32, SummaryStatus)> = rows.into_tuple().all(tx.connection()).await?;
    let rows: HashMap<i64, (i32, SummaryStatus)> =
        rows.into_iter().map(|(id, revision, status)| (id, (revision, status))).collect();
    let is_same = |it: &&Found| rows.get(&it.id).is_some_and(|(revision, _)| *revision == it.revision);
    let still: Vec<Found> = found.iter().filter(is_same).cloned().collect();

    let ids = names::categories(tx, still.iter().map(|it| it.category.as_str()), log).await?;
    let mut by_category: BTreeMap<i64, Vec<i64>> = BTreeMap::new();
    for Found { id, category, .. } in &still {
        let category = *ids.get(&Slug::of_title(category)).ok_or(DbErr::RecordNotInserted)?;
        by_category.entry(category).or_default().push(*id);
        log.updated(NodeKind::Summary, *id);
        if rows[id].1 == SummaryStatus::Published {
            log.count(Dimension::Category, UNCATEGORISED.to_owned(), -1);
            log.count(Dimension::Category, category.to_string(), 1);
        }
    }
    for (category, summaries) in by_category {
        let mut sql = tx.sql();
        sql.push("UPDATE summary SET category_id = ").bind(category.into()).push(", revision = revision + 1");
        sql.push(", updated_at = ").bind(now.0.into()).push(" WHERE ").any_of("id", summaries);
        tx.execute(sql).await?;
    }
    Ok(still)
}
