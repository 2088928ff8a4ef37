//! How much the engine works on at a time, how long an answer may take, and what is done with what is
//! too much.
//!
//! There is room for so many requests at work, and for as many that wait. A request that finds no room is
//! refused before its body is read; one whose turn does not come soon is refused as well, as its caller may
//! have gone by then. The time that a body takes to arrive takes no room from others. Paths where
//! nothing is asked of it never wait here.

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use tokio::{
    sync::{OwnedSemaphorePermit, Semaphore},
    time::Instant,
};

use super::refusal::{Code, Refusal};
use crate::{
    metrics::Metrics,
    turns::{NoTurn, Order, Rules, Turns},
};

/// How long a request may wait for its turn.
const PATIENCE: Duration = Duration::from_secs(2);

/// Past this wait, there is more to do than can be done.
const LONG_WAIT: Duration = Duration::from_millis(200);

/// How long an answer may take, from the last byte of its request.
const ANSWER: Duration = Duration::from_secs(10);

/// Bodies up to this size, in bytes, take no room while they arrive.
pub(super) const SHORT_BODY: usize = 16 * 1024;

/// How many longer bodies may arrive at a time: at their limit, 64 MiB.
const LONG_BODIES: usize = 256;

/// How many refusals a second are written without delay.
const REFUSALS: u32 = 1_000;

/// How long a refusal is held back at most.
const HOLD: Duration = Duration::from_secs(1);

/// The room that there is. A clone is the same room.
#[derive(Clone, Debug)]
pub(super) struct Load {
    turns: Turns<()>,
    long_bodies: Arc<Semaphore>,
    pace: Arc<Mutex<Pace>>,
    metrics: Metrics,
}

impl Load {
    /// Room for so many requests at work.
    pub(super) fn new(most_at_work: usize, metrics: Metrics) -> Self {
        let order = Order::NewestAfter(LONG_WAIT);
        let rules = Rules { most_waiting: most_at_work, patience: PATIENCE, order, parts: 1 };
        Self {
            turns: Turns::new(vec![(); most_at_work], rules),
            long_bodies: Arc::new(Semaphore::new(LONG_BODIES)),
            pace: Arc::default(),
            metrics,
        }
    }

    /// Refuses where there is no room, to be asked before the body is read.
    pub(super) async fn admit(&self) -> Result<(), Refusal> {
        if self.turns.is_full() { Err(self.refused().await) } else { Ok(()) }
    }

    /// Room for a body that turned out to be longer than [`SHORT_BODY`]: to be held until it is read.
    pub(super) async fn admit_long_body(&self) -> Result<OwnedSemaphorePermit, Refusal> {
        match self.long_bodies.clone().try_acquire_owned() {
            Ok(room) => Ok(room),
            Err(_) => Err(self.refused().await),
        }
    }

    /// Works on an answer when it is its turn. Past its time, the work is dropped.
    pub(super) async fn answer<T>(&self, work: impl Future<Output = T>) -> Result<T, Refusal> {
        let in_turn = async {
            let waiting = self.metrics.request_waiting();
            let turn = self.turns.take().await?;
            drop(waiting);
            let _at_work = self.metrics.request_at_work();
            let answer = work.await;
            drop(turn);
            Ok(answer)
        };
        match tokio::time::timeout(ANSWER, in_turn).await {
            Ok(Ok(answer)) => Ok(answer),
            Ok(Err(NoTurn::Full | NoTurn::Late)) => Err(self.refused().await),
            Err(_) => Err(Refusal::new(
                Code::Timeout,
                format!("There is no answer within {} s. Ask for less, or try again later.", ANSWER.as_secs()),
            )),
        }
    }

    /// The refusal for want of room.
    async fn refused(&self) -> Refusal {
        let until = self.pace.lock().unwrap_or_else(PoisonError::into_inner).next();
        tokio::time::sleep_until(until).await;
        Refusal::new(Code::Unavailable, "There is more to do than can be done just now. Try again in a second.")
    }
}

/// Spreads refusals over time. Who asks again at once, and in thousands, would otherwise have us refuse all the
/// time instead of answering: a refusal is cheap, not free.
#[derive(Debug)]
struct Pace {
    /// When the next refusal is due.
    next: Instant,
    /// What was refused since that was last logged.
    refused: u64,
    logged: Option<Instant>,
}

impl Default for Pace {
    fn default() -> Self {
        Self { next: Instant::now(), refused: 0, logged: None }
    }
}

impl Pace {
    /// When the next refusal may be written.
    fn next(&mut self) -> Instant {
        let now = Instant::now();
        self.log(now);
        let due = self.next.max(now);
        if due > now + HOLD {
            return now + HOLD;
        }
        self.next = due + Duration::from_secs(1) / REFUSALS;
        due
    }

    /// One line a second, instead of one a refusal.
    fn log(&mut self, now: Instant) {
        self.refused += 1;
        if self.logged.is_none_or(|logged| logged + Duration::from_secs(1) <= now) {
            tracing::warn!(http.refused = self.refused, "too many requests at a time, some were refused");
            self.refused = 0;
            self.logged = Some(now);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::pin::pin;

    use futures_util::future::{pending, poll_immediate, ready};

    use super::*;
    use crate::clock::SystemClock;

    #[tokio::test]
    async fn as_many_wait_as_are_at_work_and_who_is_one_too_many_is_refused() {
        let load = Load::new(1, Metrics::new(Arc::new(SystemClock)));
        assert_eq!(load.admit().await, Ok(()));
        let mut at_work = Box::pin(load.answer(pending::<()>()));
        assert!(poll_immediate(at_work.as_mut()).await.is_none());
        assert_eq!(load.admit().await, Ok(()));
        let mut waiting = pin!(load.answer(ready(7)));
        assert!(poll_immediate(waiting.as_mut()).await.is_none());

        let message = "There is more to do than can be done just now. Try again in a second.";
        let refused = Refusal::new(Code::Unavailable, message);
        assert_eq!(load.admit().await, Err(refused.clone()));
        assert_eq!(load.answer(ready(8)).await, Err(refused));

        drop(at_work);
        assert_eq!(waiting.await, Ok(7));
        assert_eq!(load.admit().await, Ok(()));
        assert_eq!(load.answer(ready(9)).await, Ok(9));
    }

    #[tokio::test]
    async fn long_bodies_have_a_number() {
        let load = Load::new(1, Metrics::new(Arc::new(SystemClock)));
        let mut rooms = Vec::new();
        for _ in 0..LONG_BODIES {
            rooms.push(load.admit_long_body().await.expect("room"));
        }
        assert!(load.admit_long_body().await.is_err());
        rooms.pop();
        assert!(load.admit_long_body().await.is_ok());
    }

    #[test]
    fn refusals_are_spread_and_none_is_held_back_for_longer_than_a_second() {
        let mut pace = Pace::default();
        let started = Instant::now();
        let due: Vec<Instant> = (0..3 * REFUSALS).map(|_| pace.next()).collect();
        let ended = Instant::now();
        let gap = Duration::from_secs(1) / REFUSALS;
        assert!(due.windows(2).all(|pair| pair[0] <= pair[1]));
        assert!(due[0] <= ended && due[10] >= started + gap * 10);
        assert!(due.iter().all(|due| *due <= ended + HOLD + gap), "nobody waits longer than that");
    }
}
