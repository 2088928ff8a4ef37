//! `precis digest`: what was published on some days, as a text or as JSON, for people and for cron.

use std::process::ExitCode;

use chrono::NaiveDate;
use chrono_tz::Tz;
use reqwest::Url;
use serde::Deserialize;
use serde_json::{Value, json, value::RawValue};

use super::{
    Failure,
    ask::Asked,
    period::{self, Since},
    report,
};
use crate::{
    clock::{Clock as _, SystemClock},
    config::{Config, DatabaseArgs},
    content::digest::DigestList,
    text::LanguageTag,
};

/// Goes below the options in the help text.
const EXIT_CODES: &str = "\
Exit codes:
  0  The digest was printed; or it is empty, and --if-empty is skip
  1  It could not be made: standard error says why
  2  The call was wrong: standard error says what

Nothing is written to standard error while all is well. The same content, period and options give the same
bytes, from a database as from a server.

Every Monday at seven, unless there was nothing:
  0 7 * * 1  precis digest --tag backend --since 7d --if-empty skip | mail -E -s Backend me@example.org";

#[derive(Debug, clap::Args)]
#[command(after_help = EXIT_CODES)]
pub(super) struct Args {
    /// Only summaries with this tag; given several times, with any of these
    #[arg(long, value_name = "SLUG")]
    tag: Vec<String>,
    /// Only summaries in this category, or in any of these
    #[arg(long, value_name = "SLUG")]
    category: Vec<String>,
    /// Only summaries from this source, or from any of these
    #[arg(long, value_name = "SLUG")]
    source: Vec<String>,
    /// Only summaries in this language, or in any of these
    #[arg(long, value_name = "TAG", value_parser = language)]
    language: Vec<String>,
    /// Whole days or weeks of which the last day is the last (7d, 2w), hours back from now, rounded down to
    /// a day (24h), or the first day (2026-05-04)
    #[arg(long, value_name = "7d|2w|24h|DATE", default_value = "7d")]
    since: Since,
    /// The last day, which is in it; today, if not given
    #[arg(long, value_name = "DATE", value_parser = period::date)]
    until: Option<NaiveDate>,
    /// The time zone in which a day begins at midnight
    #[arg(long, value_name = "ZONE", default_value = "UTC", value_parser = zone)]
    time_zone: Tz,
    /// What the sections are
    #[arg(long, value_name = "KIND", default_value = "day")]
    group_by: Grouping,
    /// How it is written; json is one line with the fields of the API
    #[arg(long, default_value = "markdown")]
    format: Format,
    /// How many summaries are listed at most, the newest: 0 to 1000
    #[arg(long, value_name = "NUMBER", default_value_t = 200, value_parser = clap::value_parser!(u16).range(..=i64::from(DigestList::MOST)))]
    max_items: u16,
    /// Drop items from the end until the text has so many tokens (`o200k_base`) at most; not with json
    #[arg(long, value_name = "NUMBER", value_parser = clap::value_parser!(i32).range(1..))]
    max_tokens: Option<i32>,
    /// What to do if there is nothing in it
    #[arg(long, value_name = "WHAT", default_value = "print")]
    if_empty: IfEmpty,
    /// Ask this server instead of the local database: the address of its GraphQL, or one that ends in `/`
    /// and has it below
    #[arg(long, value_name = "URL", value_parser = url)]
    url: Option<Url>,
    #[command(flatten)]
    pub(super) database: DatabaseArgs,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum Grouping {
    Day,
    Category,
    Source,
    Tag,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum Format {
    Markdown,
    Text,
    Html,
    Json,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum IfEmpty {
    /// Print nothing
    Skip,
    /// Print that there is nothing
    Print,
}

const TEXT: &str = "\
query Digest($filter: SummaryFilter, $from: Date, $to: Date, $timeZone: TimeZone!, $groupBy: DigestGrouping!, \
             $maxItems: Int!, $format: TextFormat!, $maxTokens: Int) {
  digest(filter: $filter, from: $from, to: $to, timeZone: $timeZone, groupBy: $groupBy, maxItems: $maxItems) {
    totalCount
    text(format: $format, maxTokens: $maxTokens) { value }
  }
}";

const DATA: &str = "\
query Digest($filter: SummaryFilter, $from: Date, $to: Date, $timeZone: TimeZone!, $groupBy: DigestGrouping!, \
             $maxItems: Int!) {
  digest(filter: $filter, from: $from, to: $to, timeZone: $timeZone, groupBy: $groupBy, maxItems: $maxItems) {
    title
    from
    to
    timeZone
    totalCount
    sections {
      heading
      count
      summaries {
        id
        slug
        title
        tldr
        keyPoints
        language
        publishedAt
        source { slug name }
        category { slug name }
        tags { slug name }
        episode { title url }
      }
    }
  }
}";

/// The data of both documents.
#[derive(Deserialize)]
struct Data {
    digest: Box<RawValue>,
}

/// What is looked at of a digest.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Seen {
    total_count: u64,
    text: Option<Text>,
}

