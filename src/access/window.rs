//! How much somebody took in the last 60 seconds: never more than a limit in any 60 s, in constant memory.
//! Whose points these are and which clock measures the time is left to [`super::limiter`].

use std::time::Duration;

/// How long a point counts, in seconds.
pub const WINDOW_SECONDS: u32 = 60;

/// The seconds that count: those of the window, and the oldest, of which a part is in it. That one counts in
/// full, so that a point counts for 60 to 61 s: never too short, and less than 2 % too long.
const SECONDS: usize = WINDOW_SECONDS as usize + 1;

/// How many points were taken, second by second.
#[derive(Clone, Debug)]
pub(super) struct Window {
    /// By second; the place of a second is its number modulo [`SECONDS`].
    points: [u32; SECONDS],
    /// The sum of them.
    used: u32,
    /// The number of the newest second.
    newest: u64,
}

impl Window {
    /// A window in which nothing was taken.
    pub(super) fn new() -> Self {
        Self { points: [0; SECONDS], used: 0, newest: 0 }
    }

    /// Takes points, unless it were more than `limit` within 60 s. Says whether it did.
    pub(super) fn take(&mut self, points: u32, limit: u32, now: Duration) -> bool {
        let fits = self.used(now).checked_add(points).is_some_and(|used| used <= limit);
        if fits {
            self.points[place(self.newest)] += points;
            self.used += points;
        }
        fits
    }

    /// How many points count now.
    pub(super) fn used(&mut self, now: Duration) -> u32 {
        // A time before the newest second is taken for that second.
        let gone = now.as_secs().saturating_sub(self.newest);
        for second in self.newest + 1..=self.newest + gone.min(SECONDS as u64) {
            self.used -= std::mem::take(&mut self.points[place(second)]);
        }
        self.newest += gone;
        self.used
    }

    /// How long it takes from now on until so many points can be taken, if nobody takes others; none, if
    /// they never can.
    pub(super) fn wait(&mut self, points: u32, limit: u32, now: Duration) -> Option<Duration> {
        if points > limit {
            return None;
        }
        let mut excess = self.used(now).saturating_sub(limit - points);
        if excess == 0 {
            return Some(Duration::ZERO);
        }
        let mut seconds = self.newest.saturating_sub(u64::from(WINDOW_SECONDS))..=self.newest;
        let last = seconds.find(|second| {
            excess = excess.saturating_sub(self.points[place(*second)]);
            excess == 0
        })?;
        Some(Duration::from_secs(last + SECONDS as u64).saturating_sub(now))
    }

    /// Has in each second at least as many points as the other one.
    pub(super) fn cover(&mut self, other: &mut Self, now: Duration) {
        self.used(now);
        other.used(now);
        for (own, others) in self.points.iter_mut().zip(other.points) {
            *own = others.max(*own);
        }
        self.used = self.points.iter().sum();
    }
}

