//! Files and folders, imported: each is read by the stages, and what it holds is stored.
//!
//! A file that can't be read costs nothing but itself. Memory is bounded by the largest feed document;
//! JSON lines pass in batches.

use std::{
    collections::{BTreeSet, HashSet},
    fs::{self, File},
    io::{self, BufRead, BufReader, Read},
    path::{Path, PathBuf},
    time::UNIX_EPOCH,
};

use flate2::bufread::MultiGzDecoder;

use super::{
    InputKind,
    feed::{self, FeedError, Origin, ParsedFeed, Skip},
    json_lines::JsonLines,
    opml::{self, OpmlError},
    series::{TitledItem, detect_series},
    sniff,
};
use crate::{
    clock::Timestamp,
    content::{
        self, Content,
        store::{Item, Outcome, Place, Titled},
    },
};

/// The largest feed document that is imported, in bytes after unpacking.
const MAX_BYTES: usize = 256 * 1024 * 1024;
/// The most items of one feed document: archives of more come as JSON lines, which pass in batches.
const MAX_ITEMS: usize = 200_000;
/// How many JSON lines are stored in one transaction.
const BATCH: usize = 500;
/// Or how many bytes of them.
const BATCH_BYTES: usize = 16 << 20;
/// How many bytes of texts are stored in one transaction.
const TRANSACTION_BYTES: usize = 1 << 20;
/// How many sources are grouped into series in one transaction.
const SOURCES: usize = 50;
/// How much of a file is looked at to tell what it is.
const BEGINNING: usize = 4096;

/// What became of one file, or of all of them. Counts are of episodes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Not there before.
    pub new: usize,
    /// There before, and different now.
    pub changed: usize,
    /// There before, just like that.
    pub unchanged: usize,
    /// Left out, for a reason.
    pub skipped: usize,
    /// Sources out of lists of feeds.
    pub sources: usize,
}

impl Counts {
    /// Adds another file's.
    pub fn add(&mut self, other: Self) {
        self.new += other.new;
        self.changed += other.changed;
        self.unchanged += other.unchanged;
        self.skipped += other.skipped;
        self.sources += other.sources;
    }

    fn note(&mut self, outcome: Outcome) {
        *match outcome {
            Outcome::New => &mut self.new,
            Outcome::Changed => &mut self.changed,
            Outcome::Unchanged => &mut self.unchanged,
        } += 1;
    }
}

