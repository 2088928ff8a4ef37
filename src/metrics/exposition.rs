//! All of it as text: what was counted, and what is looked up when somebody asks.

use std::fmt;

use prometheus_client::{
    encoding::{prometheus_text, text},
    metrics::gauge::ConstGauge,
    registry::{Registry, Unit},
};

use super::{
    Metrics,
    families::PREFIX,
    labels::{JobState, Label as _, Series},
    process,
};

/// How it is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// Prometheus' text format, version 0.0.4.
    Prometheus,
    /// OpenMetrics 1.0.
    OpenMetrics,
}

/// The jobs of one kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Queue {
    /// What they are to do, by the name of the kind: it stands in the program, and comes from nowhere else.
    pub kind: &'static str,
    /// How many there are, state by state.
    pub jobs: [(JobState, i64); 4],
    /// How long the oldest of those that are due has been due, in seconds; 0, where there is none.
    pub oldest_due_seconds: i64,
}

impl Metrics {
    /// All of it, as it is now. `queues` is what waits to be done, kind by kind; none where the database does not
    /// answer, which shows.
    pub fn write(&self, format: Format, queues: Option<&[Queue]>) -> Result<String, fmt::Error> {
        let (counted, looked_up) = (&self.0.families.registry, looked_up(queues));
        let mut out = String::with_capacity(16 * 1024);
        match format {
            Format::Prometheus => {
                prometheus_text::encode(&mut out, counted)?;
                prometheus_text::encode(&mut out, &looked_up)?;
            }
            Format::OpenMetrics => {
                text::encode_registry(&mut out, counted)?;
                text::encode_registry(&mut out, &looked_up)?;
                text::encode_eof(&mut out)?;
            }
        }
        Ok(out)
    }
}

/// What nobody counts while it happens. What is not known is left out, rather than written as it was.
fn looked_up(queues: Option<&[Queue]>) -> Registry {
    let mut all = Registry::default();
    if let Some(bytes) = process::resident_bytes() {
        let help = "How much memory the process has";
        all.register_with_unit("process_resident_memory", help, Unit::Bytes, ConstGauge::new(bytes));
    }
    let ours = all.sub_registry_with_prefix(PREFIX);
    let help = "Whether the database answered when this was asked for";
    ours.register("database_up", help, ConstGauge::new(i64::from(queues.is_some())));
    if let Some(queues) = queues {
        let states = queues.iter().flat_map(|queue| {
            let labelled = |(state, many): (JobState, i64)| {
                ([("kind", queue.kind), (JobState::NAME, state.as_str())], ConstGauge::new(many))
            };
            queue.jobs.map(labelled)
        });
        ours.register("jobs", "Work that is not done yet, by its kind and how it stands", Series(states.collect()));
        let ages = queues.iter().map(|queue| ([("kind", queue.kind)], ConstGauge::new(queue.oldest_due_seconds)));
        let help = "How long the oldest job that is due has been due";
        ours.register_with_unit("jobs_oldest_due", help, Unit::Seconds, Series(ages.collect()));
    }
    all
}