/// Where a second is kept.
fn place(second: u64) -> usize {
    usize::try_from(second % SECONDS as u64).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const WINDOW: Duration = Duration::from_secs(WINDOW_SECONDS as u64);
    const NANOSECOND: Duration = Duration::from_nanos(1);

    /// From nothing to years, and often about a window.
    fn step() -> impl Strategy<Value = Duration> {
        prop_oneof![
            3 => Just(Duration::ZERO),
            3 => (0..3_000_000_000_u64).prop_map(Duration::from_nanos),
            3 => (0..30_u64).prop_map(Duration::from_secs),
            2 => (59_000..62_000_u64).prop_map(Duration::from_millis),
            1 => (0..1_000_000_000_u64).prop_map(Duration::from_secs),
        ]
    }

    /// A limit, and what is asked for: how long after the one before, and how many points.
    fn trace() -> impl Strategy<Value = (u32, Vec<(Duration, u32)>)> {
        (1..50_u32).prop_flat_map(|limit| (Just(limit), proptest::collection::vec((step(), 0..=limit + 1), 1..120)))
    }

    /// What an exact log of all that was taken has within that long before `now`, both ends included.
    fn within(log: &[(Duration, u32)], span: Duration, now: Duration) -> u32 {
        log.iter().filter(|(at, _)| *at + span >= now).map(|(_, points)| points).sum()
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2_000))]

        #[test]
        fn no_60_seconds_have_more_than_the_limit_and_nearly_that_much_can_be_taken((limit, trace) in trace()) {
            let (mut window, mut log, mut now) = (Window::new(), Vec::new(), Duration::ZERO);
            for (step, points) in trace {
                now += step;
                let taken = window.take(points, limit, now);
                if taken {
                    log.push((now, points));
                }
                prop_assert!(within(&log, WINDOW, now) <= limit, "too much at {now:?}: {log:?}");
                let strict = within(&log, WINDOW * 102 / 100, now) + points > limit;
                prop_assert!(taken || strict, "{points} are refused at {now:?}: {log:?}");
                // What is counted is what is in the log, however late somebody looks.
                prop_assert!(window.used(now) >= within(&log, WINDOW, now));
                prop_assert!(window.used(now) <= within(&log, WINDOW * 102 / 100, now));
            }
        }

        #[test]
        fn who_waits_as_long_as_told_gets_through_and_nobody_earlier((limit, trace) in trace()) {
            let (mut window, mut now) = (Window::new(), Duration::ZERO);
            for (step, points) in trace {
                now += step;
                let wait = window.wait(points, limit, now);
                prop_assert_eq!(wait.is_none(), points > limit);
                let taken = window.take(points, limit, now);
                prop_assert_eq!(taken, wait == Some(Duration::ZERO));
                if let Some(wait) = wait.filter(|wait| !wait.is_zero()) {
                    prop_assert!(wait <= WINDOW + Duration::from_secs(1));
                    let earlier = now + wait.saturating_sub(NANOSECOND);
                    prop_assert!(!window.clone().take(points, limit, earlier), "{wait:?} is too long");
                    prop_assert!(window.clone().take(points, limit, now + wait), "{wait:?} is too short");
                    prop_assert!(window.clone().take(points, limit, now + wait * 2));
                }
            }
        }
    }

    #[test]
    fn a_point_counts_for_60_to_61_seconds() {
        for (taken_at, gone_at) in [(0, 61_000), (1, 61_000), (999, 61_000), (1_000, 62_000), (59_500, 120_000)] {
            let mut window = Window::new();
            assert!(window.take(5, 5, Duration::from_millis(taken_at)));
            let gone_at = Duration::from_millis(gone_at);
            let before = gone_at.saturating_sub(NANOSECOND);
            assert_eq!((window.used(before), window.used(gone_at)), (5, 0), "{taken_at} ms");
        }
    }

    #[test]
    fn at_a_time_before_the_newest_second_what_was_taken_still_counts() {
        let mut window = Window::new();
        assert!(window.take(3, 5, Duration::from_secs(100)));
        let earlier = Duration::from_secs(40);
        assert!(window.take(2, 5, earlier) && !window.take(1, 5, earlier));
        assert_eq!(window.used(Duration::from_secs(160)), 5);
        assert_eq!(window.used(Duration::from_secs(161)), 0);
    }

    #[test]
    fn a_window_that_covers_another_has_at_least_as_much_at_any_time() {
        let (mut one, mut other) = (Window::new(), Window::new());
        assert!(one.take(3, 10, Duration::from_secs(10)) && one.take(1, 10, Duration::from_secs(20)));
        assert!(other.take(2, 10, Duration::from_secs(10)) && other.take(5, 10, Duration::from_secs(30)));
        one.cover(&mut other, Duration::from_secs(40));
        let used: Vec<u32> = [40, 71, 81, 91].map(|second| one.used(Duration::from_secs(second))).to_vec();
        assert_eq!(used, [3 + 1 + 5, 1 + 5, 5, 0]);
    }
}
