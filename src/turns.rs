//! Taking turns: a few things, each used by one at a time, and a queue of those who wait for one.
//!
//! A queue makes nothing faster, it bridges moments. So who has waited too long is sent away, and who finds
//! the queue full at once. What the things are, and what is said to whom is sent away, is left to others.

use std::{
    collections::VecDeque,
    fmt,
    ops::Deref,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use tokio::{sync::oneshot, time::Instant};

/// Things to be used by one at a time, through handles of theirs. A clone is the same things, and the same
/// queue.
pub struct Turns<T: Clone>(Arc<Shared<T>>);

/// A thing for whoever holds this. Dropped, it goes to the next.
pub struct Turn<T: Clone> {
    thing: T,
    shared: Arc<Shared<T>>,
}

/// Who waits how long, and in which order.
#[derive(Clone, Copy, Debug)]
pub struct Rules {
    /// How many may wait.
    pub most_waiting: usize,
    /// How long one may wait.
    pub patience: Duration,
    /// Whose turn is next.
    pub order: Order,
}

/// Whose turn is next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    /// Whoever has waited longest.
    Fair,
    /// The same as long as nobody has waited for longer than this; then, whoever came last. There is more
    /// to do than can be done then: some will be sent away anyway, and it had better not be those whose
    /// callers are still there, after everyone has waited as long as they may.
    NewestAfter(Duration),
}

/// Why somebody got none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoTurn {
    /// No more may wait.
    Full,
    /// It took too long.
    Late,
}

struct Shared<T: Clone> {
    rules: Rules,
    queue: Mutex<Queue<T>>,
}

/// Nobody waits while something is free.
struct Queue<T: Clone> {
    /// What came back last goes out first: it is warm, and what nobody needs stays cold and small.
    free: Vec<T>,
    /// Oldest first. Some may have gone away.
    waiting: VecDeque<Waiting<T>>,
}

struct Waiting<T: Clone> {
    since: Instant,
    /// Carries a turn rather than a thing: one that nobody takes any more comes back by itself.
    call: oneshot::Sender<Turn<T>>,
}

impl<T: Clone> Turns<T> {
    /// Turns at these things.
    pub fn new(things: impl IntoIterator<Item = T>, rules: Rules) -> Self {
        let queue = Queue { free: things.into_iter().collect(), waiting: VecDeque::new() };
        Self(Arc::new(Shared { rules, queue: Mutex::new(queue) }))
    }

    /// Whether who asks now is sent away at once.
    pub fn is_full(&self) -> bool {
        let mut queue = self.0.queue();
        queue.free.is_empty() && queue.are_waiting() >= self.0.rules.most_waiting
    }

    /// Waits for a turn. Who stops waiting leaves the queue.
    pub async fn take(&self) -> Result<Turn<T>, NoTurn> {
        let called = {
            let mut queue = self.0.queue();
            if let Some(thing) = queue.free.pop() {
                return Ok(Turn { thing, shared: self.0.clone() });
            }
            if queue.are_waiting() >= self.0.rules.most_waiting {
                return Err(NoTurn::Full);
            }
            let (call, called) = oneshot::channel();
            queue.waiting.push_back(Waiting { since: Instant::now(), call });
            called
        };
        match tokio::time::timeout(self.0.rules.patience, called).await {
            Ok(Ok(turn)) => Ok(turn),
            // Nobody is forgotten without an answer, so that the second does not happen.
            Err(_) | Ok(Err(_)) => Err(NoTurn::Late),
        }
    }
}

impl<T: Clone> Shared<T> {
    fn queue(&self) -> MutexGuard<'_, Queue<T>> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Gives a thing to the next who still waits, or puts it back.
    fn pass_on(self: &Arc<Self>, thing: T) {
        let next = {
            let mut queue = self.queue();
            match queue.next(self.rules.order) {
                Some(next) => next,
                None => return queue.free.push(thing),
            }
        };
        // Where that one has gone meanwhile, the turn is dropped, and so passed on.
        drop(next.call.send(Turn { thing, shared: self.clone() }));
    }
}

impl<T: Clone> Queue<T> {
    /// How many wait, without those who went away.
    fn are_waiting(&mut self) -> usize {
        self.waiting.retain(|waiting| !waiting.call.is_closed());
        self.waiting.len()
    }

    fn next(&mut self, order: Order) -> Option<Waiting<T>> {
        self.are_waiting();
        match order {
            Order::NewestAfter(long) if self.waiting.front()?.since.elapsed() > long => self.waiting.pop_back(),
            Order::Fair | Order::NewestAfter(_) => self.waiting.pop_front(),
        }
    }
}

impl<T: Clone> Clone for Turns<T> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

impl<T: Clone> fmt::Debug for Turns<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Turns").field(&self.0.rules).finish()
    }
}

impl<T: Clone> Deref for Turn<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.thing
    }
}

