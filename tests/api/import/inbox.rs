//! Inputs as they arrive (a name, a text, a time), and what becomes of them.

use std::{
    fs,
    path::Path,
    time::{Duration, SystemTime},
};

use precis::{
    content::Content,
    ingest::{
        feed::Skip,
        import::{Counts, Progress, import_file},
    },
};
use serde_json::{Value, json};
use tempfile::TempDir;

/// When inputs were last changed, where it doesn't matter: 2026-05-09T00:00:00Z.
pub(crate) const CHANGED: u64 = 1_778_284_800;

/// What became of a file.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Imported {
    counts: Counts,
    /// What was left out, and why, in order.
    reasons: Vec<String>,
    error: Option<String>,
}

impl Imported {
    /// So many episodes were new, changed and unchanged; nothing went wrong.
    pub(crate) fn episodes(new: usize, changed: usize, unchanged: usize) -> Self {
        let counts = Counts { new, changed, unchanged, ..Counts::default() };
        Self { counts, reasons: Vec::new(), error: None }
    }

    /// So many sources were in a list of feeds.
    pub(crate) fn sources(sources: usize) -> Self {
        Self { counts: Counts { sources, ..Counts::default() }, reasons: Vec::new(), error: None }
    }

    /// And these were left out.
    pub(crate) fn but_skipped(mut self, reasons: &[&str]) -> Self {
        self.counts.skipped = reasons.len();
        self.reasons = reasons.iter().map(ToString::to_string).collect();
        self
    }

    /// And this was said of the file as a whole.
    pub(crate) fn with_note(mut self, note: &str) -> Self {
        self.reasons.push(format!("note: {note}"));
        self
    }

    /// Whether the file did not fail.
    pub(crate) fn is_stored(&self) -> bool {
        self.error.is_none()
    }

    /// Whether the file did not fail, and two of its three lines came through at least.
    pub(crate) fn is_whole(&self) -> bool {
        let Counts { new, changed, unchanged, .. } = self.counts;
        self.error.is_none() && new + changed + unchanged >= 2
    }

    /// And it ended in this error.
    pub(crate) fn and_failed(mut self, error: &str) -> Self {
        self.error = Some(error.to_owned());
        self
    }
}

/// Imports a file of that name with that text.
pub(crate) async fn import(content: &Content, name: &str, text: &str) -> Imported {
    import_as_of(content, CHANGED, name, text.as_bytes()).await
}

/// The same, last changed so many seconds after 1970.
pub(crate) async fn import_as_of(content: &Content, changed: u64, name: &str, bytes: &[u8]) -> Imported {
    let folder = TempDir::new().expect("a folder");
    let path = folder.path().join(name);
    fs::write(&path, bytes).expect("a file");
    let file = fs::File::options().write(true).open(&path).expect("the file");
    file.set_modified(SystemTime::UNIX_EPOCH + Duration::from_secs(changed)).expect("a time");
    let (mut counts, mut heard) = (Counts::default(), Heard::default());
    let done = import_file(content, &path, &mut counts, &mut heard).await;
    Imported { counts, reasons: heard.0, error: done.err().map(|error| error.to_string()) }
}

/// Everything that was left out.
#[derive(Default)]
struct Heard(Vec<String>);

impl Progress for Heard {
    fn items(&mut self, _: usize) {}

    fn skipped(&mut self, _: &Path, skip: &Skip) {
        self.0.push(format!("{}: {}", skip.place, skip.reason));
    }
}

/// A line about an episode of Rivers, in English, published on 3 March 2026; `more` adds to it or
/// replaces what it says.
pub(crate) fn line(guid: &str, title: &str, more: &Value) -> Value {
    let mut line = json!({
        "source": { "slug": "rivers", "name": "Rivers" },
        "episode": { "guid": guid, "title": title, "language": "en", "published_at": "2026-03-03T09:15:00Z" },
    });
    merge(&mut line, more);
    line
}

fn merge(into: &mut Value, more: &Value) {
    match (into, more) {
        (Value::Object(into), Value::Object(more)) => {
            for (key, value) in more {
                merge(into.entry(key).or_insert(Value::Null), value);
            }
        }
        (into, more) => *into = more.clone(),
    }
}

/// A file of such lines.
pub(crate) fn lines(lines: &[Value]) -> String {
    lines.iter().flat_map(|line| [line.to_string(), "\n".to_owned()]).collect()
}

/// The feed of Rivers, with these items: guid, title, and further elements.
pub(crate) fn feed(items: &[(&str, &str, &str)]) -> String {
    let item = |(guid, title, more): &(&str, &str, &str)| {
        format!("<item><guid>{guid}</guid><title>{title}</title>{more}</item>")
    };
    let items = items.iter().map(item).collect::<Vec<_>>().concat();
    format!(
        "<rss version=\"2.0\"><channel><title>Rivers</title><link>https://rivers.example/</link>\
         <language>en</language>{items}</channel></rss>"
    )
}

/// The element that dates an item to 3 March 2026.
pub(crate) const DATED: &str = "<pubDate>Tue, 03 Mar 2026 09:15:00 GMT</pubDate>";
