//! Merging tags: whatever has the one has the other, and all that the one was called leads there from then on,
//! so that inputs that say it again don't bring it back.
//!
//! However many summaries that takes, none of them is read here: it is a few statements over sets, in one
//! transaction.

use std::collections::{BTreeMap, HashMap};

use entity::{
    counter,
    kinds::{Dimension, NodeKind},
    tag,
};
use sea_orm::{ColumnTrait, DbErr, EntityTrait, QueryFilter};

use super::{
    log::{self, Log},
    names,
};
use crate::{
    clock::Timestamp,
    content::{Content, Error},
    db::{Sql, Transaction},
    text::{Slug, closest},
};

/// What a merge came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Merged {
    /// The tag that is left.
    pub into: tag::Model,
    /// Those that went into it, in the order of their numbers.
    pub gone: Vec<Gone>,
    /// The names of those that are in it since an earlier merge.
    pub already: Vec<String>,
}

/// A tag that is no more.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Gone {
    /// As it was.
    pub tag: tag::Model,
    /// How many summaries had it.
    pub summaries: i64,
}

/// Why tags were not merged. Nothing has changed then.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotMerged {
    /// No tag goes by this name.
    #[error("there is no tag {name:?}{}", did_you_mean(.suggestion.as_deref()))]
    Unknown {
        /// As it was given.
        name: String,
        /// A name that is like it.
        suggestion: Option<String>,
    },
    /// Both names are of one tag.
    #[error("{name:?} can't be merged into {into:?}: both are the tag {slug:?}")]
    Itself {
        /// What was to be merged.
        name: String,
        /// Into what.
        into: String,
        /// The tag that both mean.
        slug: String,
    },
}

impl Content {
    /// Merges the tags of these names into another one, all of them or none. Names are slugs, aliases, or other
    /// spellings of them.
    pub async fn merge_tags(&self, names: &[String], into: &str) -> Result<Result<Merged, NotMerged>, Error> {
        self.write(async |tx, now, log| {
            let (into, plan) = match plan(tx, names, into).await? {
                Ok(plan) => plan,
                Err(why) => return Ok(Err(why)),
            };
            let Plan { gone, already } = plan;
            let ids: Vec<i64> = gone.keys().copied().collect();
            let counts = summaries_of(tx, &ids).await?;
            if !ids.is_empty() {
                retag(tx, &ids, into.id, now, log).await?;
                rename(tx, &ids, into.id).await?;
                remove(tx, &ids, log).await?;
                log.updated(NodeKind::Tag, into.id);
            }
            let summaries = |id: i64| counts.get(&id).copied().unwrap_or_default();
            let gone = gone.into_values().map(|tag| Gone { summaries: summaries(tag.id), tag }).collect();
            Ok(Ok(Merged { into, gone, already }))
        })
        .await
    }
}

/// What is to be merged.
#[derive(Default)]
struct Plan {
    /// By number.
    gone: BTreeMap<i64, tag::Model>,
    already: Vec<String>,
}

/// Finds what is meant by these names.
async fn plan(tx: &Transaction, names: &[String], into: &str) -> Result<Result<(tag::Model, Plan), NotMerged>, Error> {
    let key = |name: &str| Slug::of_tag(name).match_key();
    let keys: Vec<String> = names.iter().map(|name| key(name)).chain([key(into)]).collect();
    let found = names::find_tags(tx, keys.iter()).await?;
    for name in names.iter().map(String::as_str).chain([into]) {
        if !found.contains_key(&key(name)) {
            return Ok(Err(NotMerged::Unknown { name: name.to_owned(), suggestion: suggestion(tx, name).await? }));
        }
    }
    let target = found.get(&key(into)).cloned().ok_or_else(|| DbErr::RecordNotFound(format!("tag {into}")))?;
    let mut plan = Plan::default();
    for name in names {
        match found.get(&key(name)) {
            Some(tag) if tag.id != target.id => drop(plan.gone.insert(tag.id, tag.clone())),
            // Its own name, rather than that of a tag that is in it.
            Some(tag) if tag.match_key == key(name) || key(name) == key(into) => {
                let (name, into, slug) = (name.clone(), into.to_owned(), target.slug);
                return Ok(Err(NotMerged::Itself { name, into, slug }));
            }
            _ => plan.already.push(name.clone()),
        }
    }
    Ok(Ok((target, plan)))
}

