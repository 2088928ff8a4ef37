//! Taking turns: a few things, each used by one at a time or in parts, and a queue of those who wait for one.
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

/// Things to be used by one at a time, or in parts. A clone is the same things, and the same queue.
pub struct Turns<T>(Arc<Shared<T>>);

/// A thing for whoever holds this. Dropped, it goes to the next.
pub struct Turn<T> {
    shared: Arc<Shared<T>>,
    place: usize,
    parts: usize,
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
    /// Into how many parts a thing may be shared.
    pub parts: usize,
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

/// Somebody who may leave the queue without a turn: dropped, it lets those go on who only waited behind that one.
struct Leaving<'s, T>(&'s Arc<Shared<T>>);

struct Shared<T> {
    things: Vec<T>,
    rules: Rules,
    queue: Mutex<Queue<T>>,
}

/// Nobody waits while something is free.
struct Queue<T> {
    /// Places of things. What came back last goes out first: it is warm, and what nobody needs stays cold and small.
    free: Vec<usize>,
    /// How many parts of each thing are in use.
    used: Vec<usize>,
    /// Oldest first. Some may have gone away.
    waiting: VecDeque<Waiting<T>>,
}

struct Waiting<T> {
    since: Instant,
    parts: usize,
    /// Carries a turn rather than a thing: one that nobody takes any more comes back by itself.
    call: oneshot::Sender<Turn<T>>,
}

impl<T> Turns<T> {
    /// Turns at these things.
    pub fn new(things: impl IntoIterator<Item = T>, rules: Rules) -> Self {
        let things: Vec<T> = things.into_iter().collect();
        let queue = Queue { free: (0..things.len()).collect(), used: vec![0; things.len()], waiting: VecDeque::new() };
        Self(Arc::new(Shared { things, rules, queue: Mutex::new(queue) }))
    }

    /// Whether who asks now is sent away at once.
    pub fn is_full(&self) -> bool {
        let mut queue = self.0.queue();
        queue.free.is_empty() && queue.are_waiting() >= self.0.rules.most_waiting
    }

    /// Waits for a thing of one's own. Who stops waiting leaves the queue.
    pub async fn take(&self) -> Result<Turn<T>, NoTurn> {
        self.share(self.0.rules.parts).await
    }

    /// Waits for so many parts of a thing, of which others may have the rest: a free one, or else the one that is used least. Who
    /// wants one part alone is no burden to anyone, and joins where most are. Nobody joins others while somebody waits, or who
    /// wants all of a thing would wait for ever.
    pub async fn share(&self, parts: usize) -> Result<Turn<T>, NoTurn> {
        let Shared { rules, .. } = &*self.0;
        let parts = parts.clamp(1, rules.parts);
        let called = {
            let mut queue = self.0.queue();
            if let Some(place) = queue.enter(parts, rules) {
                return Ok(Turn { shared: self.0.clone(), place, parts });
            }
            if queue.are_waiting() >= rules.most_waiting {
                return Err(NoTurn::Full);
            }
            let (call, called) = oneshot::channel();
            queue.waiting.push_back(Waiting { since: Instant::now(), parts, call });
            called
        };
        let leaving = Leaving(&self.0);
        match tokio::time::timeout(rules.patience, called).await {
            Ok(Ok(turn)) => {
                std::mem::forget(leaving);
                Ok(turn)
            }
            // Nobody is forgotten without an answer, so that the second does not happen.
            Err(_) | Ok(Err(_)) => Err(NoTurn::Late),
        }
    }
}

impl<T> Shared<T> {
    fn queue(&self) -> MutexGuard<'_, Queue<T>> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Gives what was used of a thing to the next who still wait, or puts it back.
    fn pass_on(self: &Arc<Self>, place: usize, parts: usize) {
        let mut queue = self.queue();
        queue.used[place] -= parts;
        let next = queue.next(&self.rules);
        if queue.used[place] == 0 {
            queue.free.push(place);
        }
        drop(queue);
        self.call(next);
    }

    fn call(self: &Arc<Self>, next: Vec<(usize, Waiting<T>)>) {
        for (place, Waiting { call, parts, .. }) in next {
            // Where that one has gone meanwhile, the turn is dropped, and so passed on.
            drop(call.send(Turn { shared: self.clone(), place, parts }));
        }
    }
}

impl<T> Drop for Leaving<'_, T> {
    fn drop(&mut self) {
        let next = self.0.queue().next(&self.0.rules);
        self.0.call(next);
    }
}

impl<T> Queue<T> {
    /// Where somebody may begin at once.
    fn enter(&mut self, parts: usize, rules: &Rules) -> Option<usize> {
        let place = if parts == 1 && parts < rules.parts {
            self.fullest(rules).or_else(|| self.free.pop())
        } else {
            self.free.pop().or_else(|| if self.are_waiting() > 0 { None } else { self.emptiest(parts, rules) })
        }?;
        self.used[place] += parts;
        Some(place)
    }

    /// The thing that is used most and has a part left, where nobody waits.
    fn fullest(&mut self, rules: &Rules) -> Option<usize> {
        if self.are_waiting() > 0 {
            return None;
        }
        let used = self.used.iter().enumerate().filter(|(_, used)| (1..rules.parts).contains(*used));
        used.max_by_key(|(_, used)| **used).map(|(place, _)| place)
    }

    /// The thing that is used least, where that leaves so many parts.
    fn emptiest(&self, parts: usize, rules: &Rules) -> Option<usize> {
        let (place, used) = self.used.iter().enumerate().min_by_key(|(_, used)| **used)?;
        (used + parts <= rules.parts).then_some(place)
    }

    /// How many wait, without those who went away.
    fn are_waiting(&mut self) -> usize {
        self.waiting.retain(|waiting| !waiting.call.is_closed());
        self.waiting.len()
    }

    /// Who are next, and where: as many as there is room for, as far as nobody is before them.
    fn next(&mut self, rules: &Rules) -> Vec<(usize, Waiting<T>)> {
        let mut next = Vec::new(); // allocates nothing while it is empty
        while self.are_waiting() > 0 {
            let is_newest = match rules.order {
                Order::NewestAfter(long) => self.waiting.front().is_some_and(|first| first.since.elapsed() > long),
                Order::Fair => false,
            };
            let at = if is_newest { self.waiting.len() - 1 } else { 0 };
            let Some(place) = self.emptiest(self.waiting[at].parts, rules) else { break };
            self.used[place] += self.waiting[at].parts;
            next.extend(self.waiting.remove(at).map(|waiting| (place, waiting)));
        }
        next
    }
}

impl<T> Clone for Turns<T> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

impl<T> fmt::Debug for Turns<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Turns").field(&self.0.rules).finish()
    }
}

impl<T> Deref for Turn<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.shared.things[self.place]
    }
}

impl<T> Drop for Turn<T> {
    fn drop(&mut self) {
        self.shared.pass_on(self.place, self.parts);
    }
}

impl<T> fmt::Debug for Turn<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Turn")
    }
}

#[cfg(test)]
mod tests;
