//! `precis category`: which categories there are, and what the rules put into them.

use std::process::ExitCode;

use serde_json::json;

use super::{Failure, report, start};
use crate::{
    app::App,
    config::{CategoryArgs, Config, DatabaseArgs, Flags},
    content::{NodeId, NodeKind, store::Filed},
};

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, clap::Subcommand)]
enum Action {
    /// List all categories, with how many summaries stand in them
    List {
        /// Print a JSON object a line instead of columns for people
        #[arg(long)]
        json: bool,
        #[command(flatten)]
        database: DatabaseArgs,
    },
    /// File the summaries that stand in no category, by the rules of the configuration
    Apply {
        /// Only say what would be filed
        #[arg(long)]
        dry_run: bool,
        /// Print one JSON object instead of lines for people
        #[arg(long)]
        json: bool,
        #[command(flatten)]
        database: DatabaseArgs,
        #[command(flatten)]
        categories: CategoryArgs,
    },
}

impl Args {
    /// The options that were given with the action.
    pub(super) fn flags(&self) -> Vec<&dyn Flags> {
        match &self.action {
            Action::List { database, .. } => vec![database],
            Action::Apply { database, categories, .. } => vec![database, categories],
        }
    }
}

pub(super) async fn run(config: &Config, args: &Args) -> Result<ExitCode, Failure> {
    if matches!(args.action, Action::Apply { .. }) && config.categories.rules.is_empty() {
        return Err(Failure::Usage("there are no rules to file by: set category_rules".to_owned()));
    }
    let app = start(config).await?;
    let done = match &args.action {
        Action::List { json, .. } => list(&app, *json).await,
        Action::Apply { dry_run, json, .. } => apply(&app, *dry_run, *json).await,
    };
    app.close().await;
    done.map(|()| ExitCode::SUCCESS)
}

/// The last line is about the summaries without any.
async fn list(app: &App, json: bool) -> Result<(), Failure> {
    let (categories, without) = app.content.categories().await?;
    let width = categories.iter().map(|(category, _)| category.slug.len()).max().unwrap_or(1);
    let mut lines = String::new();
    for (category, count) in &categories {
        let id = NodeId::new(NodeKind::Category, category.id).to_string();
        let line = if json {
            json!({ "id": id, "slug": category.slug, "name": category.name, "summary_count": count }).to_string()
        } else {
            format!("{:width$}  {count:7}  {}", category.slug, category.name)
        };
        lines.push_str(&line);
        lines.push('\n');
    }
    let without = if json {
        json!({ "id": null, "slug": null, "name": null, "summary_count": without }).to_string()
    } else {
        format!("{:width$}  {without:7}  (without a category)", "-")
    };
    Ok(report::print(&format!("{lines}{without}\n"))?)
}

async fn apply(app: &App, dry_run: bool, json: bool) -> Result<(), Failure> {
    let Filed { seen, categories } = app.content.file_by_rules(dry_run).await?;
    let filed: usize = categories.values().map(|(_, many)| many).sum();
    if json {
        let each = categories.iter();
        let each = each.map(|(slug, (name, many))| json!({ "slug": slug.as_str(), "name": name, "summaries": many }));
        let object = json!({
            "dry_run": dry_run, "filed": filed, "left": seen - filed, "categories": each.collect::<Vec<_>>(),
        });
        return Ok(report::print(&format!("{object}\n"))?);
    }
    let would = if dry_run { "would be " } else { "" };
    let lines = categories.values().map(|(name, many)| format!("{name}: {many} summaries {would}filed\n"));
    let left = seen - filed;
    let total = format!("In all: {filed} summaries {would}filed, {left} left without a category\n");
    Ok(report::print(&(lines.collect::<String>() + &total))?)
}