/// The name of a tag that is most like this one.
async fn suggestion(tx: &Transaction, name: &str) -> Result<Option<String>, Error> {
    let mut sql = tx.sql();
    sql.push("SELECT slug FROM tag UNION SELECT alias FROM tag_alias ORDER BY 1");
    let rows = tx.rows(sql).await?;
    let names: Vec<String> = rows.iter().map(|row| row.try_get_by_index(0)).collect::<Result<_, _>>()?;
    let slug = Slug::of_tag(name);
    Ok(closest(slug.as_str(), names.iter().map(String::as_str)).map(str::to_owned))
}

fn did_you_mean(suggestion: Option<&str>) -> String {
    suggestion.map_or_else(String::new, |name| format!("; did you mean {name:?}?"))
}

/// How many summaries have each of these tags.
async fn summaries_of(tx: &Transaction, tags: &[i64]) -> Result<HashMap<i64, i64>, Error> {
    let mut sql = tx.sql();
    sql.push("SELECT tag_id, COUNT(*) FROM summary_tag WHERE ").any_of("tag_id", tags.to_vec());
    sql.push(" GROUP BY tag_id");
    let rows = tx.rows(sql).await?;
    rows.iter().map(|row| Ok((row.try_get_by_index(0)?, row.try_get_by_index(1)?))).collect()
}

/// Gives the summaries of some tags another one instead. All of them are different then, also those that have
/// it already.
async fn retag(tx: &Transaction, tags: &[i64], into: i64, now: Timestamp, log: &mut Log) -> Result<(), Error> {
    let tagged = |sql: &mut Sql| {
        sql.push("SELECT DISTINCT summary_id AS id FROM summary_tag WHERE ").any_of("tag_id", tags.to_vec());
    };
    log::updated_all(tx, NodeKind::Summary, tagged, now).await?;
    let mut sql = tx.sql();
    sql.push("UPDATE summary SET revision = revision + 1, updated_at = ").bind(now.0.into()).push(" WHERE id IN (");
    tagged(&mut sql);
    sql.push(")");
    tx.execute(sql).await?;

    let lacking = |sql: &mut Sql| {
        sql.push(" FROM summary_tag l WHERE ").any_of("l.tag_id", tags.to_vec());
        sql.push(" AND NOT EXISTS (SELECT 1 FROM summary_tag y WHERE y.summary_id = l.summary_id AND y.tag_id = ");
        sql.bind(into.into()).push(")");
    };
    let mut sql = tx.sql();
    sql.push("SELECT COUNT(DISTINCT l.summary_id)");
    lacking(&mut sql);
    sql.push(" AND l.published_at IS NOT NULL");
    let rows = tx.rows(sql).await?;
    let published = rows.first().map_or(Ok(0), |row| row.try_get_by_index(0))?;
    log.count(Dimension::Tag, into.to_string(), published);

    let mut sql = tx.sql();
    sql.push("INSERT INTO summary_tag (summary_id, tag_id, published_at) SELECT DISTINCT l.summary_id, ");
    sql.bind(into.into()).push(", l.published_at");
    lacking(&mut sql);
    tx.execute(sql).await?;
    let mut sql = tx.sql();
    sql.push("DELETE FROM summary_tag WHERE ").any_of("tag_id", tags.to_vec());
    tx.execute(sql).await?;
    Ok(())
}

/// Has all names of some tags lead to another one.
async fn rename(tx: &Transaction, tags: &[i64], into: i64) -> Result<(), Error> {
    let mut sql = tx.sql();
    sql.push("UPDATE tag_alias SET tag_id = ").bind(into.into()).push(" WHERE ").any_of("tag_id", tags.to_vec());
    tx.execute(sql).await?;
    let mut sql = tx.sql();
    sql.push("INSERT INTO tag_alias (alias, tag_id) SELECT slug, ").bind(into.into());
    sql.push(" FROM tag WHERE ").any_of("id", tags.to_vec());
    tx.execute(sql).await?;
    Ok(())
}

/// Removes tags that nothing has any more, and what was counted by them.
async fn remove(tx: &Transaction, tags: &[i64], log: &mut Log) -> Result<(), Error> {
    let counters = counter::Entity::delete_many()
        .filter(counter::Column::Dimension.eq(Dimension::Tag))
        .filter(counter::Column::Key.is_in(tags.iter().map(i64::to_string)));
    counters.exec(tx.connection()).await?;
    tag::Entity::delete_many().filter(tag::Column::Id.is_in(tags.iter().copied())).exec(tx.connection()).await?;
    for tag in tags {
        log.deleted(NodeKind::Tag, *tag);
    }
    Ok(())
}
