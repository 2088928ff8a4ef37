//! Who is told of each statement, after it ran.

use std::time::Duration;

use super::StatementObserver;
use crate::metrics::{Connection as Whose, Metrics};

/// Who is told of the statements of a connection.
#[derive(Clone)]
pub(super) struct Told {
    pub(super) metrics: Metrics,
    /// Whom the connection is for.
    pub(super) whose: Whose,
    pub(super) observer: Option<StatementObserver>,
}

impl Told {
    /// A statement ran, and took that long.
    pub(super) fn statement(&self, text: &str, took: Duration) {
        self.metrics.statement(self.whose, took);
        tracing::trace!(db.statement = text, db.duration_us = took.as_micros(), "statement");
        if let Some(observer) = &self.observer {
            observer(text);
        }
    }
}
