//! Digests: what is asked for them, and how an answer becomes the text that is printed, served, or sent.

use std::str::FromStr;

use serde::Deserialize;
use serde_json::{json, value::RawValue};

use super::{
    Question,
    wanted::{Wanted, Wrong},
};
use crate::{
    clock::Timestamp,
    text::{
        closest, digest,
        tokens::{count_within, longest_within},
    },
};

/// How a digest is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DigestFormat {
    /// `CommonMark`.
    Markdown,
    /// Without marks.
    Text,
    /// A page.
    Html,
    /// One line, with the fields of the API.
    Json,
}

const TEXT: &str = "\
query Digest($filter: SummaryFilter, $from: Date, $to: Date, $timeZone: TimeZone!, $groupBy: DigestGrouping!, \
             $maxItems: Int!, $format: TextFormat!, $maxTokens: Int) {
  digest(filter: $filter, from: $from, to: $to, timeZone: $timeZone, groupBy: $groupBy, maxItems: $maxItems) {
    title
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

/// What the page around HTML takes of a budget, in tokens; more than it has. Where it would take more than half, there
/// is none.
const PAGE_TOKENS: usize = 120;

/// The names of formats.
const FORMATS: [(&str, DigestFormat); 4] = [
    ("md", DigestFormat::Markdown),
    ("txt", DigestFormat::Text),
    ("html", DigestFormat::Html),
    ("json", DigestFormat::Json),
];

impl FromStr for DigestFormat {
    type Err = Wrong;

    fn from_str(text: &str) -> Result<Self, Wrong> {
        let found = FORMATS.iter().find(|(name, _)| *name == text).map(|(_, format)| *format);
        found.ok_or_else(|| {
            let meant = closest(text, FORMATS.iter().map(|(name, _)| *name));
            let meant = meant.map(|name| format!("; did you mean `{name}`?")).unwrap_or_default();
            Wrong(format!("expected md, txt, html or json{meant}"))
        })
    }
}

/// What to ask for a digest, as of now.
pub fn question(wanted: &Wanted, format: DigestFormat, now: Timestamp) -> Result<Question, Wrong> {
    let (from, to) = wanted.days(now)?;
    let mut variables = json!({
        "filter": wanted.filter(),
        "from": from.to_string(),
        "to": to.to_string(),
        "timeZone": wanted.zone.name(),
        "groupBy": wanted.grouping,
        "maxItems": wanted.limit,
    });
    let of_text = match format {
        DigestFormat::Markdown => "MARKDOWN",
        DigestFormat::Text => "PLAIN",
        DigestFormat::Html => "HTML",
        DigestFormat::Json => return Ok(Question { document: DATA, variables }),
    };
    variables["format"] = of_text.into();
    variables["maxTokens"] =
        wanted.max_tokens.map(|max| if has_page(wanted, format) { max - PAGE_TOKENS } else { max }).into();
    Ok(Question { document: TEXT, variables })
}

/// Writes a digest out of the `data` of the answer; `None` where it is empty and to be skipped.
pub fn write(wanted: &Wanted, format: DigestFormat, data: &RawValue) -> Result<Option<String>, serde_json::Error> {
    let Data { digest } = serde_json::from_str(data.get())?;
    let Seen { title, total_count, text } = serde_json::from_str(digest.get())?;
    if total_count == 0 && wanted.skip_empty {
        return Ok(None);
    }
    let Some(Text { value }) = text else { return json(digest, wanted.max_tokens).map(Some) };
    Ok(Some(if has_page(wanted, format) { digest::page(&title, &value) } else { value }))
}

/// Whether a page stands around the text.
fn has_page(wanted: &Wanted, format: DigestFormat) -> bool {
    format == DigestFormat::Html && wanted.max_tokens.is_none_or(|max| max >= 2 * PAGE_TOKENS)
}

/// The data of both documents.
#[derive(Deserialize)]
struct Data<'a> {
    #[serde(borrow)]
    digest: &'a RawValue,
}

/// What is looked at of a digest.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Seen {
    title: String,
    total_count: u64,
    text: Option<Text>,
}

#[derive(Deserialize)]
struct Text {
    value: String,
}

