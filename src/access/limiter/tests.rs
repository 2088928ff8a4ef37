//! The limiter under clocks that jump, floods, and requests at the same time.

use std::{
    collections::HashMap,
    net::{IpAddr, Ipv4Addr},
};

use proptest::prelude::*;

use super::*;
use crate::clock::Timestamp;

const WINDOW: Duration = Duration::from_secs(WINDOW_SECONDS as u64);

/// What the machine says, and how long it really has been.
#[derive(Default)]
struct Time {
    wall: i64,
    reading: Duration,
    passed: Duration,
}

#[derive(Clone, Default)]
struct TestClock(Arc<Mutex<Time>>);

impl TestClock {
    fn time(&self) -> MutexGuard<'_, Time> {
        self.0.lock().expect("no panic")
    }

    fn pass(&self, step: Duration) {
        let mut time = self.time();
        time.reading += step;
        time.passed += step;
    }
}

impl Clock for TestClock {
    fn now(&self) -> Timestamp {
        Timestamp(self.time().wall)
    }

    fn uptime(&self) -> Duration {
        self.time().reading
    }
}

fn client(number: u32) -> Client {
    IpAddr::from(Ipv4Addr::from(number)).into()
}

fn limiter(shards: usize, most_clients: usize, limit: u32) -> (Limiter, TestClock) {
    let clock = TestClock::default();
    // A time that isn't the first one.
    clock.pass(Duration::from_millis(1_000_250));
    let limit = NonZeroU32::new(limit).expect("a limit");
    (Limiter::with_room(shards, most_clients, limit, Arc::new(clock.clone())), clock)
}

/// Something that happens.
#[derive(Clone, Debug)]
enum Event {
    Pass(Duration),
    /// Somebody sets the machine's clock.
    Set(i64),
    /// A clock that never should goes back.
    GoBack(Duration),
    Take(u32, u32),
}

fn event(clients: u32) -> impl Strategy<Value = Event> {
    let years = || (0..3_000_000_000_u64).prop_map(Duration::from_secs);
    prop_oneof![
        3 => (0..20_000_u64).prop_map(|step| Event::Pass(Duration::from_millis(step))),
        1 => years().prop_map(Event::Pass),
        1 => any::<i64>().prop_map(Event::Set),
        1 => years().prop_map(Event::GoBack),
        20 => (0..clients, 0..8_u32).prop_map(|(client, points)| Event::Take(client, points)),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_000))]

    /// Also where there is room for fewer clients than there are, and where clocks do what they like.
    #[test]
    fn nobody_takes_more_than_the_limit_in_any_60_seconds(
        room in 8..40_usize,
        events in proptest::collection::vec(event(30), 1..400),
    ) {
        let (limiter, clock) = limiter(1, room, 10);
        let mut log: HashMap<u32, Vec<(Duration, u32)>> = HashMap::new();
        for event in events {
            match event {
                Event::Pass(step) => clock.pass(step),
                Event::Set(wall) => clock.time().wall = wall,
                Event::GoBack(step) => {
                    let mut time = clock.time();
                    time.reading = time.reading.saturating_sub(step);
                }
                Event::Take(number, points) => {
                    let now = clock.time().passed;
                    let taken = limiter.take(client(number), points, 0);
                    let log = log.entry(number).or_default();
                    log.extend(taken.is_ok().then_some((now, points)));
                    let recent = log.iter().filter(|(at, _)| *at + WINDOW >= now);
                    prop_assert!(recent.map(|(_, points)| points).sum::<u32>() <= 10, "{number}: {log:?}");
                    if let Err(Exceeded { retry_after, .. }) = taken {
                        prop_assert!(retry_after.is_some_and(|wait| (1..=61).contains(&wait)), "{taken:?}");
                    }
                }
            }
            prop_assert!(limiter.shards[0].lock().expect("no panic").windows.len() <= room);
        }
        // Whatever the clocks did: a window after somebody looks, and the second that counts in full, all is there.
        limiter.rate(client(0));
        clock.pass(WINDOW + Duration::from_secs(1));
        prop_assert_eq!(limiter.take(client(0), 10, 0), Ok(()));
    }
}

