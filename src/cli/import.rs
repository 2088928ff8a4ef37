//! `precis import`: feeds, lists of feeds and JSON lines, out of files and folders.

use std::{
    path::{Path, PathBuf},
    process::ExitCode,
};

use indicatif::ProgressBar;
use serde_json::json;

use super::{Failure, report, start};
use crate::{
    config::{CategoryArgs, Config, DatabaseArgs},
    ingest::{
        feed::Skip,
        import::{Counts, ImportError, Progress, files, import_file},
    },
    logging,
};

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Files, and folders of files: RSS, Atom, JSON Feed, OPML, JSON lines; gzipped ones too
    #[arg(required = true, value_name = "PATH")]
    paths: Vec<PathBuf>,
    /// Print one JSON object with the counts instead of lines for people
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    pub(super) database: DatabaseArgs,
    #[command(flatten)]
    pub(super) categories: CategoryArgs,
}

pub(super) async fn run(config: &Config, args: &Args) -> Result<ExitCode, Failure> {
    let app = start(config).await?;
    let mut output = Output::new(args.json)?;
    let (mut total, mut failed) = (Counts::default(), 0);
    for (path, found) in files(&args.paths) {
        let mut counts = Counts::default();
        output.begin(&path);
        let imported = match found {
            Ok(()) => import_file(&app.content, &path, &mut counts, &mut output).await,
            Err(error) => Err(ImportError::Read(error)),
        };
        failed += usize::from(imported.is_err());
        total.add(counts);
        output.file(&path, counts, imported.err().as_ref())?;
    }
    output.end(total, failed)?;
    app.close().await;
    Ok(ExitCode::from(u8::from(failed > 0)))
}

/// What becomes of a list of sources, which brings no episodes itself.
const FETCHING: &str = "`precis fetch` asks the sources now; `precis serve` does it whenever they are due.\n";
/// Reasons that are told of one file; the rest is only counted.
const REASONS: usize = 20;

/// What is told while files are imported, and at the end: lines for people on standard output, with a
/// running count on a terminal; or one JSON object, written as the files end.
struct Output {
    json: bool,
    bar: ProgressBar,
    is_first: bool,
    reasons: usize,
}

impl Output {
    fn new(json: bool) -> Result<Self, Failure> {
        let bar = report::bar("{spinner} {pos} items, {per_sec} · {wide_msg}", None)?;
        if json {
            report::print(r#"{"files":["#)?;
        }
        Ok(Self { json, bar, is_first: true, reasons: 0 })
    }

    fn begin(&mut self, path: &Path) {
        self.reasons = 0;
        self.bar.set_message(path.display().to_string());
    }

    fn file(&mut self, path: &Path, counts: Counts, error: Option<&ImportError>) -> std::io::Result<()> {
        if self.reasons > REASONS {
            let more = self.reasons - REASONS;
            self.warn(&format!("{}: … and {more} more", path.display()));
        }
        let error = error.map(|error| logging::chain(error));
        if !self.json {
            let said = match error {
                Some(error) => format!("{}: failed: {error} ({})", path.display(), words(counts)),
                None => format!("{}: {}", path.display(), words(counts)),
            };
            return self.bar.suspend(|| report::print(&format!("{said}\n")));
        }
        let Counts { new, changed, unchanged, skipped, .. } = counts;
        let path = path.display().to_string();
        let file = json!({
            "path": path, "new": new, "changed": changed, "unchanged": unchanged, "skipped": skipped, "error": error,
        });
        let comma = if std::mem::take(&mut self.is_first) { "" } else { "," };
        self.bar.suspend(|| report::print(&format!("{comma}{file}")))
    }

    fn end(&self, total: Counts, failed: usize) -> std::io::Result<()> {
        self.bar.finish_and_clear();
        let Counts { new, changed, unchanged, skipped, .. } = total;
        if self.json {
            let total = json!({
                "new": new, "changed": changed, "unchanged": unchanged, "skipped": skipped, "failed": failed,
            });
            return report::print(&format!("],\"total\":{total}}}\n"));
        }
        let failed = if failed > 0 { format!("; {failed} files failed") } else { String::new() };
        let next = if total.sources > 0 { FETCHING } else { "" };
        report::print(&format!("In all: {}{failed}\n{next}", words(total)))
    }

    fn warn(&self, text: &str) {
        self.bar.suspend(|| report::line(format_args!("{text}")));
    }
}

impl Progress for Output {
    fn items(&mut self, many: usize) {
        self.bar.inc(many as u64);
    }

    fn skipped(&mut self, path: &Path, skip: &Skip) {
        self.reasons += 1;
        if self.reasons <= REASONS {
            self.warn(&format!("{}: {}: {}", path.display(), skip.place, skip.reason));
        }
    }
}

fn words(Counts { new, changed, unchanged, skipped, sources }: Counts) -> String {
    let sources = if sources > 0 { format!(", {sources} sources") } else { String::new() };
    format!("{new} new, {changed} changed, {unchanged} unchanged, {skipped} skipped{sources}")
}
