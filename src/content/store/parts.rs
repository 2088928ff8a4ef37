//! What hangs on a summary: its category, its tags, its long text, and the counts it is part of.

use std::collections::BTreeSet;

use entity::{
    kinds::{Dimension, SummaryStatus},
    summary, summary_body, summary_tag,
};
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter, sea_query::OnConflict};

use super::{Item, ROWS, log::Log, names};
use crate::{
    content::{Error, counters::UNCATEGORISED},
    db::Transaction,
    text::{Slug, tokens},
};

/// What one summary is to have.
#[derive(Debug, Default)]
pub(super) struct Parts {
    pub(super) category: Option<i64>,
    /// Each once.
    pub(super) tags: BTreeSet<i64>,
    pub(super) body: Option<String>,
}

/// What these items say, with the numbers of the names in it; names that are new are made.
pub(super) async fn of(tx: &Transaction, items: &[Item], log: &mut Log) -> Result<Vec<Parts>, Error> {
    let episodes = || items.iter().map(|item| &item.episode);
    let categories = names::categories(tx, episodes().filter_map(|it| it.category.as_deref()), log).await?;
    let tags = names::tags(tx, episodes().flat_map(|it| it.tags.iter().map(String::as_str)), log).await?;
    let parts = episodes().map(|episode| Parts {
        category: episode.category.as_deref().and_then(|name| categories.get(&Slug::of_title(name)).copied()),
        tags: episode.tags.iter().filter_map(|tag| tags.get(&Slug::of_tag(tag).match_key()).copied()).collect(),
        body: episode.summary.as_ref().and_then(|summary| summary.body.clone()),
    });
    Ok(parts.collect())
}

/// Gives summaries that have none their tags and long texts.
pub(super) async fn attach(tx: &Transaction, summaries: &[(&summary::Model, &Parts)]) -> Result<(), Error> {
    let link = |row: &summary::Model, tag_id: i64| summary_tag::ActiveModel {
        summary_id: Set(row.id),
        tag_id: Set(tag_id),
        published_at: Set(row.published_at.filter(|_| row.status == SummaryStatus::Published)),
    };
    let links: Vec<_> =
        summaries.iter().flat_map(|(row, parts)| parts.tags.iter().map(|tag| link(row, *tag))).collect();
    for links in links.chunks(ROWS) {
        summary_tag::Entity::insert_many(links.iter().cloned()).exec_without_returning(tx.connection()).await?;
    }
    let body = |(row, parts): &(&summary::Model, &Parts)| {
        let markdown = parts.body.clone()?;
        let tokens = Set(Some(tokens(&markdown)));
        Some(summary_body::ActiveModel { summary_id: Set(row.id), markdown: Set(markdown), tokens })
    };
    let bodies: Vec<_> = summaries.iter().filter_map(body).collect();
    for bodies in bodies.chunks(ROWS) {
        let replace = OnConflict::column(summary_body::Column::SummaryId)
            .update_columns([summary_body::Column::Markdown, summary_body::Column::Tokens])
            .to_owned();
        let insert = summary_body::Entity::insert_many(bodies.iter().cloned()).on_conflict(replace);
        insert.exec_without_returning(tx.connection()).await?;
    }
    Ok(())
}

/// How many tokens of `o200k_base` a text has.
pub(super) fn tokens(text: &str) -> i32 {
    i32::try_from(tokens::count(text)).unwrap_or(i32::MAX)
}

/// Takes a summary's tags and long text away, and says which tags those were.
pub(super) async fn take_parts(tx: &Transaction, summary: i64) -> Result<BTreeSet<i64>, Error> {
    let body = summary_body::Column::SummaryId.eq(summary);
    summary_body::Entity::delete_many().filter(body).exec(tx.connection()).await?;
    let links = summary_tag::Column::SummaryId.eq(summary);
    let tags = summary_tag::Entity::find().filter(links.clone()).all(tx.connection()).await?;
    summary_tag::Entity::delete_many().filter(links).exec(tx.connection()).await?;
    Ok(tags.into_iter().map(|link| link.tag_id).collect())
}

/// Counts a published summary in (1) or out (-1), under everything that summaries are counted by.
pub(super) fn count(log: &mut Log, row: &summary::Model, tags: &BTreeSet<i64>, more: i64) {
    if row.status != SummaryStatus::Published {
        return;
    }
    let category = row.category_id.map_or_else(|| UNCATEGORISED.to_owned(), |id| id.to_string());
    log.count(Dimension::All, String::new(), more);
    log.count(Dimension::Source, row.source_id.to_string(), more);
    log.count(Dimension::Category, category, more);
    log.count(Dimension::Language, row.language.clone(), more);
    for tag in tags {
        log.count(Dimension::Tag, tag.to_string(), more);
    }
}
