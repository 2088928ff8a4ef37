//! What is counted and measured while the program runs, for whoever watches it: a leaf, which anyone may use.
//!
//! Who has something to report calls the method of that event. What is shown of it stands in `families`, each
//! with its name and help; values of labels are the closed sets of `labels`, so that nothing that came from
//! outside can become one. `exposition` writes it all as Prometheus reads it, together with what is looked up
//! when somebody asks. Where that is served is left to `crate::http`.

mod exposition;
mod families;
mod labels;
mod process;

use std::{fmt, sync::Arc, time::Duration};

use prometheus_client::metrics::gauge::Gauge;

pub use exposition::{Format, Queue};
pub use labels::{Connection, FetchOutcome, JobState, ModelOutcome, RequestOutcome};

use crate::clock::Clock;
use families::Families;
use labels::{Direction, ItemOutcome};

/// Where everything is counted. A clone counts into the same.
#[derive(Clone)]
pub struct Metrics(Arc<Inner>);

struct Inner {
    families: Families,
    clock: Arc<dyn Clock>,
}

/// What became of the items of a feed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Items {
    /// Not there before.
    pub new: usize,
    /// There before, and different now.
    pub changed: usize,
    /// There before, just like that.
    pub unchanged: usize,
    /// Left out, for a reason.
    pub skipped: usize,
}

/// Something that is there as long as this is.
#[derive(Debug)]
pub struct Held(Gauge);

impl Metrics {
    /// Nothing is counted yet. The process began just now, by this clock.
    pub fn new(clock: Arc<dyn Clock>) -> Self {
        Self(Arc::new(Inner { families: Families::new(clock.now()), clock }))
    }

    /// How long the process has run: what all durations are differences of.
    pub fn uptime(&self) -> Duration {
        self.0.clock.uptime()
    }

    /// A request to the API is over, `took` after its head had come. `cost` is known where it was executed.
    pub fn request(&self, outcome: RequestOutcome, cost: Option<u64>, took: Duration) {
        self.0.families.requests.of(outcome).inc();
        if let Some(result) = outcome.result() {
            self.0.families.request_durations.of(result).observe(took.as_secs_f64());
        }
        if let Some(cost) = cost {
            let cost = u32::try_from(cost).unwrap_or(u32::MAX);
            self.0.families.request_costs.observe(cost.into());
        }
    }

    /// A request to the API waits for its turn.
    pub fn request_waiting(&self) -> Held {
        Held::one_of(&self.0.families.requests_waiting)
    }

    /// A request to the API is worked on.
    pub fn request_at_work(&self) -> Held {
        Held::one_of(&self.0.families.requests_at_work)
    }

    /// A client has a connection.
    pub fn client(&self) -> Held {
        Held::one_of(&self.0.families.clients)
    }

    /// A statement ran on a connection to the database, well or not. Takes no lock: there are thousands a second.
    pub fn statement(&self, connection: Connection, took: Duration) {
        self.0.families.statements.of(connection).inc();
        self.0.families.statement_durations.of(connection).inc_by(took.as_secs_f64());
    }

    /// A source was asked, and what came of it is stored.
    pub fn fetched(&self, outcome: FetchOutcome) {
        self.0.families.fetches.of(outcome).inc();
    }

    /// A request to a source is over, `took` after it began, however it ended.
    pub fn asked_source(&self, took: Duration) {
        self.0.families.fetch_durations.observe(took.as_secs_f64());
    }

    /// So many bytes of an answer came from a source, counted when they were unpacked.
    pub fn received(&self, bytes: usize) {
        self.0.families.fetched_bytes.inc_by(bytes as u64);
    }

    /// The items of a feed were stored.
    pub fn items(&self, items: Items) {
        let Items { new, changed, unchanged, skipped } = items;
        for (outcome, many) in [
            (ItemOutcome::New, new),
            (ItemOutcome::Changed, changed),
            (ItemOutcome::Unchanged, unchanged),
            (ItemOutcome::Skipped, skipped),
        ] {
            self.0.families.items.of(outcome).inc_by(many as u64);
        }
    }

    /// A request to a language model is over, `took` after it was sent.
    pub fn model_request(&self, outcome: ModelOutcome, took: Duration) {
        self.0.families.model_requests.of(outcome).inc();
        self.0.families.model_durations.observe(took.as_secs_f64());
    }

    /// So many tokens went to a language model and came from it, by its own account.
    pub fn model_tokens(&self, input: u64, output: u64) {
        self.0.families.model_tokens.of(Direction::Input).inc_by(input);
        self.0.families.model_tokens.of(Direction::Output).inc_by(output);
    }
}

impl fmt::Debug for Metrics {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Metrics")
    }
}

impl Held {
    fn one_of(gauge: &Gauge) -> Self {
        gauge.inc();
        Self(gauge.clone())
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        self.0.dec();
    }
}
