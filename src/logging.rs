//! The log on its way out: events of `tracing` to standard error, for people or for machines. What is
//! logged is the business of those who log.

use std::{
    backtrace::{Backtrace, BacktraceStatus},
    env,
    error::Error,
    io::{self, IsTerminal as _},
    panic,
};

use tracing_subscriber::{Layer as _, Registry, fmt, layer::SubscriberExt as _, util::SubscriberInitExt as _};

use crate::config::{Log, LogFormat};

/// An error and what caused it, down to the first cause.
pub fn chain(error: &dyn Error) -> String {
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

/// Starts to log. A panic, wherever it is, is a line like any other from then on.
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
    panic::set_hook(Box::new(|panic| {
        let message = panic.payload_as_str().unwrap_or("of an unknown kind");
        let place = panic.location().map(ToString::to_string);
        let trace = Backtrace::capture();
        let trace = (trace.status() == BacktraceStatus::Captured).then(|| trace.to_string());
        tracing::error!(panic.message = message, panic.place = place, panic.trace = trace, "a panic");
    }));
}

/// On a terminal, unless its user wants none (<https://no-color.org>).
fn colours() -> bool {
    io::stderr().is_terminal() && env::var_os("NO_COLOR").is_none_or(|value| value.is_empty())
}
