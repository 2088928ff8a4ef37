//! A case on its way through the stages of the import, up to where it would be stored.

use std::{
    any::Any,
    panic::{self, AssertUnwindSafe},
    path::Path,
};

use precis::ingest::{
    InputKind,
    feed::{self, Origin, ParsedFeed},
    sniff,
};

use crate::{active, tally::Tally};

/// As files have them that are imported: `src/ingest/import.rs`.
const MAX_BYTES: usize = 256 * 1024 * 1024;
const MAX_ITEMS: usize = 200_000;

/// The suite that looks at what all the others give.
pub(crate) const SANITISER: &str = "sanitiser";

/// How much of an input tells what it is.
const BEGINNING: usize = 4_096;

/// Why a case gives nothing.
pub(crate) enum Fault {
    /// It was refused, with this reason.
    Refused(String),
    /// The program failed.
    Panic(String),
}

impl Fault {
    /// What to tell of it.
    pub(crate) fn into_text(self) -> String {
        match self {
            Self::Refused(reason) => reason,
            Self::Panic(message) => format!("a panic: {message}"),
        }
    }
}

/// Sends cases through, and looks whether anything active is left in what comes out.
pub(crate) struct Stages {
    sanitiser: Tally,
}

impl Default for Stages {
    fn default() -> Self {
        Self { sanitiser: Tally::new(SANITISER) }
    }
}

impl Stages {
    /// Reads a feed; `name` is the case's, whose last part is taken for a file's name.
    pub(crate) fn feed(&mut self, name: &str, bytes: &[u8], origin: &Origin<'_>) -> Result<ParsedFeed, Fault> {
        let path = Path::new(name);
        let file_name = path.file_name().map(|it| it.to_string_lossy());
        let stem = path.file_stem().map(|it| it.to_string_lossy());
        let origin = Origin { file_stem: stem.as_deref(), max_bytes: MAX_BYTES, max_items: MAX_ITEMS, ..*origin };
        let parsed = caught(|| {
            let beginning = &bytes[..bytes.len().min(BEGINNING)];
            match sniff(beginning, file_name.as_deref()) {
                InputKind::Feed => feed::parse(bytes, &origin).map_err(|it| it.to_string()),
                other => Err(format!("it was taken for {other:?}")),
            }
        });
        let feed = parsed?.map_err(Fault::Refused)?;
        self.look_for_active(name, &feed);
        Ok(feed)
    }

    /// What came of looking for something active.
    pub(crate) fn into_tally(self) -> Tally {
        self.sanitiser
    }

    fn look_for_active(&mut self, name: &str, feed: &ParsedFeed) {
        let contents = feed.episodes.iter().filter_map(|it| it.content.as_deref());
        for (at, content) in contents.enumerate() {
            let found = active::find(content).map_or(Ok(()), Err);
            self.sanitiser.check(&format!("{name}, content {at}"), "nothing active", found);
        }
    }
}

/// Whether something ended in a panic, however else it ended.
pub(crate) fn no_panic<T>(read: &Result<T, Fault>) -> Result<(), String> {
    match read {
        Err(Fault::Panic(message)) => Err(message.clone()),
        _ => Ok(()),
    }
}

/// Runs something; a panic is a fault of its own, and says nothing on standard error.
pub(crate) fn caught<T>(run: impl FnOnce() -> T) -> Result<T, Fault> {
    let hook = panic::take_hook();
    panic::set_hook(Box::new(|_| {}));
    let result = panic::catch_unwind(AssertUnwindSafe(run));
    panic::set_hook(hook);
    result.map_err(|it| Fault::Panic(message(&*it)))
}

fn message(panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().map(|it| (*it).to_owned());
    text.or_else(|| panic.downcast_ref::<String>().cloned()).unwrap_or_else(|| "without a message".to_owned())
}
