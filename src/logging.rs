//! The log on its way out: events of `tracing` to standard error, for people or for machines. What is
//! logged is the business of those who log.

use std::{
    env,
    io::{self, IsTerminal as _},
};

use tracing_subscriber::{Layer as _, Registry, fmt, layer::SubscriberExt as _, util::SubscriberInitExt as _};

use crate::config::{Log, LogFormat};

/// Starts to log.
///
/// # Panics
/// When it is called twice.
pub fn init(log: &Log) {
    let lines = fmt::layer().with_writer(io::stderr);
    let layer = match log.format {
        LogFormat::Text => lines.with_ansi(colours()).boxed(),
        LogFormat::Json => lines.json().flatten_event(true).boxed(),
    };
    // Before the layer, not on it: a filter of one layer loses the event behind one that was only asked about.
    Registry::default().with(log.filter.clone()).with(layer).init();
}

/// On a terminal, unless its user wants none (<https://no-color.org>).
fn colours() -> bool {
    io::stderr().is_terminal() && env::var_os("NO_COLOR").is_none_or(|value| value.is_empty())
}
