//! Values of labels, as closed sets: what is not in one of them is no label. There is a series for each from
//! the start, so that a first event is a rise from nought, and none of them is looked up under a lock.

use std::{fmt, marker::PhantomData};

use prometheus_client::{
    encoding::{EncodeMetric, MetricEncoder},
    metrics::{MetricType, TypedMetric},
};

/// A closed set of values.
pub(super) trait Label: Copy + 'static {
    /// What the label is called.
    const NAME: &'static str;
    /// All values, each at its place.
    const ALL: &'static [Self];

    /// As it is written.
    fn as_str(self) -> &'static str;

    /// Where it stands in [`Self::ALL`].
    fn place(self) -> usize;
}

/// Declares sets: the label that they are values of, and how each value is written.
macro_rules! labels {
    ($($(#[$about:meta])* $visibility:vis $set:ident of $label:literal {
        $($(#[$item_about:meta])* $item:ident $text:literal,)+
    })+) => {$(
        $(#[$about])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        $visibility enum $set {
            $($(#[$item_about])* $item,)+
        }

        impl Label for $set {
            const NAME: &'static str = $label;
            const ALL: &'static [Self] = &[$(Self::$item),+];

            fn as_str(self) -> &'static str {
                match self { $(Self::$item => $text),+ }
            }

            fn place(self) -> usize {
                self as usize
            }
        }
    )+};
}

labels! {
    /// What became of a request to the API.
    pub RequestOutcome of "outcome" {
        /// Every field was answered.
        Ok "ok",
        /// It was executed, and a field of it failed.
        WithErrors "with_errors",
        /// The document, its variables or arguments are wrong.
        Invalid "invalid",
        /// It asks for more than the limits let.
        TooComplex "too_complex",
        /// No document has the hash or id that came, as at each first use of a persisted query.
        UnknownDocument "unknown_document",
        /// It is none of the documents that are trusted.
        UntrustedDocument "untrusted_document",
        /// It is none that HTTP can carry to GraphQL: method, type, size, time.
        BadRequest "bad_request",
        /// Its caller has had enough for now.
        RateLimited "rate_limited",
        /// There was no room for it.
        Shed "shed",
        /// The database was gone, or had too much to do.
        Unavailable "unavailable",
        /// It took too long.
        Timeout "timeout",
        /// A fault of ours.
        Internal "internal",
        /// Its client went away before it was answered.
        Abandoned "abandoned",
    }

    /// What kind of an end a request came to.
    pub(super) RequestResult of "result" {
        /// With data.
        Answered "answered",
        /// As its caller has to ask otherwise, or later.
        Refused "refused",
        /// As something is wrong here.
        Failed "failed",
    }

    /// Whom a connection to the database is for.
    pub Connection of "connection" {
        /// Those who ask.
        Reader "reader",
        /// Whoever writes: one at a time.
        Writer "writer",
        /// Work for which nobody waits.
        Upkeep "upkeep",
        /// Questions about the database itself.
        Probe "probe",
    }

    /// What came of asking a source.
    pub FetchOutcome of "outcome" {
        /// A feed that differs from the last one.
        Taken "taken",
        /// The same bytes as the last time.
        Unchanged "unchanged",
        /// The source said that nothing is new.
        NotModified "not_modified",
        /// There will be nothing any more.
        Gone "gone",
        /// Nothing that can be used.
        Failed "failed",
    }

    /// What became of an item of a feed.
    pub(super) ItemOutcome of "outcome" {
        /// It was not there before.
        New "new",
        /// It is different now.
        Changed "changed",
        /// It was there just like that.
        Unchanged "unchanged",
        /// It was left out.
        Skipped "skipped",
    }

    /// What came of asking a language model.
    pub ModelOutcome of "outcome" {
        /// What was asked for.
        Answered "answered",
        /// An answer that does not keep to what was asked for.
        Invalid "invalid",
        /// A refusal: the key, the name of the model, the request.
        Refused "refused",
        /// It was asked too often.
        RateLimited "rate_limited",
        /// No answer, or a fault of its own.
        Failed "failed",
        /// None in time.
        Timeout "timeout",
    }

    /// Where tokens go.
    pub(super) Direction of "direction" {
        /// To the model.
        Input "input",
        /// From it.
        Output "output",
    }

    /// How a job stands.
    pub JobState of "state" {
        /// Its time has not come.
        Waiting "waiting",
        /// Nobody has begun it, though it is time.
        Due "due",
        /// Somebody does it.
        Leased "leased",
        /// It was given up.
        Dead "dead",
    }
}

impl RequestOutcome {
    /// What kind of an end that is; none where nobody saw it.
    pub(super) fn result(self) -> Option<RequestResult> {
        match self {
            Self::Ok | Self::WithErrors => Some(RequestResult::Answered),
            Self::Invalid
            | Self::TooComplex
            | Self::UnknownDocument
            | Self::UntrustedDocument
            | Self::BadRequest
            | Self::RateLimited
            | Self::Shed => Some(RequestResult::Refused),
            Self::Unavailable | Self::Timeout | Self::Internal => Some(RequestResult::Failed),
            Self::Abandoned => None,
        }
    }
}

/// Metrics of one family, each with its labels.
pub(super) struct Series<M, const LABELS: usize>(pub(super) Vec<([(&'static str, &'static str); LABELS], M)>);

impl<M, const LABELS: usize> fmt::Debug for Series<M, LABELS> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.0.iter().map(|(labels, _)| labels)).finish()
    }
}

impl<M: EncodeMetric + TypedMetric, const LABELS: usize> EncodeMetric for Series<M, LABELS> {
    fn encode(&self, mut encoder: MetricEncoder) -> fmt::Result {
        self.0.iter().try_for_each(|(labels, metric)| metric.encode(encoder.encode_family(labels)?))
    }

    fn metric_type(&self) -> MetricType {
        M::TYPE
    }
}

/// A metric for each value of a set.
#[derive(Clone)]
pub(super) struct Each<L, M> {
    metrics: Vec<M>,
    label: PhantomData<L>,
}

impl<L: Label, M: Clone> Each<L, M> {
    /// One for each, which `make` makes.
    pub(super) fn new(make: impl Fn() -> M) -> Self {
        Self { metrics: L::ALL.iter().map(|_| make()).collect(), label: PhantomData }
    }

    /// That of a value.
    pub(super) fn of(&self, value: L) -> &M {
        &self.metrics[value.place()]
    }

    /// The same metrics, as they are registered.
    pub(super) fn series(&self) -> Series<M, 1> {
        let labels = L::ALL.iter().map(|value| [(L::NAME, value.as_str())]);
        Series(labels.zip(self.metrics.iter().cloned()).collect())
    }
}
