//! What comes of asking a model, as it is written: the summary, or why there is none; and what was asked for,
//! so that nobody asks for more than they may.

use entity::{
    kinds::{JobKind, NodeKind, SummaryOrigin},
    model_fault, summary,
};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter, sea_query::OnConflict,
};

use super::{json_list, lock_head, log::Log, names, parts, title_key, words};
use crate::{
    clock::Timestamp,
    content::{
        Content, Error,
        summarising::{Subject, Wanted, Writer, replaceable},
    },
    db::Transaction,
    jobs,
    text::Slug,
};

/// A summary that a model wrote, checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Written {
    /// Plain text.
    pub title: String,
    /// One to three plain sentences.
    pub tldr: String,
    /// Plain text each.
    pub key_points: Vec<String>,
    /// Markdown, harmless.
    pub body: Option<String>,
    /// The name of a category that there is.
    pub category: Option<String>,
    /// Names of tags, of which some may be new.
    pub tags: Vec<String>,
}

/// What became of a summary that a model wrote.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kept {
    /// It stands in the place of the old one.
    New,
    /// The old one stays: a person has written or changed it meanwhile, or an input has.
    Old,
}

/// How much models may be asked for, by all processes together.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Allowance {
    /// Requests in any 60 seconds.
    pub requests_per_minute: Option<u32>,
    /// Tokens of input and output, in a day of UTC.
    pub tokens_per_day: Option<u32>,
}

/// Whether a request may go out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Granted {
    /// It may, and counts under this number.
    Now(i64),
    /// As many requests went out as may in a minute: not before this.
    NextMinute(Timestamp),
    /// As many tokens were taken as may be in a day: not before this.
    NextDay(Timestamp),
}

/// Instants are whole seconds: what lies 61 of them apart lies more than 60 apart.
const MINUTE: i64 = 61;
const DAY: i64 = 86_400;

impl Content {
    /// Makes jobs of the newest episodes that have no more than an excerpt and were published since then, `most`
    /// at most, and says how many.
    pub async fn plan_summaries(&self, writer: &Writer, since: Timestamp, most: usize) -> Result<u64, Error> {
        self.write_apart(async |tx, now| {
            for episode in jobs::bury(tx, JobKind::Summarize, now).await? {
                tracing::warn!(episode.id = episode, "a summary is given up: asking for it failed again and again");
            }
            Ok(())
        })
        .await?;
        let episodes = self.to_summarise(Wanted::Missing, writer, Some(since), true, most).await?;
        if episodes.is_empty() { Ok(0) } else { self.want_summaries(&episodes).await }
    }

    /// Has the summaries of these episodes written.
    pub async fn want_summaries(&self, episodes: &[i64]) -> Result<u64, Error> {
        self.write_apart(async |tx, now| Ok(jobs::enqueue(tx, JobKind::Summarize, episodes, now).await?)).await
    }

    /// Writes what a model wrote, unless the summary is none of a machine's any more; and ends the job. A category
    /// and tags that are there stay.
    pub async fn record_summary(&self, subject: &Subject, writer: &Writer, new: &Written) -> Result<Kept, Error> {
        self.write(async |tx, now, log| {
            let kept = replace(tx, subject, writer, new, now, log).await?;
            let fault = model_fault::Column::EpisodeId.eq(subject.episode);
            model_fault::Entity::delete_many().filter(fault).exec(tx.connection()).await?;
            self.finish(tx, now).await?;
            Ok(kept)
        })
        .await
    }

    /// Writes why a model can't do it, so that the same is not asked for again; and ends the job.
    pub async fn record_model_fault(&self, subject: &Subject, writer: &Writer, fault: &str) -> Result<(), Error> {
        self.write_apart(async |tx, now| {
            let row = model_fault::ActiveModel {
                episode_id: Set(subject.episode),
                input_hash: Set(subject.input_hash),
                model: Set(writer.model.clone()),
                prompt_version: Set(writer.prompt_version.clone()),
                fault: Set(fault.to_owned()),
                at: Set(now.0),
            };
            let replace = OnConflict::column(model_fault::Column::EpisodeId)
                .update_columns([
                    model_fault::Column::InputHash,
                    model_fault::Column::Model,
                    model_fault::Column::PromptVersion,
                    model_fault::Column::Fault,
                    model_fault::Column::At,
                ])
                .to_owned();
            model_fault::Entity::insert(row).on_conflict(replace).exec_without_returning(tx.connection()).await?;
            self.finish(tx, now).await
        })
        .await
    }

    /// Ends a job of which nothing comes.
    pub async fn drop_summary_job(&self) -> Result<(), Error> {
        self.write_apart(async |tx, now| self.finish(tx, now).await).await
    }

