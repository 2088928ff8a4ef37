//! Feeds as they were captured: each has to be whole, and some say what is in them.

use std::path::Path;

use precis::ingest::{decode, feed::Origin};
use serde_json::Value;

use crate::{
    cases::{self, CorpusError, count_items, list, text},
    samples::{expectations, known_items, whole},
    stages::Stages,
    tally::Tally,
};

/// The endings of feeds.
const ENDINGS: &[&str] = &[".atom", ".json", ".rdf", ".rss", ".xml"];

pub(crate) fn run(folder: &Path, stages: &mut Stages, tally: &mut Tally) -> Result<(), CorpusError> {
    let feeds = folder.join("feeds");
    let known = match cases::lines(&feeds, "manifest.jsonl") {
        Ok(known) => known,
        // They are counted by their tags.
        Err(error @ CorpusError::Read { .. }) if feeds.is_dir() => {
            eprintln!("captured: {error}");
            Vec::new()
        }
        Err(error) => return Err(error),
    };
    for path in cases::files(&feeds, ENDINGS)? {
        let bytes = cases::bytes(&path)?;
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let known = known.iter().find(|it| text(it, "file").ends_with(&*name)).unwrap_or(&Value::Null);
        let items = known_items(known).unwrap_or_else(|| count_items(&decode::decode(&bytes, None)));
        whole(&name, &bytes, Some(items), stages, tally);
        expectations(list(known, "expect")).count(&name, &bytes, &Origin::default(), stages, tally);
    }
    Ok(())
}
