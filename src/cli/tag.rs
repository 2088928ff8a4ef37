//! `precis tag`: which tags there are, and which of them are one.

use std::{process::ExitCode, sync::Arc};

use serde_json::json;

use super::{Failure, report, start};
use crate::{
    app::App,
    config::{Config, DatabaseArgs, Flags},
    content::{
        NodeId, NodeKind, Tag,
        store::{Gone, Merged},
    },
};

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, clap::Subcommand)]
enum Action {
    /// List all tags, with how many summaries have them and what else they are called
    List {
        /// Print a JSON object a line instead of columns for people
        #[arg(long)]
        json: bool,
        #[command(flatten)]
        database: DatabaseArgs,
    },
    /// Merge tags into another one, now and whenever inputs bring them again
    Merge {
        /// The tags to merge, and behind them the one that they become: slugs, aliases or other spellings
        #[arg(required = true, num_args = 2.., value_name = "TAG")]
        tags: Vec<String>,
        /// Print one JSON object instead of lines for people
        #[arg(long)]
        json: bool,
        #[command(flatten)]
        database: DatabaseArgs,
    },
}

impl Args {
    /// The options that were given with the action.
    pub(super) fn flags(&self) -> Vec<&dyn Flags> {
        match &self.action {
            Action::List { database, .. } | Action::Merge { database, .. } => vec![database],
        }
    }
}

pub(super) async fn run(config: &Config, args: &Args) -> Result<ExitCode, Failure> {
    let app = start(config).await?;
    let done = match &args.action {
        Action::List { json, .. } => list(&app, *json).await,
        Action::Merge { tags, json, .. } => merge(&app, tags, *json).await,
    };
    app.close().await;
    done.map(|()| ExitCode::SUCCESS)
}

async fn list(app: &App, json: bool) -> Result<(), Failure> {
    let tags = app.content.tags().await?;
    let width = tags.iter().map(|(tag, _)| tag.it.slug.len()).max().unwrap_or_default();
    let lines = tags.iter().map(|(tag, count)| if json { object(tag, *count) } else { columns(tag, *count, width) });
    Ok(report::print(&lines.collect::<String>())?)
}

/// A tag, for people: its slug in so many columns, how many summaries have it, its name, and its aliases.
fn columns(tag: &Arc<Tag>, count: i64, width: usize) -> String {
    let Tag { it, aliases } = &**tag;
    let aliases = if aliases.is_empty() { String::new() } else { format!("  ({})", aliases.join(", ")) };
    format!("{:width$}  {count:7}  {}{aliases}\n", it.slug, it.name)
}

/// The same for programs.
fn object(tag: &Arc<Tag>, count: i64) -> String {
    let Tag { it, aliases } = &**tag;
    let id = NodeId::new(NodeKind::Tag, it.id).to_string();
    let tag = json!({ "id": id, "slug": it.slug, "name": it.name, "aliases": aliases, "summary_count": count });
    format!("{tag}\n")
}

async fn merge(app: &App, tags: &[String], json: bool) -> Result<(), Failure> {
    let Some((into, names)) = tags.split_last() else {
        return Err(Failure::Usage("name the tags to merge, and the one that they become".to_owned()));
    };
    let merged = app.content.merge_tags(names, into).await?;
    let Merged { into, gone, already } =
        merged.map_err(|why| Failure::Usage(format!("{why}: see `precis tag list`")))?;
    if json {
        let id = NodeId::new(NodeKind::Tag, into.id).to_string();
        let gone = gone
            .iter()
            .map(|Gone { tag, summaries }| json!({ "slug": tag.slug, "name": tag.name, "summaries": summaries }));
        let into = json!({ "id": id, "slug": into.slug, "name": into.name });
        let object = json!({ "into": into, "merged": gone.collect::<Vec<_>>(), "already": already });
        return Ok(report::print(&format!("{object}\n"))?);
    }
    let done = gone.iter().map(|Gone { tag, summaries }| {
        format!("{}: merged into {}, with {summaries} summaries\n", tag.slug, into.slug)
    });
    let earlier = already.iter().map(|name| format!("{name}: merged into {} already\n", into.slug));
    Ok(report::print(&done.chain(earlier).collect::<String>())?)
}