#[test]
fn a_refusal_says_what_is_left_and_when_it_is_enough() {
    let (limiter, clock) = limiter(SHARDS, MOST_CLIENTS, 10);
    let one = client(1);
    assert_eq!(limiter.rate(one), Rate { limit: 10, remaining: 10, more_in: None });
    assert_eq!(limiter.take(one, 3, 0), Ok(()));
    clock.pass(Duration::from_secs(10));
    assert_eq!(limiter.take(one, 5, 0), Ok(()));
    // The first points were taken in second 1000, of which a quarter was over.
    let rate = Rate { limit: 10, remaining: 2, more_in: Some(51) };
    assert_eq!(limiter.rate(one), rate);
    assert_eq!(limiter.take(one, 3, 0), Err(Exceeded { points: 3, rate, retry_after: Some(51) }));
    assert_eq!(limiter.take(one, 6, 0), Err(Exceeded { points: 6, rate, retry_after: Some(61) }));
    assert_eq!(limiter.take(one, 11, 0), Err(Exceeded { points: 11, rate, retry_after: None }));
    assert_eq!((limiter.take(client(2), 10, 0), limiter.rate(one)), (Ok(()), rate));
    clock.pass(Duration::from_secs(51));
    assert_eq!(limiter.rate(one), Rate { limit: 10, remaining: 5, more_in: Some(10) });
    assert_eq!(limiter.take(one, 5, 0), Ok(()));
}

#[test]
fn what_a_request_has_paid_is_part_of_what_it_takes() {
    let (limiter, clock) = limiter(SHARDS, MOST_CLIENTS, 10);
    let one = client(1);
    assert_eq!((limiter.take(one, 6, 0), limiter.take(one, 1, 0)), (Ok(()), Ok(())));
    assert_eq!(limiter.take(one, 4, 1), Ok(()));
    assert_eq!(limiter.rate(one).remaining, 0);
    clock.pass(WINDOW);
    assert_eq!((limiter.take(one, 0, 0), limiter.take(one, 1, 1)), (Ok(()), Ok(())));
    clock.pass(Duration::from_secs(1));
    assert_eq!((limiter.take(one, 6, 0), limiter.take(one, 1, 0)), (Ok(()), Ok(())));
    // It will come again, and has to pay all of it then.
    let rate = Rate { limit: 10, remaining: 4, more_in: Some(61) };
    assert_eq!(limiter.take(one, 5, 1), Err(Exceeded { points: 5, rate, retry_after: Some(61) }));
}

#[test]
fn a_flood_of_addresses_fills_no_memory_and_makes_nobody_forgotten() {
    let (limiter, _) = limiter(4, 256, 600);
    let busy = 0..50;
    for number in busy.clone() {
        assert_eq!(limiter.take(client(number), 300, 0), Ok(()));
    }
    for address in 1_000..11_000 {
        limiter.take(client(address), 1, 0).expect("each has points of its own");
    }
    let kept = limiter.shards.iter().map(|it| it.lock().expect("no panic").windows.len());
    assert!(kept.clone().all(|clients| clients <= 256), "{:?}", kept.collect::<Vec<_>>());
    for number in busy {
        assert_eq!(limiter.rate(client(number)).remaining, 300);
    }
    // 10,000 are about ten times as many as there is room for.
    let remaining = limiter.rate(client(u32::MAX)).remaining;
    assert!((580..600).contains(&remaining), "{remaining}");
}

#[test]
fn requests_at_the_same_time_take_no_more_than_the_limit_together() {
    let (limiter, _) = limiter(SHARDS, MOST_CLIENTS, 1_000);
    let taken: usize = std::thread::scope(|scope| {
        let take = || (0..500).filter(|_| limiter.take(client(1), 1, 0).is_ok()).count();
        let threads: Vec<_> = (0..4).map(|_| scope.spawn(take)).collect();
        threads.into_iter().map(|thread| thread.join().expect("no panic")).sum()
    });
    assert_eq!(taken, 1_000);
}