/// Why a file could not be imported. What it gave before that is stored.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// It can't be opened or read.
    #[error("it can't be read")]
    Read(#[from] io::Error),
    /// It is no feed.
    #[error(transparent)]
    Feed(#[from] FeedError),
    /// It is no list of feeds.
    #[error(transparent)]
    Opml(#[from] OpmlError),
    /// None of its lines is an item.
    #[error("none of its {lines} lines is an item: {first}")]
    NoItems {
        /// How many there are.
        lines: usize,
        /// What was wrong with the first one.
        first: String,
    },
    /// It could not be stored.
    #[error("it can't be stored")]
    Store(#[from] content::Error),
}

/// Is told what happens while files are imported.
pub trait Progress {
    /// So many more items are done.
    fn items(&mut self, many: usize);
    /// Something was left out, or is odd.
    fn skipped(&mut self, path: &Path, skip: &Skip);
}

/// All the files of these paths: folders give everything in them, sorted, hidden ones apart. A folder
/// that is reached twice, by a link, gives its files once.
pub fn files(paths: &[PathBuf]) -> impl Iterator<Item = (PathBuf, io::Result<()>)> {
    let mut open: Vec<PathBuf> = paths.iter().rev().cloned().collect();
    let mut seen = HashSet::new();
    std::iter::from_fn(move || {
        loop {
            let path = open.pop()?;
            match fs::metadata(&path) {
                Ok(it) if it.is_dir() => match entries(&path, &mut seen) {
                    Ok(entries) => open.extend(entries.into_iter().rev()),
                    Err(error) => return Some((path, Err(error))),
                },
                Ok(_) => return Some((path, Ok(()))),
                Err(error) => return Some((path, Err(error))),
            }
        }
    })
}

fn entries(folder: &Path, seen: &mut HashSet<PathBuf>) -> io::Result<Vec<PathBuf>> {
    let mut entries = Vec::new();
    if !seen.insert(fs::canonicalize(folder)?) {
        return Ok(entries);
    }
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let is_hidden = entry.file_name().to_string_lossy().starts_with('.');
        // A pipe would be waited for; a link that leads nowhere is worth a word.
        let is_content = fs::metadata(entry.path()).map_or(true, |it| it.is_file() || it.is_dir());
        if !is_hidden && is_content {
            entries.push(entry.path());
        }
    }
    entries.sort();
    Ok(entries)
}

/// Imports one file. `counts` holds what was stored, also where it ends in an error.
pub async fn import_file(
    content: &Content,
    path: &Path,
    counts: &mut Counts,
    progress: &mut impl Progress,
) -> Result<(), ImportError> {
    let as_of = modified(path);
    let mut reader = open(path)?;
    let mut beginning = Vec::with_capacity(BEGINNING);
    reader.by_ref().take(BEGINNING as u64).read_to_end(&mut beginning)?;
    let name = path.file_name().map(|name| name.to_string_lossy());
    let kind = sniff(&beginning, name.as_deref());
    let all = BufReader::new(io::Cursor::new(beginning).chain(reader));
    match kind {
        InputKind::JsonLines => import_lines(content, path, all, as_of, counts, progress).await,
        InputKind::Feed => import_feed(content, path, &read_all(all)?, as_of, counts, progress).await,
        InputKind::Opml => import_opml(content, path, &read_all(all)?, counts, progress).await,
    }
}

/// The file, unpacked where it is gzipped.
fn open(path: &Path) -> io::Result<Box<dyn Read>> {
    let mut file = BufReader::new(File::open(path)?);
    let is_packed = file.fill_buf()?.starts_with(&[0x1f, 0x8b]);
    Ok(if is_packed { Box::new(MultiGzDecoder::new(file)) } else { Box::new(file) })
}

fn read_all(reader: impl Read) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    reader.take(MAX_BYTES as u64 + 1).read_to_end(&mut bytes)?;
    if bytes.len() > MAX_BYTES {
        let message = format!("it is larger than {} MiB", MAX_BYTES >> 20);
        return Err(io::Error::new(io::ErrorKind::FileTooLarge, message));
    }
    Ok(bytes)
}

/// When a file was last changed. A file system that can't tell is no reason to refuse a file.
fn modified(path: &Path) -> Option<Timestamp> {
    let since = fs::metadata(path).ok()?.modified().ok()?.duration_since(UNIX_EPOCH).ok()?;
    Timestamp::from_seconds(i64::try_from(since.as_secs()).ok()?)
}

/// How new a line of an input is: by the input's time, then by its place, so that the last one wins.
pub(super) fn version(as_of: Option<Timestamp>, line: u64) -> i64 {
    let line = i64::try_from(line.min((1 << 24) - 1)).unwrap_or_default();
    (as_of.map_or(0, |it| it.0) << 24) + line
}

async fn import_feed(
    content: &Content,
    path: &Path,
    bytes: &[u8],
    as_of: Option<Timestamp>,
    counts: &mut Counts,
    progress: &mut impl Progress,
) -> Result<(), ImportError> {
    let stem = path.file_name().map(|name| name.to_string_lossy());
    let stem = stem.as_deref().map(|name| name.split('.').next().unwrap_or(name));
    let origin = Origin { file_stem: stem, max_bytes: MAX_BYTES, max_items: MAX_ITEMS, ..Origin::default() };
    let feed = feed::parse(bytes, &origin)?;
    Ok(store_feed(content, path, feed, Seen { version: version(as_of, 0), as_of }, counts, progress).await?)
}

/// When an input was seen.
#[derive(Clone, Copy, Debug)]
pub(super) struct Seen {
    /// How new it is: see [`Item::version`].
    pub(super) version: i64,
    /// When it was last changed, as far as that is known: see [`Item::as_of`].
    pub(super) as_of: Option<Timestamp>,
}

/// Stores what a feed holds, wherever it came from; it is reported under `path`.
pub(super) async fn store_feed(
    content: &Content,
    path: &Path,
    feed: ParsedFeed,
    seen: Seen,
    counts: &mut Counts,
    progress: &mut impl Progress,
) -> Result<(), content::Error> {
    report(path, &feed.skipped, &feed.notes, counts, progress);
    if feed.episodes.is_empty() {
        content.store_source(&feed.source).await?;
        return Ok(());
    }
    let Seen { version, as_of } = seen;
    let item = |episode| Item { source: feed.source.clone(), episode, version, as_of };
    let items: Vec<Item> = feed.episodes.into_iter().map(item).collect();
    let mut touched = BTreeSet::new();
    store(content, &items, counts, &mut touched, progress).await?;
    group(content, touched).await
}

async fn import_opml(
    content: &Content,
    path: &Path,
    bytes: &[u8],
    counts: &mut Counts,
    progress: &mut impl Progress,
) -> Result<(), ImportError> {
    let list = opml::parse(bytes)?;
    report(path, &list.skipped, &list.notes, counts, progress);
    for source in &list.sources {
        content.store_source(source).await?;
        counts.sources += 1;
    }
    Ok(())
}

async fn import_lines(
    content: &Content,
    path: &Path,
    reader: impl BufRead,
    as_of: Option<Timestamp>,
    counts: &mut Counts,
    progress: &mut impl Progress,
) -> Result<(), ImportError> {
    let (mut batch, mut touched, mut bytes) = (Vec::with_capacity(BATCH), BTreeSet::new(), 0);
    let (mut lines, mut first_fault) = (0, None);
    let mut reader = JsonLines::new(reader);
    while let Some((number, line)) = reader.next() {
        lines += 1;
        bytes += reader.line_bytes();
        match line {
            Ok((source, episode)) => batch.push(Item { source, episode, version: version(as_of, number), as_of }),
            Err(reason) => {
                let skip = Skip { place: format!("line {number}"), reason };
                progress.skipped(path, &skip);
                counts.skipped += 1;
                first_fault.get_or_insert_with(|| format!("{}: {}", skip.place, skip.reason));
            }
        }
        if batch.len() == BATCH || bytes > BATCH_BYTES {
            store(content, &batch, counts, &mut touched, progress).await?;
            batch.clear();
            bytes = 0;
        }
    }
    store(content, &batch, counts, &mut touched, progress).await?;
    group(content, touched).await?;
    if let Some(error) = reader.failure() {
        return Err(ImportError::Read(error));
    }
    match first_fault {
        Some(first) if lines == counts.skipped => Err(ImportError::NoItems { lines, first }),
        _ => Ok(()),
    }
}

fn report(path: &Path, skipped: &[Skip], notes: &[String], counts: &mut Counts, progress: &mut impl Progress) {
    counts.skipped += skipped.len();
    for skip in skipped {
        progress.skipped(path, skip);
    }
    for note in notes {
        progress.skipped(path, &Skip { place: "note".to_owned(), reason: note.clone() });
    }
}

async fn store(
    content: &Content,
    items: &[Item],
    counts: &mut Counts,
    touched: &mut BTreeSet<i64>,
    progress: &mut impl Progress,
) -> Result<(), content::Error> {
    let mut left = items;
    while !left.is_empty() {
        let (items, rest) = left.split_at(one_transaction(left));
        left = rest;
        let stored = content.store(items).await?;
        for (outcome, source) in stored.outcomes.iter().zip(stored.sources) {
            counts.note(*outcome);
            // Of what did not change too: an import that was broken off has grouped nothing.
            touched.insert(source);
        }
        progress.items(items.len());
    }
    Ok(())
}

/// How many of these items are stored together: rows are there several times over until they are written.
fn one_transaction(items: &[Item]) -> usize {
    let mut bytes = 0;
    let fits = |item: &&Item| {
        bytes += item.episode.content.as_ref().map_or(0, String::len);
        bytes <= TRANSACTION_BYTES
    };
    items.iter().take(BATCH).take_while(fits).count().max(1)
}

/// Series show in all the titles of a source together.
async fn group(content: &Content, touched: BTreeSet<i64>) -> Result<(), content::Error> {
    let touched: Vec<i64> = touched.into_iter().collect();
    for sources in touched.chunks(SOURCES) {
        content.group_series(sources, detect).await?;
    }
    Ok(())
}

fn detect(source: &str, episodes: &[Titled]) -> Vec<Place> {
    let items: Vec<TitledItem> = episodes
        .iter()
        .map(|it| TitledItem { title: &it.title, series: it.series.as_deref(), number: it.number })
        .collect();
    let places = detect_series(source, &items);
    places.into_iter().map(|it| Place { series: it.series, number: it.number }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Items whose texts have so many bytes, more or less.
    fn items(bytes: &[usize]) -> Vec<Item> {
        let item = |bytes: &usize| {
            let text = "word ".repeat(bytes / 5);
            format!("<item><guid>{bytes}</guid><title>T</title><description>{text}</description></item>")
        };
        let items: String = bytes.iter().map(item).collect();
        let feed = format!("<rss version=\"2.0\"><channel><title>F</title>{items}</channel></rss>");
        let feed = feed::parse(feed.as_bytes(), &Origin::default()).expect("a feed");
        let item = |episode| Item { source: feed.source.clone(), episode, version: 0, as_of: None };
        feed.episodes.into_iter().map(item).collect()
    }

    #[test]
    fn a_transaction_holds_so_much_text_and_one_item_at_least() {
        const HALF: usize = TRANSACTION_BYTES / 2;
        assert_eq!(one_transaction(&items(&[HALF - 500, HALF - 501, HALF])), 2);
        assert_eq!(one_transaction(&items(&[3 * HALF, 10, 11])), 1);
        assert_eq!(one_transaction(&items(&[10, 3 * HALF, 11])), 1);
        let many: Vec<usize> = (10..10 + BATCH + 7).collect();
        assert_eq!(one_transaction(&items(&many)), BATCH);
    }
}
