//! How long statements take: those that are short share a connection, and so many of them that nobody waits long for those before.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering::Relaxed},
    },
    time::Duration,
};

use quick_cache::sync::Cache;

/// Into how many parts a connection may be shared.
pub(in crate::db) const PARTS: usize = 16;
/// What mostly takes so long, in microseconds, takes all of them; half as long a statement takes an eighth. Who shares a
/// connection saves a round trip of its own, and waits for those before. Under load, what took a tenth of a millisecond was
/// answered a fifth more often by connections that 16 shared, and hardly later; what took half of one, as often, and the slowest
/// hundredth of it came three times as late.
const LONG: u32 = 600;
/// What takes so long in the mean shares with nobody, either: now and then, it takes very long.
const LONG_IN_THE_MEAN: u32 = 1_000;
/// By such a share of itself, what is known moves with each statement: what is usual quickly, the mean slowly.
const USUAL: u32 = 16;
const MEAN: u32 = 64;
/// What takes longer than this, in microseconds, counts as if it did not.
const MOST: u32 = 100_000;
/// Of how many statements it is known.
const STATEMENTS: usize = 1024;

/// How long statements take, beside the way to the server and back, by their text. A clone is the same one.
#[derive(Clone, Debug)]
pub(in crate::db) struct Paces(Arc<Cache<String, Arc<Pace>>>);

/// Two that write at a time may count as one, which is as well.
#[derive(Debug)]
struct Pace {
    /// About the median, in microseconds: a server that is busy with something else for a while is no matter.
    usual: AtomicU32,
    /// The mean, in [`MEAN`]ths of a microsecond.
    mean: AtomicU32,
}

impl Default for Paces {
    fn default() -> Self {
        Self(Arc::new(Cache::new(STATEMENTS)))
    }
}

impl Paces {
    /// A statement took so long.
    pub(in crate::db) fn ran(&self, text: &str, took: Duration) {
        let took = u32::try_from(took.as_micros()).unwrap_or(MOST).min(MOST);
        match self.0.get(text) {
            Some(pace) => pace.ran(took),
            // The first time, it was prepared, too.
            None => self.0.insert(text.to_owned(), Arc::new(Pace::of(took.min(LONG_IN_THE_MEAN)))),
        }
    }

    /// How many parts of a connection a statement takes: all of them, where it takes long or never ran.
    pub(in crate::db) fn parts(&self, text: &str) -> usize {
        self.0.get(text).map_or(PARTS, |pace| pace.parts())
    }
}

impl Pace {
    fn of(micros: u32) -> Self {
        Self { usual: micros.into(), mean: (micros * MEAN).into() }
    }

    fn ran(&self, micros: u32) {
        let usual = self.usual.load(Relaxed);
        let step = usual / USUAL + 1;
        self.usual.store(if micros > usual { usual + step } else { usual.saturating_sub(step) }, Relaxed);
        let mean = self.mean.load(Relaxed);
        self.mean.store(mean - mean / MEAN + micros, Relaxed);
    }

    fn parts(&self) -> usize {
        if self.mean.load(Relaxed) / MEAN >= LONG_IN_THE_MEAN {
            return PARTS;
        }
        let usual = u64::from(self.usual.load(Relaxed).min(LONG));
        let parts = PARTS as u64 * usual.pow(3) / u64::from(LONG).pow(3);
        usize::try_from(parts).unwrap_or(PARTS).max(1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "SELECT 1";

    fn run(paces: &Paces, times: u32, micros: u64) {
        for _ in 0..times {
            paces.ran(TEXT, Duration::from_micros(micros));
        }
    }

    #[test]
    fn the_shorter_statements_are_the_more_of_them_share_a_connection() {
        let parts = [0, 100, 299, 300, 400, 500, 599, 600, 5_000, u64::MAX].map(|micros| {
            let paces = Paces::default();
            run(&paces, 1, micros);
            paces.parts(TEXT)
        });
        assert_eq!(parts, [1, 1, 1, 2, 4, 9, 15, PARTS, PARTS, PARTS]);
    }

    #[test]
    fn a_statement_is_short_once_it_ran_and_as_long_as_it_mostly_is() {
        let paces = Paces::default();
        assert_eq!(paces.parts(TEXT), PARTS, "it never ran");
        run(&paces, 1, 100);
        assert_eq!(paces.parts(TEXT), 1);
        assert_eq!(paces.parts("SELECT 2"), PARTS, "it is another one");

        run(&paces, 1, 12_000);
        assert_eq!(paces.parts(TEXT), 1, "once is no rule");
        run(&paces, 99, 12_000);
        assert_eq!(paces.parts(TEXT), PARTS);
        run(&paces, 400, 100);
        assert_eq!(paces.parts(TEXT), 1);
    }

    #[test]
    fn a_statement_that_takes_very_long_now_and_then_is_not_short() {
        let paces = Paces::default();
        for _ in 0..40 {
            run(&paces, 9, 100);
            run(&paces, 1, 50_000);
        }
        run(&paces, 9, 100);
        assert_eq!(paces.parts(TEXT), PARTS);
    }
}
