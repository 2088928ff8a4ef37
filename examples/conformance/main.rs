//! How much of what feeds say is understood: `cargo run --release --example conformance -- PATH`.
//!
//! PATH is a folder of cases: `conformance/*.jsonl.gz` (the tests of other readers, a line a case),
//! `dates.jsonl`, `opml/`, `discovery.jsonl.gz` and `feeds/` (captured feeds, with a `manifest.jsonl`). What is
//! missing is said and passed over. Every case goes through the stages of `precis import` up to where it would
//! be stored; a panic in one is a failure and ends nothing. `--failures SUITE` lists what failed.
//!
//! What is counted are statements about fields that are kept: title, link, guid, dates, author, summary and
//! content, tags, enclosures, pictures; name, page, description and language of the source. What other readers
//! expect beyond that (generators, ratings, contributors, addresses of people, …) is passed over. Where our own
//! decisions differ from theirs, a statement is taken to hold as follows; all else that differs is a failure.
//!
//! - Titles, names and descriptions are plain text: the expected markup is read as such. Texts are compared
//!   without white space, and by their beginning where only an excerpt is kept; links in them have to be kept.
//! - An author is a name; a mail address counts where there is no name. All who are named are kept.
//! - Links are compared as the same page: without trackers, with `https` for `http`, and the page itself for a
//!   proxy that counts its readers. A link to this machine (`localhost`) and to no page (`mailto:`) is none.
//! - `dc:date` and its like are the date of publication, also for readers that call it an update.
//! - Categories that say nothing (`General`) are no tags.
//! - A picture among the enclosures is the item's picture, without type and size. An address is kept once.
//! - An item without guid has none, where others take its link or its file for one.
//! - Cleaned HTML is not compared letter by letter: nothing active may be left in it (suite `sanitiser`).
//! - An item that comes twice under one identity is one, and an element without any content is none.

mod active;
mod captured;
mod cases;
mod dates;
mod discovery;
mod encodings;
mod expectation;
mod feed_rs;
mod feedparser;
mod feedvalidator;
mod gofeed;
mod opml;
mod podcastparser;
mod samples;
mod stages;
mod tally;

use std::{
    io::{self, Write},
    path::{Path, PathBuf},
    process::ExitCode,
};

use clap::Parser;

use self::{
    cases::CorpusError,
    stages::{SANITISER, Stages},
    tally::{Tally, table},
};

/// Measures how much of what feeds say is understood
#[derive(Debug, Parser)]
struct Args {
    /// The folder of cases
    path: PathBuf,
    /// List what failed in this suite, instead of the table
    #[arg(long, value_name = "SUITE")]
    failures: Option<String>,
}

/// Reads the cases of one suite below a folder, and counts what holds.
type Suite = fn(&Path, &mut Stages, &mut Tally) -> Result<(), CorpusError>;

const SUITES: &[(&str, Suite)] = &[
    ("feedparser", feedparser::run),
    ("gofeed", gofeed::run),
    ("podcastparser", podcastparser::run),
    ("feed-rs", feed_rs::run),
    ("samples", samples::run),
    ("encodings", encodings::run),
    ("feedvalidator", feedvalidator::run),
    ("dates", dates::run),
    ("opml", opml::run),
    ("discovery", discovery::run),
    ("captured", captured::run),
];

fn main() -> ExitCode {
    let args = Args::parse();
    match run(&args) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{}: {error}", args.path.display());
            ExitCode::FAILURE
        }
    }
}

fn run(args: &Args) -> io::Result<()> {
    if !args.path.is_dir() {
        return Err(io::Error::new(io::ErrorKind::NotADirectory, "this is no folder of cases"));
    }
    let wanted = args.failures.as_deref();
    let names: Vec<&str> = SUITES.iter().map(|(name, _)| *name).chain([SANITISER]).collect();
    if let Some(unknown) = wanted.filter(|it| !names.contains(it)) {
        let message = format!("{unknown} is no suite; expected one of {}", names.join(", "));
        return Err(io::Error::new(io::ErrorKind::InvalidInput, message));
    }
    let mut stages = Stages::default();
    let mut tallies = Vec::new();
    for (name, suite) in SUITES.iter().filter(|(name, _)| wanted.is_none_or(|it| it == *name || it == SANITISER)) {
        let mut tally = Tally::new(name);
        match suite(&args.path, &mut stages, &mut tally) {
            Ok(()) => tallies.push(tally),
            // What was read before is counted all the same.
            Err(error) => {
                eprintln!("{name}: {error}");
                tallies.extend((tally.of > 0).then_some(tally));
            }
        }
    }
    tallies.push(stages.into_tally());
    let mut out = io::stdout().lock();
    match wanted {
        None => out.write_all(table(&tallies).as_bytes()),
        Some(name) => {
            let failures = tallies.iter().filter(|it| it.name == name).flat_map(|it| &it.failures);
            failures.into_iter().try_for_each(|it| writeln!(out, "{it}"))
        }
    }
}
