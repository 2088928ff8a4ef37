//! Lines for people and for scripts. A reader that went away is no reason to fail: who pipes into
//! `head` has seen enough.

use std::{
    error::Error,
    fmt::Arguments,
    io::{self, Write},
};

/// A line on standard error.
pub(super) fn line(text: Arguments) {
    let _ = writeln!(io::stderr(), "{text}"); // there is nobody left to tell
}

/// An error and what caused it, down to the first cause.
pub(super) fn chain(error: &dyn Error) -> String {
    let mut said = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        let more = error.to_string();
        // Some errors say themselves what their causes do.
        if !said.contains(&more) {
            said = format!("{said}: {more}");
        }
        cause = error.source();
    }
    said
}

/// Text on standard output.
pub(super) fn print(text: &str) -> io::Result<()> {
    let mut out = io::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        done => done,
    }
}
