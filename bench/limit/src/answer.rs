//! Answers as bytes: what stands in them, and in which order, whichever database it comes from.

use crate::{
    instant,
    json::{cursor, id, number, text},
    names::{Name, Names},
};

/// How many summaries a tag has on a page, a category, and a day; how many sources there are, and episodes of each.
pub(crate) const PAGE: i64 = 20;
pub(crate) const OF_CATEGORY: i64 = 10;
pub(crate) const OF_DAY: i64 = 100;
pub(crate) const SOURCES: usize = 20;
pub(crate) const OF_SOURCE: i64 = 5;

/// A summary in a list.
pub(crate) struct Listed<'a> {
    pub(crate) id: i64,
    pub(crate) title: &'a str,
    pub(crate) tldr: &'a str,
    pub(crate) published_at: i64,
    pub(crate) category: Option<i64>,
    pub(crate) source: i64,
    pub(crate) tags: Vec<i64>,
}

/// A summary in full, but for what a list has of it.
pub(crate) struct Full<'a> {
    pub(crate) slug: &'a str,
    pub(crate) body: &'a str,
    /// A list of texts in JSON, as the database has it.
    pub(crate) key_points: &'a str,
    pub(crate) episode_title: &'a str,
    pub(crate) url: Option<&'a str>,
    pub(crate) episode_published_at: i64,
    pub(crate) duration: Option<i32>,
}

/// The answer to “a tag's page”: rows are put into it one by one, one more than a page has where there are so many.
pub(crate) struct TagPage<'a> {
    names: &'a Names,
    nodes: Vec<u8>,
    rows: i64,
    last: Option<(i64, i64)>,
}

impl<'a> TagPage<'a> {
    pub(crate) fn new(names: &'a Names) -> Self {
        Self { names, nodes: Vec::with_capacity(16_384), rows: 0, last: None }
    }

    pub(crate) fn push(&mut self, row: Listed<'_>) {
        self.rows += 1;
        if self.rows > PAGE {
            return;
        }
        let out = &mut self.nodes;
        self.last = Some((row.id, row.published_at));
        out.extend_from_slice(if self.rows == 1 { b"{\"id\":" } else { b",{\"id\":" });
        id(out, row.id);
        heading(out, row.title, row.tldr, row.published_at);
        out.extend_from_slice(b",\"category\":");
        named(out, row.category.and_then(|id| self.names.categories.get(id)), |name| &name.pair);
        out.extend_from_slice(b",\"source\":");
        named(out, self.names.sources.get(row.source), |name| &name.pair);
        tags(out, row.tags, self.names);
        out.push(b'}');
    }

    pub(crate) fn finish(self, total: Option<i64>) -> Vec<u8> {
        let mut out = Vec::with_capacity(self.nodes.len() + 160);
        out.extend_from_slice(b"{\"data\":{\"summaries\":{");
        if let Some(total) = total {
            out.extend_from_slice(b"\"totalCount\":");
            number(&mut out, total);
            out.push(b',');
        }
        out.extend_from_slice(b"\"pageInfo\":{\"hasNextPage\":");
        out.extend_from_slice(if self.rows > PAGE { b"true" } else { b"false" });
        out.extend_from_slice(b",\"endCursor\":");
        match self.last {
            Some((id, published_at)) => cursor(&mut out, id, published_at),
            None => out.extend_from_slice(b"null"),
        }
        out.extend_from_slice(b"},\"nodes\":[");
        out.extend_from_slice(&self.nodes);
        out.extend_from_slice(b"]}}}");
        out
    }
}

/// The answer to “one summary in full”.
pub(crate) fn one(row: Option<(Listed<'_>, Full<'_>)>, names: &Names) -> Vec<u8> {
    let Some((row, full)) = row else { return b"{\"data\":{\"summary\":null}}".to_vec() };
    let mut out = Vec::with_capacity(8_192);
    out.extend_from_slice(b"{\"data\":{\"summary\":{\"id\":");
    id(&mut out, row.id);
    out.extend_from_slice(b",\"slug\":");
    text(&mut out, full.slug);
    out.extend_from_slice(b",\"title\":");
    text(&mut out, row.title);
    out.extend_from_slice(b",\"tldr\":");
    text(&mut out, row.tldr);
    out.extend_from_slice(b",\"body\":{\"value\":");
    text(&mut out, full.body);
    out.extend_from_slice(b"},\"keyPoints\":");
    out.extend_from_slice(full.key_points.as_bytes());
    out.extend_from_slice(b",\"publishedAt\":");
    instant::write(&mut out, row.published_at);
    out.extend_from_slice(b",\"category\":");
    named(&mut out, row.category.and_then(|id| names.categories.get(id)), |name| &name.pair);
    out.extend_from_slice(b",\"source\":{");
    if let Some(source) = names.sources.get(row.source) {
        out.extend_from_slice(&source.pair);
        out.push(b',');
        out.extend_from_slice(&source.kind);
    }
    out.extend_from_slice(b"},\"episode\":{\"title\":");
    text(&mut out, full.episode_title);
    out.extend_from_slice(b",\"url\":");
    match full.url {
        Some(url) => text(&mut out, url),
        None => out.extend_from_slice(b"null"),
    }
    out.extend_from_slice(b",\"publishedAt\":");
    instant::write(&mut out, full.episode_published_at);
    out.extend_from_slice(b",\"durationSeconds\":");
    match full.duration {
        Some(seconds) => number(&mut out, i64::from(seconds)),
        None => out.extend_from_slice(b"null"),
    }
    out.push(b'}');
    tags(&mut out, row.tags, names);
    out.extend_from_slice(b"}}}");
    out
}

/// The answer to “titles of a category”.
pub(crate) struct Headlines(Vec<u8>);