impl<T: Clone> Drop for Turn<T> {
    fn drop(&mut self) {
        self.shared.pass_on(self.thing.clone());
    }
}

impl<T: Clone> fmt::Debug for Turn<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Turn")
    }
}

#[cfg(test)]
mod tests {
    use std::pin::{Pin, pin};

    use futures_util::{FutureExt, future::poll_immediate};

    use super::*;

    const EVER: Duration = Duration::from_hours(1);

    fn one(most_waiting: usize, patience: Duration, order: Order) -> Turns<u8> {
        Turns::new([7], Rules { most_waiting, patience, order })
    }

    /// Whether it was their turn.
    async fn came<F: Future<Output = Result<Turn<u8>, NoTurn>>>(waiting: Pin<&mut F>) -> Option<Turn<u8>> {
        poll_immediate(waiting).await.map(|turn| turn.expect("a turn"))
    }

    #[tokio::test]
    async fn a_thing_has_one_user_at_a_time_and_goes_to_the_next() {
        let turns = one(9, EVER, Order::Fair);
        let first = turns.take().await.expect("it is free");
        let mut second = pin!(turns.take());
        assert!(came(second.as_mut()).await.is_none());
        assert_eq!(*first, 7);
        drop(first);
        assert_eq!(*came(second).await.expect("a turn"), 7);
        assert!(turns.take().now_or_never().is_some(), "it came back");
    }

    #[tokio::test]
    async fn what_was_used_last_is_used_next() {
        let turns = Turns::new([1, 2, 3], Rules { most_waiting: 9, patience: EVER, order: Order::Fair });
        let first = *turns.take().await.expect("it is free");
        for _ in 0..3 {
            assert_eq!(*turns.take().await.expect("it is free"), first);
        }
        let (one, other) = (turns.take().await.expect("it is free"), turns.take().await.expect("it is free"));
        assert_eq!(*one, first);
        assert_ne!(*other, first);
        drop(one);
        drop(other);
        assert_ne!(*turns.take().await.expect("it is free"), first, "the other one came back later");
    }

    #[tokio::test]
    async fn the_oldest_is_next_and_the_newest_once_someone_waited_long() {
        for (order, expected) in [
            (Order::Fair, [0, 1, 2]),
            (Order::NewestAfter(EVER), [0, 1, 2]),
            (Order::NewestAfter(Duration::ZERO), [2, 1, 0]),
        ] {
            let turns = one(9, EVER, order);
            let mut held = turns.take().await.ok();
            let mut waiting: Vec<_> = (0..3).map(|number| (number, Box::pin(turns.take()))).collect();
            for (_, waiting) in &mut waiting {
                assert!(came(waiting.as_mut()).await.is_none());
            }
            // Instants are finer than this.
            tokio::time::sleep(Duration::from_millis(2)).await;
            let mut seen = Vec::new();
            while !waiting.is_empty() {
                drop(held.take());
                let mut at = 0;
                while held.is_none() {
                    held = came(waiting[at].1.as_mut()).await;
                    at += 1;
                }
                seen.push(waiting.remove(at - 1).0);
            }
            assert_eq!(seen, expected, "{order:?}");
        }
    }

    #[tokio::test]
    async fn who_finds_the_queue_full_is_sent_away_at_once() {
        let turns = one(1, EVER, Order::Fair);
        let held = turns.take().await.expect("it is free");
        assert!(!turns.is_full());
        let mut waiting = Box::pin(turns.take());
        assert!(came(waiting.as_mut()).await.is_none());
        assert!(turns.is_full());
        assert_eq!(turns.take().await.err(), Some(NoTurn::Full));

        // Who goes away makes room.
        drop(waiting);
        assert!(!turns.is_full());
        let mut other = Box::pin(turns.take());
        assert!(came(other.as_mut()).await.is_none());
        drop(held);
        assert!(came(other.as_mut()).await.is_some());
        assert!(!turns.is_full());
    }

    #[tokio::test]
    async fn who_waits_too_long_is_sent_away() {
        let turns = one(9, Duration::from_millis(5), Order::Fair);
        let held = turns.take().await.expect("it is free");
        assert_eq!(turns.take().await.err(), Some(NoTurn::Late));
        drop(held);
        assert!(turns.take().await.is_ok());
    }

    #[tokio::test]
    async fn a_turn_that_nobody_takes_any_more_goes_on() {
        let turns = one(9, EVER, Order::Fair);
        let held = turns.take().await.expect("it is free");
        let (mut first, mut second) = (Box::pin(turns.take()), Box::pin(turns.take()));
        assert!(came(first.as_mut()).await.is_none());
        assert!(came(second.as_mut()).await.is_none());
        drop(held); // It is the first one's turn,
        drop(first); // who does not look any more.
        assert!(came(second.as_mut()).await.is_some());
    }
}
