//! What every client has taken lately, in this process: a window for each, in bounded memory.
//!
//! Whoever has many addresses can neither fill the memory nor have a window forgotten. Where there is no room
//! for another client, those with the fewest points go, and what they had counts against everybody who comes
//! new: second by second, as much as the one of them that had most. So nobody gets more than the limit by
//! being forgotten, and those who come new during a flood have a little less: about a point for each time
//! that the flood's clients of a minute fill the table. Who has asked for more than most keeps a window.

use std::{
    collections::HashMap,
    hash::{BuildHasher as _, RandomState},
    num::NonZeroU32,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use super::{
    client::Client,
    window::{WINDOW_SECONDS, Window},
};
use crate::clock::Clock;

/// Into how many parts clients are divided by chance, each under a lock of its own, so that requests seldom
/// wait for each other.
const SHARDS: usize = 64;

/// The most clients of a part: 65,536 in all, in 25 MB.
const MOST_CLIENTS: usize = 1024;

/// Counts what clients take.
pub(super) struct Limiter {
    limit: u32,
    clock: Arc<dyn Clock>,
    /// Keyed at random, so that nobody can aim at one part.
    hasher: RandomState,
    shards: Vec<Mutex<Shard>>,
}

/// What a client may take, at a moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rate {
    /// How many points may be taken in any 60 s.
    pub limit: u32,
    /// How many may be taken now.
    pub remaining: u32,
    /// In how many seconds there will be more; none, where all of them are there.
    pub more_in: Option<u32>,
}

/// More was asked for than may be taken. Shown, it tells the caller what to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{} points may be taken in any {WINDOW_SECONDS} s{}", .rate.limit, self.advice())]
pub struct Exceeded {
    /// How many points the request takes.
    pub points: u32,
    /// What was there for it.
    pub rate: Rate,
    /// In how many seconds it will pass, if nothing else is asked for; none, if it takes more than the limit and so
    /// never will.
    pub retry_after: Option<u32>,
}

impl Exceeded {
    fn advice(&self) -> String {
        let Self { points, rate: Rate { remaining, .. }, retry_after } = self;
        match retry_after {
            Some(wait) => format!(", {remaining} of them now. This request takes {points}: send it again in {wait} s."),
            None => format!(". This request takes {points}: ask for less at once."),
        }
    }
}

impl Limiter {
    /// Each client may take so many points in any 60 s.
    pub(super) fn new(limit: NonZeroU32, clock: Arc<dyn Clock>) -> Self {
        Self::with_room(SHARDS, MOST_CLIENTS, limit, clock)
    }

    /// The same, with room for so many clients in each of so many parts.
    fn with_room(shards: usize, most_clients: usize, limit: NonZeroU32, clock: Arc<dyn Clock>) -> Self {
        let shards = (0..shards).map(|_| Mutex::new(Shard::new(most_clients))).collect();
        Self { limit: limit.get(), clock, hasher: RandomState::new(), shards }
    }

    /// Takes what is missing of a request's points, of which some are `paid`. Nothing is taken where it is too much.
    pub(super) fn take(&self, client: Client, points: u32, paid: u32) -> Result<(), Exceeded> {
        let (mut shard, now) = self.shard(client);
        if shard.take(client, points.saturating_sub(paid), self.limit, now) {
            return Ok(());
        }
        let rate = shard.rate(client, self.limit, now);
        let rate = Rate { remaining: rate.remaining.saturating_add(paid), ..rate };
        let wait = shard.window(client).wait(points, self.limit, now);
        Err(Exceeded { points, rate, retry_after: wait.map(whole_seconds) })
    }

    /// What a client may take now.
    pub(super) fn rate(&self, client: Client) -> Rate {
        let (mut shard, now) = self.shard(client);
        shard.rate(client, self.limit, now)
    }

    /// The part in which a client is counted, and its time. The clock is read under the lock, so that nobody
    /// comes with a time that is older than what is counted already.
    fn shard(&self, client: Client) -> (MutexGuard<'_, Shard>, Duration) {
        let place = self.hasher.hash_one(client) % self.shards.len() as u64;
        let shard = &self.shards[usize::try_from(place).unwrap_or_default()];
        let mut shard = shard.lock().unwrap_or_else(PoisonError::into_inner);
        let now = shard.time.at(self.clock.uptime());
        (shard, now)
    }
}

/// Rounded up, so that who waits that long has waited long enough.
fn whole_seconds(wait: Duration) -> u32 {
    let seconds = wait.as_secs() + u64::from(wait.subsec_nanos() > 0);
    u32::try_from(seconds).unwrap_or(u32::MAX).max(1)
}

/// A part of the clients.
struct Shard {
    time: Steady,
    most_clients: usize,
    windows: HashMap<Client, Box<Window>>,
    /// What the windows had that had to go; each client that comes new begins with it.
    gone: Window,
}

impl Shard {
    fn new(most_clients: usize) -> Self {
        Self { time: Steady::default(), most_clients, windows: HashMap::new(), gone: Window::new() }
    }

    fn take(&mut self, client: Client, points: u32, limit: u32, now: Duration) -> bool {
        if let Some(window) = self.windows.get_mut(&client) {
            return window.take(points, limit, now);
        }
        let mut window = self.gone.clone();
        let taken = window.take(points, limit, now);
        if taken {
            if self.windows.len() >= self.most_clients {
                self.make_room(now);
            }
            self.windows.insert(client, Box::new(window));
        }
        taken
    }

    /// The window of a client, or what it would begin with.
    fn window(&mut self, client: Client) -> &mut Window {
        self.windows.get_mut(&client).map_or(&mut self.gone, |window| &mut **window)
    }

    fn rate(&mut self, client: Client, limit: u32, now: Duration) -> Rate {
        let window = self.window(client);
        let remaining = limit.saturating_sub(window.used(now));
        let more_in = window.wait(remaining + 1, limit, now).map(whole_seconds);
        Rate { limit, remaining, more_in }
    }

    /// Lets windows go in which nothing counts, and an eighth of all in any case: those with the fewest points.
    /// So many at once, because they all have to be looked at to find them.
    fn make_room(&mut self, now: Duration) {
        let mut used: Vec<u32> = self.windows.values_mut().map(|window| window.used(now)).collect();
        used.sort_unstable();
        let going = used.len().div_ceil(8);
        let bound = used.get(going).copied().unwrap_or(u32::MAX);
        let mut of_bound = going - used.partition_point(|used| *used < bound).min(going);
        self.windows.retain(|_, window| {
            let used = window.used(now);
            let goes = used == 0 || used < bound || used == bound && of_bound > 0;
            if goes {
                of_bound -= usize::from(used == bound && of_bound > 0);
                self.gone.cover(window, now);
            }
            !goes
        });
    }
}

/// Time as the sum of the clock's steps forward. A clock that never goes back needs none of this; one that does
/// would otherwise keep its clients out until it has caught up.
#[derive(Default)]
struct Steady {
    read: Duration,
    passed: Duration,
}

impl Steady {
    /// The time at this reading of the clock.
    fn at(&mut self, reading: Duration) -> Duration {
        self.passed = self.passed.saturating_add(reading.saturating_sub(self.read));
        self.read = reading;
        self.passed
    }
}

#[cfg(test)]
mod tests;
