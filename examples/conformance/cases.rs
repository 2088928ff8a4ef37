//! The files of a folder of cases.

use std::{
    borrow::Cow,
    fs, io,
    path::{Path, PathBuf},
};

use base64::Engine;
use precis::ingest::decode::{self, DecodeError};
use serde_json::Value;

/// The largest file that is read, in bytes after unpacking.
const MAX_BYTES: usize = 1 << 30;

/// Why a suite can't be read.
#[derive(Debug, thiserror::Error)]
pub(crate) enum CorpusError {
    /// It is not there, or can't be opened.
    #[error("{path} can't be read, and is passed over: {error}", path = .path.display())]
    Read {
        /// The file or folder.
        path: PathBuf,
        /// What the system says.
        error: io::Error,
    },
    /// It is packed and damaged.
    #[error("{path} can't be unpacked: {error}", path = .path.display())]
    Unpack {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        error: DecodeError,
    },
    /// A line is no JSON.
    #[error("line {line} of {path} is no JSON: {error}", path = .path.display())]
    Json {
        /// The file.
        path: PathBuf,
        /// From 1.
        line: usize,
        /// What is wrong with it.
        error: serde_json::Error,
    },
}

/// A file's bytes, unpacked.
pub(crate) fn bytes(path: &Path) -> Result<Vec<u8>, CorpusError> {
    let bytes = fs::read(path).map_err(|error| CorpusError::Read { path: path.to_owned(), error })?;
    let unpacked = decode::unpack(&bytes, MAX_BYTES);
    unpacked.map(Cow::into_owned).map_err(|error| CorpusError::Unpack { path: path.to_owned(), error })
}

/// The objects of a file of JSON lines, which may be gzipped, with `.gz` behind its name or not.
pub(crate) fn lines(folder: &Path, name: &str) -> Result<Vec<Value>, CorpusError> {
    let packed = folder.join(format!("{name}.gz"));
    let path = if packed.exists() { packed } else { folder.join(name) };
    let bytes = bytes(&path)?;
    let lines = bytes.split(|it| *it == b'\n').enumerate().filter(|(_, line)| !line.trim_ascii().is_empty());
    let read = |(at, line): (usize, &[u8])| {
        serde_json::from_slice(line).map_err(|error| CorpusError::Json { path: path.clone(), line: at + 1, error })
    };
    lines.map(read).collect()
}

/// The files of a folder whose names end in one of these, packed or not, sorted.
pub(crate) fn files(folder: &Path, endings: &[&str]) -> Result<Vec<PathBuf>, CorpusError> {
    let failed = |error| CorpusError::Read { path: folder.to_owned(), error };
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).map_err(failed)? {
        let path = entry.map_err(failed)?.path();
        let name = path.to_string_lossy().trim_end_matches(".gz").to_ascii_lowercase();
        if path.is_file() && endings.iter().any(|it| name.ends_with(it)) {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}

/// The bytes of a case: its `body`, or its `body_base64`.
pub(crate) fn body(case: &Value) -> Vec<u8> {
    let packed = case["body_base64"].as_str().map(|it| base64::engine::general_purpose::STANDARD.decode(it));
    packed.and_then(Result::ok).unwrap_or_else(|| text(case, "body").into())
}

/// A text of an object; empty where there is none.
pub(crate) fn text<'a>(value: &'a Value, name: &str) -> &'a str {
    value[name].as_str().unwrap_or_default()
}

/// The elements of a list; none where there is no list.
pub(crate) fn list<'a>(value: &'a Value, name: &str) -> &'a [Value] {
    value[name].as_array().map(Vec::as_slice).unwrap_or_default()
}

/// How many items markup has, told by its tags alone, without comments and CDATA.
pub(crate) fn count_items(markup: &str) -> usize {
    let plain = without(&without(markup, "<!--", "-->"), "<![CDATA[", "]]>");
    let starts = plain.split('<').skip(1).filter(|it| {
        let name = it.split(|it: char| it.is_whitespace() || matches!(it, '>' | '/')).next().unwrap_or_default();
        let is_of_feed = !name.starts_with("content:") && !it.starts_with("entry/>");
        is_of_feed && matches!(name.rsplit(':').next(), Some("item" | "entry"))
    });
    starts.count()
}

/// The name of the first element of markup, in lower case.
pub(crate) fn root(markup: &str) -> String {
    let plain = without(markup, "<!--", "-->");
    let mut tags = plain.split('<').skip(1).filter(|it| !it.starts_with(['?', '!']));
    let name = tags.next().and_then(|it| it.split(|it: char| it.is_whitespace() || matches!(it, '>' | '/')).next());
    name.unwrap_or_default().to_ascii_lowercase()
}

/// A text without what stands between these marks.
pub(crate) fn without(text: &str, begin: &str, end: &str) -> String {
    let mut parts = text.split(begin);
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |kept, part| kept + part.split_once(end).map_or("", |(_, rest)| rest))
}