/// The digest as one line, within a budget: whole summaries are dropped from the end, then sections, and `truncated`
/// says so. Where not even the period is within it, there is `{}`, which is a token.
fn json(digest: &RawValue, max_tokens: Option<usize>) -> Result<String, serde_json::Error> {
    let whole = format!("{digest}\n");
    let Some(max) = max_tokens.filter(|max| count_within(&whole, *max).is_none()) else { return Ok(whole) };
    let digest: Whole = serde_json::from_str(digest.get())?;
    let listed = digest.sections.iter().map(|section| section.summaries.len()).sum();
    let written = longest_within(max, listed, |many| digest.first(many));
    Ok(written.unwrap_or_else(|| "{}".to_owned()))
}

/// A digest as it came, as far as it is cut.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Whole<'a> {
    #[serde(borrow)]
    title: &'a RawValue,
    #[serde(borrow)]
    from: &'a RawValue,
    #[serde(borrow)]
    to: &'a RawValue,
    #[serde(borrow)]
    time_zone: &'a RawValue,
    #[serde(borrow)]
    total_count: &'a RawValue,
    #[serde(borrow)]
    sections: Vec<Section<'a>>,
}

#[derive(Deserialize)]
struct Section<'a> {
    #[serde(borrow)]
    heading: &'a RawValue,
    #[serde(borrow)]
    count: &'a RawValue,
    #[serde(borrow)]
    summaries: Vec<&'a RawValue>,
}

impl Whole<'_> {
    /// The line with so many of its summaries.
    fn first(&self, many: usize) -> String {
        let Self { title, from, to, time_zone, total_count, .. } = self;
        let mut line = format!(
            r#"{{"title":{title},"from":{from},"to":{to},"timeZone":{time_zone},"totalCount":{total_count},"sections":["#
        );
        let mut left = many;
        for (place, Section { heading, count, summaries }) in self.sections.iter().enumerate() {
            if left == 0 {
                break;
            }
            let comma = if place == 0 { "" } else { "," };
            let taken: Vec<&str> = summaries.iter().take(left).map(|summary| summary.get()).collect();
            left -= taken.len();
            line.extend([comma, r#"{"heading":"#, heading.get(), r#","count":"#, count.get(), r#","summaries":["#]);
            line.extend([&taken.join(","), "]}"]);
        }
        line.push_str("],\"truncated\":true}\n");
        line
    }
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;
    use crate::{outputs::Kind, text::tokens::count};

    fn cut(max: usize) -> String {
        let digest = r#"{"digest":{"title":"D","from":"a","to":"b","timeZone":"UTC","totalCount":4,"sections":[{"heading":"1","count":3,"summaries":[{"id":"x"},{"id":"y"}]},{"heading":"2","count":1,"summaries":[{"id":"z"}]}]}}"#;
        let data = RawValue::from_string(digest.to_owned()).expect("JSON");
        let wanted = Wanted::read(Kind::Digest, [("max-tokens", max.to_string())]).expect("it is right");
        write(&wanted, DigestFormat::Json, &data).expect("a digest").expect("it is not empty")
    }

    #[test]
    fn json_within_a_budget_is_json_and_says_that_it_is_cut() {
        let whole = cut(1_000);
        assert!(whole.ends_with("{\"id\":\"z\"}]}]}\n"), "{whole}");
        let tokens = count(&whole);
        assert_eq!(cut(tokens), whole);
        let head = r#"{"title":"D","from":"a","to":"b","timeZone":"UTC","totalCount":4,"sections":["#;
        let one = r#"{"heading":"1","count":3,"summaries":[{"id":"x"},{"id":"y"}]}"#;
        assert_eq!(cut(tokens - 1), format!("{head}{one}],\"truncated\":true}}\n"));
        assert_eq!(cut(1), "{}");
        for max in 1..tokens {
            let text = cut(max);
            assert!(count(&text) <= max, "{max}: {text}");
            assert!(serde_json::from_str::<Value>(&text).is_ok(), "{max}: {text}");
        }
    }

    #[test]
    fn the_page_takes_no_more_of_a_budget_than_it_is_given() {
        let longest = digest::page("Digest of 29 September 2025 – 30 September 2026", "");
        assert!(count(&longest) < PAGE_TOKENS, "{}", count(&longest));
    }
}
