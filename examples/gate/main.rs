//! What the worst documents cost: how much CPU time it takes to refuse or to accept documents of up to
//! 16 KiB that were made to take as much of it as they can.
//!
//! ```sh
//! cargo run --release --example gate -- 1000000        # documents; a million take about half an hour
//! cargo run --release --example gate -- 1000000 7      # the same with another seed
//! ```
//!
//! The caller has no points left, so that a document that would be accepted is refused at the very end of
//! that, and never runs. The search goes uphill: see [`documents`].

mod documents;

use std::{error::Error, net::Ipv4Addr, sync::Arc, time::Duration};

use documents::Documents;
use precis::{
    access::{Access, Caller},
    app::App,
    clock::SystemClock,
    config::{Database, RateLimit},
    graphql::{Engine, Request},
};
use rustix::time::{ClockId, clock_gettime};
use tempfile::TempDir;
use tokio::runtime::{Builder, Runtime};

/// What no document may cost before it is accepted.
const BOUND: Duration = Duration::from_millis(5);

/// A document that seems to cost more than this is asked again, and its least time counts: the scheduler and
/// the neighbours of a machine are in the others.
const WORTH_A_SECOND_LOOK: Duration = Duration::from_millis(2);

fn main() -> Result<(), Box<dyn Error>> {
    let mut numbers = std::env::args().skip(1).map(|argument| argument.parse::<u64>());
    let many = numbers.next().transpose()?.unwrap_or(100_000);
    let seed = numbers.next().transpose()?.unwrap_or(1);

    let subject = Subject::start()?;
    let mut documents = Documents::new(subject.engine.sdl(), seed);
    let mut times = Vec::new();
    for _ in 0..many {
        let document = documents.next();
        let time = subject.least_time(&document);
        documents.learn(time, document);
        times.push(time);
    }
    times.sort_unstable();
    println!("{many} documents, seed {seed}");
    for (name, part) in [("half", 0.5), ("99 %", 0.99), ("99.99 %", 0.9999)] {
        println!("{name:>8} of them cost up to {:?}", quantile(&times, part));
    }
    let worst = times.last().copied().unwrap_or_default();
    println!("the worst costs {worst:?}; it may cost {BOUND:?}");
    for (time, document) in documents.worst().iter().take(5) {
        println!("\n{time:?}, {} bytes: {}…", document.len(), documents::start_of(document, 300));
    }
    if worst > BOUND { Err("past the bound".into()) } else { Ok(()) }
}

/// The time that this part of them takes at most.
fn quantile(sorted: &[Duration], part: f64) -> Duration {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        clippy::cast_precision_loss,
        reason = "an index"
    )]
    let index = (sorted.len() as f64 * part) as usize;
    sorted.get(index).or(sorted.last()).copied().unwrap_or_default()
}

/// What is asked.
struct Subject {
    runtime: Runtime,
    engine: Engine,
    access: Access,
    /// Goes when the database is no longer needed.
    _folder: TempDir,
}

impl Subject {
    fn start() -> Result<Self, Box<dyn Error>> {
        let runtime = Builder::new_current_thread().enable_all().build()?;
        let folder = TempDir::new()?;
        let url = format!("sqlite://{}?mode=rwc", folder.path().join("gate.db").display());
        let database = Database { url: url.parse()?, max_connections: 1, migrate: true };
        let engine = runtime.block_on(App::start(&database, SystemClock, None))?.engine;
        let access = Access::new(RateLimit::Points(1.try_into()?), Vec::new(), Arc::new(SystemClock));
        Ok(Self { runtime, engine, access, _folder: folder })
    }

    /// Whoever asks, in a new request.
    fn caller(&self) -> Caller {
        self.access.caller(Ipv4Addr::LOCALHOST.into(), |_| Vec::new())
    }

    fn least_time(&self, document: &str) -> Duration {
        let first = self.time(document);
        if first < WORTH_A_SECOND_LOOK {
            return first;
        }
        // What was valid is known now, and costs less: a comment makes another document of it.
        let again = |turn: usize| self.time(&format!("{document}#{turn}"));
        (0..4).map(again).fold(first, Duration::min)
    }

    fn time(&self, document: &str) -> Duration {
        let request = Request { query: Some(document.to_owned()), ..Request::default() };
        // The point that comes back each minute goes here; mostly there is none.
        let _ = self.caller().take(1);
        let caller = self.caller();
        let start = cpu_time();
        self.runtime.block_on(self.engine.answer(request, false, &caller));
        cpu_time().saturating_sub(start)
    }
}

/// What this thread has taken so far.
fn cpu_time() -> Duration {
    let time = clock_gettime(ClockId::ThreadCPUTime);
    Duration::new(time.tv_sec.unsigned_abs(), u32::try_from(time.tv_nsec).unwrap_or_default())
}