impl Default for Headlines {
    fn default() -> Self {
        let mut out = Vec::with_capacity(8_192);
        out.extend_from_slice(b"{\"data\":{\"summaries\":{\"nodes\":[");
        Self(out)
    }
}

impl Headlines {
    pub(crate) fn push(&mut self, title: &str, tldr: &str) {
        separate(&mut self.0);
        self.0.extend_from_slice(b"{\"title\":");
        text(&mut self.0, title);
        self.0.extend_from_slice(b",\"tldr\":");
        text(&mut self.0, tldr);
        self.0.push(b'}');
    }

    pub(crate) fn finish(mut self) -> Vec<u8> {
        self.0.extend_from_slice(b"]}}}");
        self.0
    }
}

/// The answer to “some days”: the day's first second, and rows of title and source below it.
#[derive(Default)]
pub(crate) struct Days {
    out: Vec<u8>,
    day: Option<i64>,
}

impl Days {
    /// Days and the rows of each come in their order.
    pub(crate) fn push(&mut self, day: i64, title: &str, source: i64, names: &Names) {
        if self.out.is_empty() {
            self.out.reserve(65_536);
            self.out.extend_from_slice(b"{\"data\":{\"summaryDays\":{\"nodes\":[");
        }
        if self.day == Some(day) {
            self.out.push(b',');
        } else {
            self.out.extend_from_slice(if self.day.is_none() { b"{\"date\":" } else { b"]}},{\"date\":" });
            instant::write_date(&mut self.out, day);
            self.out.extend_from_slice(b",\"summaries\":{\"nodes\":[");
            self.day = Some(day);
        }
        self.out.extend_from_slice(b"{\"title\":");
        text(&mut self.out, title);
        self.out.extend_from_slice(b",\"source\":");
        named(&mut self.out, names.sources.get(source), |name| &name.called);
        self.out.push(b'}');
    }

    pub(crate) fn finish(mut self) -> Vec<u8> {
        if self.day.is_none() {
            return b"{\"data\":{\"summaryDays\":{\"nodes\":[]}}}".to_vec();
        }
        self.out.extend_from_slice(b"]}}]}}}");
        self.out
    }
}

/// An episode of a source, and a summary of it where it has one: a row for each summary.
pub(crate) struct Newest<'a> {
    pub(crate) episode: i64,
    pub(crate) title: &'a str,
    pub(crate) published_at: i64,
    pub(crate) summary: Option<(&'a str, Vec<i64>)>,
}

/// The answer to “sources and their newest episodes”: sources, and the rows of each, are put into it in their order.
pub(crate) struct Sources<'a> {
    names: &'a Names,
    out: Vec<u8>,
    has_source: bool,
    episode: Option<i64>,
}

impl<'a> Sources<'a> {
    pub(crate) fn new(names: &'a Names) -> Self {
        let mut out = Vec::with_capacity(65_536);
        out.extend_from_slice(b"{\"data\":{\"sources\":{\"nodes\":[");
        Self { names, out, has_source: false, episode: None }
    }

    pub(crate) fn begin(&mut self, source: i64) {
        self.end();
        let Some(name) = self.names.sources.get(source) else { return };
        separate(&mut self.out);
        self.out.push(b'{');
        self.out.extend_from_slice(&name.pair);
        self.out.extend_from_slice(b",\"episodes\":{\"nodes\":[");
        self.has_source = true;
    }

    pub(crate) fn push(&mut self, row: Newest<'_>) {
        if self.episode != Some(row.episode) {
            self.out.extend_from_slice(if self.episode.is_none() { b"{\"title\":" } else { b"]},{\"title\":" });
            text(&mut self.out, row.title);
            self.out.extend_from_slice(b",\"publishedAt\":");
            instant::write(&mut self.out, row.published_at);
            self.out.extend_from_slice(b",\"summaries\":[");
            self.episode = Some(row.episode);
        }
        let Some((title, ids)) = row.summary else { return };
        separate(&mut self.out);
        self.out.extend_from_slice(b"{\"title\":");
        text(&mut self.out, title);
        tags(&mut self.out, ids, self.names);
        self.out.push(b'}');
    }

    pub(crate) fn finish(mut self) -> Vec<u8> {
        self.end();
        self.out.extend_from_slice(b"]}}}");
        self.out
    }

    fn end(&mut self) {
        if self.episode.take().is_some() {
            self.out.extend_from_slice(b"]}");
        }
        if std::mem::take(&mut self.has_source) {
            self.out.extend_from_slice(b"]}}");
        }
    }
}

/// A comma, where a list has something already.
fn separate(out: &mut Vec<u8>) {
    if !out.ends_with(b"[") {
        out.push(b',');
    }
}

fn heading(out: &mut Vec<u8>, title: &str, tldr: &str, published_at: i64) {
    out.extend_from_slice(b",\"title\":");
    text(out, title);
    out.extend_from_slice(b",\"tldr\":");
    text(out, tldr);
    out.extend_from_slice(b",\"publishedAt\":");
    instant::write(out, published_at);
}

fn named(out: &mut Vec<u8>, name: Option<&Name>, fields: impl Fn(&Name) -> &Vec<u8>) {
    let Some(name) = name else { return out.extend_from_slice(b"null") };
    out.push(b'{');
    out.extend_from_slice(fields(name));
    out.push(b'}');
}

fn tags(out: &mut Vec<u8>, ids: Vec<i64>, names: &Names) {
    let mut tags: Vec<&Name> = ids.into_iter().filter_map(|id| names.tags.get(id)).collect();
    tags.sort_unstable_by_key(|tag| tag.rank);
    out.extend_from_slice(b",\"tags\":[");
    for tag in tags {
        separate(out);
        named(out, Some(tag), |name| &name.pair);
    }
    out.push(b']');
}