#[derive(Deserialize)]
struct Text {
    value: String,
}

pub(super) async fn run(config: &Config, args: &Args) -> Result<ExitCode, Failure> {
    let (query, variables) = question(args)?;
    let asked = match &args.url {
        Some(url) => Asked::server(url)?,
        None => Asked::database(&config.database).await?,
    };
    let answered = asked.data::<Data>(query, variables).await;
    asked.close().await;
    let digest = answered?.digest;
    let Seen { total_count, text } = serde_json::from_str(digest.get()).map_err(std::io::Error::other)?;
    if total_count > 0 || args.if_empty == IfEmpty::Print {
        match text {
            Some(Text { value }) => report::print(&value)?,
            None => report::print(&format!("{digest}\n"))?,
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// The document and its variables.
fn question(args: &Args) -> Result<(&'static str, Value), Failure> {
    let (from, to) = period::days(args.since, args.until, args.time_zone, SystemClock.now()).map_err(Failure::Usage)?;
    let any_of = |slugs: &[String]| if slugs.is_empty() { Value::Null } else { json!({ "anyOf": slugs }) };
    let languages = Some(&args.language).filter(|it| !it.is_empty());
    let mut variables = json!({
        "filter": {
            "tags": any_of(&args.tag),
            "categories": any_of(&args.category),
            "sources": any_of(&args.source),
            "languages": languages,
        },
        "from": from.to_string(),
        "to": to.to_string(),
        "timeZone": args.time_zone.name(),
        "groupBy": args.group_by.as_str(),
        "maxItems": args.max_items,
    });
    let Some(format) = args.format.of_text() else {
        if args.max_tokens.is_some() {
            return Err(Failure::Usage("--max-tokens cuts texts, and does not go with --format json".to_owned()));
        }
        return Ok((DATA, variables));
    };
    variables["format"] = format.into();
    variables["maxTokens"] = args.max_tokens.into();
    Ok((TEXT, variables))
}

impl Grouping {
    fn as_str(self) -> &'static str {
        match self {
            Self::Day => "DAY",
            Self::Category => "CATEGORY",
            Self::Source => "SOURCE",
            Self::Tag => "TAG",
        }
    }
}

impl Format {
    /// The API's name for it, where it is one of a text.
    fn of_text(self) -> Option<&'static str> {
        match self {
            Self::Markdown => Some("MARKDOWN"),
            Self::Text => Some("PLAIN"),
            Self::Html => Some("HTML"),
            Self::Json => None,
        }
    }
}

fn zone(name: &str) -> Result<Tz, &'static str> {
    name.parse().map_err(|_| "expected the name of a time zone such as Europe/Berlin or UTC")
}

fn language(tag: &str) -> Result<String, String> {
    tag.parse::<LanguageTag>().map(|tag| tag.to_string()).map_err(|error| error.to_string())
}

pub(super) fn url(text: &str) -> Result<Url, &'static str> {
    let url = Url::parse(text).ok().filter(|url| ["http", "https"].contains(&url.scheme()) && url.has_host());
    url.ok_or("expected the address of a server such as http://127.0.0.1:8080")
}
