//! JSON lines: one episode a line, with its source and, if there is one, its summary.
//!
//! A line is nested:
//!
//! ```json
//! {"source": {"name": "Rivers FM", "kind": "PODCAST", "feed_url": "https://example.org/feed"},
//!  "episode": {"title": "Flood", "url": "https://example.org/12", "published_at": "2026-03-03T09:15:00Z",
//!              "series": "Rivers FM", "number": 12, "hashtags": ["Water"], "content": "<p>It rained.</p>"},
//!  "summary": {"tldr": "It rained.", "key_points": ["Rain"], "category": "Weather", "origin": "HUMAN"}}
//! ```
//!
//! (on one line; `"source": "Rivers FM"` is enough), or flat:
//!
//! ```json
//! {"source": "Rivers FM", "source_url": "https://example.org/", "title": "Flood", "url": "https://example.org/12",
//!  "published_at": "2026-03-03T09:15:00Z", "tags": ["Water"], "category": "Weather", "series": "Rivers FM",
//!  "episode_number": 12, "excerpt": "It rained.", "authors": ["Ann"], "kind": "podcast",
//!  "media_url": "https://example.org/12.mp3", "media_bytes": 1000, "media_seconds": 3723}
//! ```
//!
//! All fields are in [`mod@line`]. Names are `snake_case`; `camelCase` is read too. Fields that are unknown are
//! ignored; `null` is as good as missing. A line needs a source and a title, a text or an address.

mod drafts;
pub mod line;

use std::io::BufRead;

use serde_json::Value;

use self::line::{Flat, Nested};
use super::decode::without_nul;
use crate::content::{EpisodeDraft, SourceDraft};

/// The longest line, in bytes.
pub const MAX_LINE: usize = 16 * 1024 * 1024;

/// Reads lines one by one; holds one line at most. Blank lines are passed over.
///
/// Gives the number of a line, from 1, and what it says or why it says nothing. After a failure of the
/// reader comes nothing more; [`JsonLines::failure`] tells it.
pub struct JsonLines<R> {
    reader: R,
    line: Vec<u8>,
    number: u64,
    max_line: usize,
    failure: Option<std::io::Error>,
}

impl<R: BufRead> JsonLines<R> {
    /// Reads from there: text, not packed.
    pub fn new(reader: R) -> Self {
        Self::with_max_line(reader, MAX_LINE)
    }

    /// The same with another limit for a line, in bytes.
    pub fn with_max_line(reader: R, max_line: usize) -> Self {
        Self { reader, line: Vec::new(), number: 0, max_line, failure: None }
    }

    /// Why the reader gave no more, where that is not its end.
    pub fn failure(self) -> Option<std::io::Error> {
        self.failure
    }

    /// How long the last line was, in bytes.
    pub fn line_bytes(&self) -> usize {
        self.line.len()
    }

    /// Fills `line` with the next one. `Ok(false)` where it is too long, and then it is not held; `None` at
    /// the end.
    fn read_line(&mut self) -> Option<std::io::Result<bool>> {
        self.line.clear();
        let mut length = 0;
        loop {
            let available = match self.reader.fill_buf() {
                Ok(available) => available,
                Err(error) if error.kind() == std::io::ErrorKind::Interrupted => continue,
                Err(error) => return Some(Err(error)),
            };
            if available.is_empty() {
                return (length > 0).then_some(Ok(length <= self.max_line));
            }
            let end = available.iter().position(|it| *it == b'\n');
            let part = &available[..end.unwrap_or(available.len())];
            length += part.len();
            if length <= self.max_line {
                self.line.extend_from_slice(part);
            } else {
                self.line = Vec::new();
            }
            let used = part.len() + usize::from(end.is_some());
            self.reader.consume(used);
            if end.is_some() {
                return Some(Ok(length <= self.max_line));
            }
        }
    }
}

impl<R: BufRead> Iterator for JsonLines<R> {
    type Item = (u64, Result<(SourceDraft, EpisodeDraft), String>);

    fn next(&mut self) -> Option<Self::Item> {
        while self.failure.is_none() {
            let read = self.read_line()?;
            self.number += 1;
            let parsed = match read {
                Ok(true) if self.line.trim_ascii().is_empty() => continue,
                Ok(true) => parse(&self.line),
                Ok(false) => Err(format!("the line is longer than {} bytes", self.max_line)),
                Err(error) => {
                    self.failure = Some(error);
                    return None;
                }
            };
            return Some((self.number, parsed));
        }
        None
    }
}

/// Reads one line. `Err` says what is wrong with it.
pub fn parse(line: &[u8]) -> Result<(SourceDraft, EpisodeDraft), String> {
    let line = line.strip_prefix(b"\xef\xbb\xbf").unwrap_or(line);
    let value: Value = serde_json::from_slice(line).map_err(|error| format!("not JSON: {error}"))?;
    if !value.is_object() {
        return Err("expected an object".to_owned());
    }
    let value = snake_case(without_nul(value));
    let is_nested = value.get("episode").is_some();
    let nested = if is_nested {
        serde_json::from_value::<Nested>(value)
    } else {
        serde_json::from_value::<Flat>(value).map(Nested::from)
    };
    drafts::of_line(nested.map_err(|error| error.to_string())?)
}

/// The keys of an object and of the objects in it as `snake_case`, without those that are `null`.
fn snake_case(value: Value) -> Value {
    match value {
        Value::Object(map) => {
            let told = map.into_iter().filter(|(_, value)| !value.is_null());
            told.map(|(key, value)| (snake_key(key), snake_case(value))).collect()
        }
        Value::Array(list) => list.into_iter().map(snake_case).collect(),
        other => other,
    }
}

fn snake_key(key: String) -> String {
    if !key.bytes().any(|it| it.is_ascii_uppercase()) {
        return key;
    }
    let mut snake = String::with_capacity(key.len() + 4);
    for char in key.chars() {
        if char.is_ascii_uppercase() && !snake.is_empty() {
            snake.push('_');
        }
        snake.push(char.to_ascii_lowercase());
    }
    snake
}

#[cfg(test)]
mod tests;
