//! The families: what each is called, what its help says, and where its buckets end.

use std::sync::atomic::AtomicU64;

use prometheus_client::{
    metrics::{
        counter::Counter,
        gauge::{ConstGauge, Gauge},
        histogram::Histogram,
    },
    registry::{Registry, Unit},
};

use super::labels::{
    Connection, Direction, Each, FetchOutcome, ItemOutcome, ModelOutcome, RequestOutcome, RequestResult, Series,
};
use crate::clock::Timestamp;

/// What everything of ours begins with.
pub(super) const PREFIX: &str = "precis";

/// In seconds. A page takes less than a millisecond, and an answer no longer than ten seconds; a queue is long at
/// 0.2, and nobody waits for a turn for more than 2: a bucket ends at each of these.
const REQUEST_SECONDS: [f64; 14] = [0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0];

/// A point is taken for each hundred, and 10,000 is the most that a document may cost.
const REQUEST_COST: [f64; 10] = [10.0, 20.0, 50.0, 100.0, 200.0, 500.0, 1_000.0, 2_000.0, 5_000.0, 10_000.0];

/// In seconds. A question to a source ends after 30.
const FETCH_SECONDS: [f64; 10] = [0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 30.0];

/// In seconds. Models write for a while.
const MODEL_SECONDS: [f64; 10] = [0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 30.0, 60.0, 120.0];

/// All that is counted, and the registry in which it stands.
pub(super) struct Families {
    pub(super) registry: Registry,
    pub(super) requests: Each<RequestOutcome, Counter>,
    pub(super) request_durations: Each<RequestResult, Histogram>,
    pub(super) request_costs: Histogram,
    pub(super) requests_at_work: Gauge,
    pub(super) requests_waiting: Gauge,
    pub(super) clients: Gauge,
    pub(super) statements: Each<Connection, Counter>,
    pub(super) statement_durations: Each<Connection, Counter<f64, AtomicU64>>,
    pub(super) fetches: Each<FetchOutcome, Counter>,
    pub(super) fetch_durations: Histogram,
    pub(super) fetched_bytes: Counter,
    pub(super) items: Each<ItemOutcome, Counter>,
    pub(super) model_requests: Each<ModelOutcome, Counter>,
    pub(super) model_durations: Histogram,
    pub(super) model_tokens: Each<Direction, Counter>,
}

impl Families {
    /// All of them at nought, in a process that began then.
    pub(super) fn new(started: Timestamp) -> Self {
        let mut families = Self {
            registry: Registry::default(),
            requests: Each::new(Counter::default),
            request_durations: Each::new(|| Histogram::new(REQUEST_SECONDS)),
            request_costs: Histogram::new(REQUEST_COST),
            requests_at_work: Gauge::default(),
            requests_waiting: Gauge::default(),
            clients: Gauge::default(),
            statements: Each::new(Counter::default),
            statement_durations: Each::new(Counter::default),
            fetches: Each::new(Counter::default),
            fetch_durations: Histogram::new(FETCH_SECONDS),
            fetched_bytes: Counter::default(),
            items: Each::new(Counter::default),
            model_requests: Each::new(Counter::default),
            model_durations: Histogram::new(MODEL_SECONDS),
            model_tokens: Each::new(Counter::default),
        };
        let mut registry = Registry::default();
        families.register_requests(registry.sub_registry_with_prefix(PREFIX));
        families.register_work(registry.sub_registry_with_prefix(PREFIX));
        about_the_process(&mut registry, started);
        families.registry = registry;
        families
    }

    /// What those who ask are about.
    fn register_requests(&self, to: &mut Registry) {
        let help = "Requests to /graphql, for digests and feeds, by what became of them";
        to.register("requests", help, self.requests.series());
        let help = "How long requests to /graphql, for digests and feeds took, from their head to their answer, by the kind of their end";
        to.register_with_unit("request_duration", help, Unit::Seconds, self.request_durations.series());
        let help = "What the documents of executed requests cost, by the figures of the schema";
        to.register("request_cost", help, self.request_costs.clone());
        let help = "Requests to /graphql, for digests and feeds that are worked on";
        to.register("requests_at_work", help, self.requests_at_work.clone());
        let help = "Requests to /graphql, for digests and feeds that wait for their turn";
        to.register("requests_waiting", help, self.requests_waiting.clone());
        to.register("http_connections", "Connections that clients have open", self.clients.clone());
        let help = "SQL statements, by whom their connection is for";
        to.register("statements", help, self.statements.series());
        let help = "How long SQL statements took in all, by whom their connection is for";
        to.register_with_unit("statement_duration", help, Unit::Seconds, self.statement_durations.series());
    }

    /// What is about work that is done for nobody who waits.
    fn register_work(&self, to: &mut Registry) {
        to.register("fetches", "Sources that were asked, by what came of it", self.fetches.series());
        let help = "How long requests to sources took, each redirect for itself";
        to.register_with_unit("fetch_duration", help, Unit::Seconds, self.fetch_durations.clone());
        let help = "What came from sources, as it is when unpacked";
        to.register_with_unit("fetch_received", help, Unit::Bytes, self.fetched_bytes.clone());
        to.register("items", "Items of feeds that were fetched, by what became of them", self.items.series());
        let help = "Requests to language models, by what came of them";
        to.register("model_requests", help, self.model_requests.series());
        let help = "How long requests to language models took";
        to.register_with_unit("model_request_duration", help, Unit::Seconds, self.model_durations.clone());
        let help = "Tokens that went to language models and came from them, by their own account";
        to.register("model_tokens", help, self.model_tokens.series());
    }
}

/// What stays as it is.
fn about_the_process(to: &mut Registry, started: Timestamp) {
    let version = Series(vec![([("version", env!("CARGO_PKG_VERSION"))], ConstGauge::new(1_i64))]);
    to.register("precis_build_info", "Which version this is", version);
    let help = "When the process began, since 1970";
    to.register_with_unit("process_start_time", help, Unit::Seconds, ConstGauge::new(started.0));
}
