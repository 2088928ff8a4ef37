//! Lines for people and for scripts. A reader that went away is no reason to fail: who pipes into
//! `head` has seen enough.

use std::{
    fmt::Arguments,
    io::{self, IsTerminal as _, Write},
    time::Duration,
};

use indicatif::{ProgressBar, ProgressStyle};

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
