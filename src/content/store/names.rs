//! Categories and tags by name: found under any spelling, made where there are none.

use std::collections::{BTreeMap, HashMap};

use entity::{category, kinds::NodeKind, tag, tag_alias};
use sea_orm::{
    ActiveValue::{NotSet, Set},
    ColumnTrait, EntityTrait, QueryFilter,
    sea_query::OnConflict,
};

use super::{ROWS, log::Log};
use crate::{
    content::Error,
    db::{Row, Transaction},
    text::Slug,
};

/// The numbers of categories, by the slugs of their names.
pub(super) async fn categories(
    tx: &Transaction,
    names: impl Iterator<Item = &str>,
    log: &mut Log,
) -> Result<HashMap<Slug, i64>, Error> {
    let wanted: BTreeMap<Slug, &str> = names.map(|name| (Slug::of_title(name), name)).collect();
    let mut found = find_categories(tx, wanted.keys()).await?;
    let missing: Vec<_> = wanted.iter().filter(|(slug, _)| !found.contains_key(*slug)).collect();
    if missing.is_empty() {
        return Ok(found);
    }
    let row = |(slug, name): &(&Slug, &&str)| category::ActiveModel {
        id: NotSet,
        slug: Set(slug.to_string()),
        name: Set((**name).to_owned()),
    };
    for rows in missing.chunks(ROWS) {
        let there = OnConflict::column(category::Column::Slug).do_nothing().to_owned();
        let insert = category::Entity::insert_many(rows.iter().map(row)).on_conflict(there);
        insert.exec_without_returning(tx.connection()).await?;
    }
    for (slug, id) in find_categories(tx, missing.iter().map(|(slug, _)| *slug)).await? {
        log.created(NodeKind::Category, id);
        found.insert(slug, id);
    }
    Ok(found)
}

async fn find_categories(tx: &Transaction, slugs: impl Iterator<Item = &Slug>) -> Result<HashMap<Slug, i64>, Error> {
    let slugs: Vec<&str> = slugs.map(Slug::as_str).collect();
    if slugs.is_empty() {
        return Ok(HashMap::new());
    }
    let rows = category::Entity::find().filter(category::Column::Slug.is_in(slugs)).all(tx.connection()).await?;
    Ok(rows.into_iter().filter_map(|row| Some((row.slug.parse().ok()?, row.id))).collect())
}

/// The numbers of tags, by the keys that their spellings share ([`Slug::match_key`]). A spelling with
/// another slug than the tag's own becomes an alias of it. What was merged into another tag is that one.
pub(super) async fn tags(
    tx: &Transaction,
    names: impl Iterator<Item = &str>,
    log: &mut Log,
) -> Result<HashMap<String, i64>, Error> {
    let mut wanted: BTreeMap<String, Vec<(Slug, &str)>> = BTreeMap::new();
    for name in names {
        let slug = Slug::of_tag(name);
        let spellings = wanted.entry(slug.match_key()).or_default();
        if spellings.iter().all(|(there, _)| *there != slug) {
            spellings.push((slug, name.trim().trim_start_matches('#')));
        }
    }
    let mut found = find_tags(tx, wanted.keys()).await?;
    let missing: Vec<_> = wanted.iter().filter(|(key, _)| !found.contains_key(*key)).collect();
    for rows in missing.chunks(ROWS) {
        let row = |(key, spellings): &(&String, &Vec<(Slug, &str)>)| tag::ActiveModel {
            id: NotSet,
            slug: Set(spellings[0].0.to_string()),
            match_key: Set((*key).clone()),
            name: Set(spellings[0].1.to_owned()),
        };
        let there = OnConflict::column(tag::Column::MatchKey).do_nothing().to_owned();
        let insert = tag::Entity::insert_many(rows.iter().map(row)).on_conflict(there);
        insert.exec_without_returning(tx.connection()).await?;
    }
    for (key, row) in find_tags(tx, missing.iter().map(|(key, _)| *key)).await? {
        log.created(NodeKind::Tag, row.id);
        found.insert(key, row);
    }
    add_aliases(tx, &wanted, &found, log).await?;
    Ok(found.into_iter().map(|(key, row)| (key, row.id)).collect())
}

/// The tags that these keys lead to: a tag's own key, or that of an alias, which was a tag itself before it was
/// merged.
pub(super) async fn find_tags(
    tx: &Transaction,
    keys: impl Iterator<Item = &String>,
) -> Result<HashMap<String, tag::Model>, Error> {
    let keys: Vec<String> = keys.cloned().collect();
    if keys.is_empty() {
        return Ok(HashMap::new());
    }
    let mut sql = tx.sql();
    sql.push("SELECT t.match_key, t.id, t.slug, t.name, t.match_key FROM tag t WHERE ");
    sql.any_of("t.match_key", keys.clone());
    sql.push(" UNION SELECT a.match_key, t.id, t.slug, t.name, t.match_key FROM tag_alias a");
    sql.push(" JOIN tag t ON t.id = a.tag_id WHERE ").any_of("a.match_key", keys);
    let read = |row: &Row| {
        let tag = tag::Model {
            id: row.try_get_by_index(1)?,
            slug: row.try_get_by_index(2)?,
            name: row.try_get_by_index(3)?,
            match_key: row.try_get_by_index(4)?,
        };
        Ok((row.try_get_by_index(0)?, tag))
    };
    tx.rows(sql).await?.iter().map(read).collect()
}

async fn add_aliases(
    tx: &Transaction,
    wanted: &BTreeMap<String, Vec<(Slug, &str)>>,
    found: &HashMap<String, tag::Model>,
    log: &mut Log,
) -> Result<(), Error> {
    let spelled = wanted.iter().filter_map(|(key, spellings)| Some((found.get(key)?, spellings)));
    let mut other: BTreeMap<&str, i64> = BTreeMap::new();
    for (tag, spellings) in spelled {
        let slugs = spellings.iter().map(|(slug, _)| slug.as_str()).filter(|slug| *slug != tag.slug);
        other.extend(slugs.map(|slug| (slug, tag.id)));
    }
    if other.is_empty() {
        return Ok(());
    }
    let known = tag_alias::Column::Alias.is_in(other.keys().copied());
    for row in tag_alias::Entity::find().filter(known).all(tx.connection()).await? {
        other.remove(row.alias.as_str());
    }
    for (alias, tag_id) in &other {
        let row = tag_alias::ActiveModel {
            alias: Set((*alias).to_owned()),
            tag_id: Set(*tag_id),
            match_key: NotSet, // which the database makes
        };
        tag_alias::Entity::insert(row).exec_without_returning(tx.connection()).await?;
        log.updated(NodeKind::Tag, *tag_id);
    }
    Ok(())
}
