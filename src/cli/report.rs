//! Lines for people and for scripts. A reader that went away is no reason to fail: who pipes into
//! `head` has seen enough.

use std::{
    fmt::Arguments,
    io::{self, Write},
};

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
