//! Lines for people and for scripts. A reader that went away is no reason to fail: who pipes into
//! `head` has seen enough.

use std::{
    fmt::Arguments,
    io::{self, IsTerminal as _, Write},
    time::Duration,
};

use indicatif::{ProgressBar, ProgressStyle};
use serde_json::Value;

use crate::{jobs::Ended, logging};

/// A line on standard error.
pub(super) fn line(text: Arguments) {
    let _ = writeln!(io::stderr(), "{text}"); // there is nobody left to tell
}

/// Text on standard output.
pub(super) fn print(text: &str) -> io::Result<()> {
    let mut out = io::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        done => done,
    }
}

/// A bar on a terminal, which looks as `template` says; elsewhere, one that nobody sees. Without a length, it
/// only counts.
pub(super) fn bar(template: &str, length: Option<usize>) -> io::Result<ProgressBar> {
    if !io::stderr().is_terminal() {
        return Ok(ProgressBar::hidden());
    }
    let style = ProgressStyle::with_template(template).map_err(io::Error::other)?;
    let bar = match length {
        Some(length) => ProgressBar::new(u64::try_from(length).unwrap_or(u64::MAX)),
        None => ProgressBar::new_spinner(),
    };
    bar.enable_steady_tick(Duration::from_millis(100));
    Ok(bar.with_style(style))
}

/// What came of a job that was begun here, or why nothing did; none where somebody else has it.
pub(super) fn ended<T>(ended: Option<Ended<T>>) -> Result<T, String> {
    match ended {
        Some(Ended::Done(done)) => Ok(done),
        Some(Ended::Failed(why)) => Err(logging::chain(&*why)),
        Some(Ended::Later(later)) => Err(logging::chain(&*later.why)),
        Some(Ended::Stopped) => Err("it was to stop".to_owned()),
        Some(Ended::Lost) | None => Err("somebody else does it just now".to_owned()),
    }
}

/// One JSON object on standard output, with a list whose entries are written as they come, and a total behind it.
pub(super) struct JsonList {
    is_empty: bool,
}

impl JsonList {
    /// Begins it; the list is called that.
    pub(super) fn begin(name: &str) -> io::Result<Self> {
        print(&format!("{{\"{name}\":["))?;
        Ok(Self { is_empty: true })
    }

    /// The next entry.
    pub(super) fn entry(&mut self, entry: &Value) -> io::Result<()> {
        let comma = if std::mem::take(&mut self.is_empty) { "" } else { "," };
        print(&format!("{comma}{entry}"))
    }

    /// Ends it: there is no entry behind that.
    pub(super) fn end(self, total: &Value) -> io::Result<()> {
        let Self { is_empty: _ } = self;
        print(&format!("],\"total\":{total}}}\n"))
    }
}