    /// Lets a request go out that takes so many tokens at most, if that is within what is allowed.
    pub async fn grant_request(&self, tokens: i64, allowance: Allowance) -> Result<Granted, Error> {
        self.write_apart(async |tx, now| {
            lock_head(tx).await?;
            let day = now.0 - now.0.rem_euclid(DAY);
            let mut sql = tx.sql();
            // A minute may lie in two days.
            sql.push("DELETE FROM model_request WHERE begun_at < ").bind((day - MINUTE).into());
            tx.execute(sql).await?;
            if let Some(most) = allowance.tokens_per_day {
                let mut sql = tx.sql();
                sql.push("SELECT CAST(COALESCE(SUM(tokens), 0) AS BIGINT) FROM model_request WHERE begun_at >= ");
                sql.bind(day.into());
                let taken: i64 = tx.rows(sql).await?.first().map_or(Ok(0), |row| row.try_get_by_index(0))?;
                if taken.saturating_add(tokens) > i64::from(most) {
                    return Ok(Granted::NextDay(Timestamp(day + DAY)));
                }
            }
            if let Some(most) = allowance.requests_per_minute {
                let mut sql = tx.sql();
                sql.push("SELECT begun_at FROM model_request WHERE begun_at > ").bind((now.0 - MINUTE).into());
                sql.push(" ORDER BY begun_at DESC LIMIT 1 OFFSET ").bind((i64::from(most) - 1).into());
                if let Some(row) = tx.rows(sql).await?.first() {
                    return Ok(Granted::NextMinute(Timestamp(row.try_get_by_index::<i64>(0)? + MINUTE)));
                }
            }
            let mut sql = tx.sql();
            sql.push("INSERT INTO model_request (begun_at, tokens) VALUES (").bind(now.0.into());
            sql.push(", ").bind(tokens.into()).push(") RETURNING id");
            let rows = tx.rows(sql).await?;
            let id = rows.first().ok_or(sea_orm::DbErr::RecordNotInserted)?.try_get_by_index(0)?;
            Ok(Granted::Now(id))
        })
        .await
    }

    /// Writes what a request took in the end. That is written whoever has the job by now: it was taken.
    pub async fn settle_request(&self, request: i64, tokens: i64) -> Result<(), Error> {
        let content = Self { lease: None, ..self.clone() };
        content
            .write_apart(async |tx, _| {
                let mut sql = tx.sql();
                sql.push("UPDATE model_request SET tokens = ").bind(tokens.into());
                sql.push(" WHERE id = ").bind(request.into());
                tx.execute(sql).await?;
                Ok(())
            })
            .await
    }

    /// Ends the job under whose lease this is, in the transaction that writes what came of it.
    pub(super) async fn finish(&self, tx: &Transaction, now: Timestamp) -> Result<(), Error> {
        match &self.lease {
            Some(lease) => Ok(jobs::finish(tx, lease, now).await?),
            None => Ok(()),
        }
    }
}

/// Puts what a model wrote in the place of the excerpt, or of what a model wrote before.
async fn replace(
    tx: &Transaction,
    subject: &Subject,
    writer: &Writer,
    new: &Written,
    now: Timestamp,
    log: &mut Log,
) -> Result<Kept, Error> {
    let there = summary::Entity::find().filter(summary::Column::EpisodeId.eq(subject.episode));
    let there = there.all(tx.connection()).await?;
    let Some(old) = replaceable(&there) else { return Ok(Kept::Old) };
    let mut tags = parts::take_parts(tx, old.id).await?;
    parts::count(log, old, &tags, -1);
    let categories = names::categories(tx, new.category.iter().map(String::as_str), log).await?;
    let chosen = new.category.as_deref().and_then(|name| categories.get(&Slug::of_title(name)).copied());
    tags.extend(names::tags(tx, new.tags.iter().map(String::as_str), log).await?.into_values());
    let row = summary::Model {
        title_key: title_key(&new.title),
        title: new.title.clone(),
        tldr: new.tldr.clone(),
        key_points: json_list(&new.key_points),
        category_id: old.category_id.or(chosen),
        origin: SummaryOrigin::Model,
        model: Some(writer.model.clone()),
        prompt_version: Some(writer.prompt_version.clone()),
        input_hash: Some(subject.input_hash),
        revision: old.revision.saturating_add(1),
        words_version: words::VERSION,
        updated_at: now.0,
        ..old.clone()
    };
    row.clone().into_active_model().reset_all().update(tx.connection()).await?;
    log.updated(NodeKind::Summary, row.id);
    let parts = parts::Parts { category: row.category_id, tags, body: new.body.clone() };
    parts::attach(tx, &[(&row, &parts)]).await?;
    words::index(tx, &[(&row, parts.body.as_deref())]).await?;
    parts::count(log, &row, &parts.tags, 1);
    Ok(Kept::New)
}
