//! What turns promise to those who use things, who wait, and who go away.

use std::pin::{Pin, pin};

use futures_util::{FutureExt, future::poll_immediate};
use proptest::{collection::vec, prelude::*};

use super::*;

const EVER: Duration = Duration::from_hours(1);

fn one(most_waiting: usize, patience: Duration, order: Order) -> Turns<u8> {
    Turns::new([7], Rules { most_waiting, patience, order, parts: 1 })
}

/// Rules by which a thing has so many parts.
fn of_parts(parts: usize) -> Rules {
    Rules { most_waiting: 9, patience: EVER, order: Order::Fair, parts }
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
    let turns = Turns::new([1, 2, 3], of_parts(1));
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

#[tokio::test]
async fn those_who_share_are_spread_and_have_no_more_parts_than_there_are() {
    let turns = Turns::new([1, 2], of_parts(6));
    let mut held = Vec::new();
    for parts in [3, 2, 4, 2] {
        held.push(turns.share(parts).now_or_never().expect("there is room").expect("a turn"));
    }
    let users: Vec<u8> = held.iter().map(|turn| **turn).collect();
    let [first, second] = [users[0], users[1]];
    assert_ne!(first, second, "a free one comes first");
    assert_eq!(users, [first, second, second, first], "then the one that is used least");

    let mut large = pin!(turns.share(3));
    assert!(came(large.as_mut()).await.is_none(), "one part is left");
    let mut small = pin!(turns.share(1));
    assert!(came(small.as_mut()).await.is_none(), "somebody waits");
    drop(held.remove(2));
    assert_eq!(*came(large).await.expect("four parts came back"), second);
    assert_eq!(*came(small).await.expect("and one is left"), second);
    assert!(turns.share(9).now_or_never().is_none(), "which is all of one");
}

#[tokio::test]
async fn who_wants_one_part_joins_where_most_are() {
    let turns = Turns::new([1, 2], of_parts(3));
    let mut held = Vec::new();
    for _ in 0..4 {
        held.push(turns.share(1).now_or_never().expect("there is room").expect("a turn"));
    }
    let users: Vec<u8> = held.iter().map(|turn| **turn).collect();
    assert_eq!(users[..3], [users[0]; 3]);
    assert_ne!(users[3], users[0], "that one is full");
    drop(held.remove(0));
    assert_eq!(*turns.share(1).now_or_never().expect("there is room").expect("a turn"), users[0]);
}

#[tokio::test]
async fn who_wants_a_thing_alone_has_it_alone_and_does_not_wait_for_those_who_came_later() {
    let turns = Turns::new([7], of_parts(9));
    let first = turns.share(1).await.expect("it is free");
    let mut alone = pin!(turns.take());
    assert!(came(alone.as_mut()).await.is_none());
    let (mut later, mut last) = (pin!(turns.share(1)), pin!(turns.share(1)));
    assert!(came(later.as_mut()).await.is_none(), "somebody waits");
    assert!(came(last.as_mut()).await.is_none());

    drop(first);
    let alone = came(alone).await.expect("nobody else has it");
    assert!(came(later.as_mut()).await.is_none());
    drop(alone);
    let _later = came(later).await.expect("a turn");
    let _last = came(last).await.expect("they share it");
}

#[tokio::test]
async fn who_waited_for_one_alone_and_went_away_keeps_nobody_from_sharing() {
    let turns = Turns::new([7], of_parts(9));
    let _first = turns.share(1).await.expect("it is free");
    let mut alone = Box::pin(turns.take());
    assert!(came(alone.as_mut()).await.is_none());
    let mut behind = pin!(turns.share(1));
    assert!(came(behind.as_mut()).await.is_none());
    drop(alone);
    assert!(came(behind.as_mut()).await.is_some(), "nobody is before it");
    assert!(turns.share(1).now_or_never().is_some());
}

/// What may happen at a time: somebody comes for so many parts, or the one who came so many before leaves, served or not.
#[derive(Clone, Copy, Debug)]
enum Event {
    Share(usize),
    Leave(usize),
}

fn event() -> impl Strategy<Value = Event> {
    prop_oneof![(1..=PARTS).prop_map(Event::Share), (0_usize..12).prop_map(Event::Leave)]
}

const PARTS: usize = 3;

proptest! {
    #[test]
    fn nothing_is_used_by_more_than_it_has_parts_for_and_the_first_waits_for_nothing_that_is_left(events in vec(event(), 0..60)) {
        type Coming = Pin<Box<dyn Future<Output = Result<Turn<usize>, NoTurn>>>>;
        let turns = Turns::new([0, 1], Rules { most_waiting: usize::MAX, ..of_parts(PARTS) });
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().expect("a runtime");
        runtime.block_on(async {
            let mut waiting: Vec<(usize, Coming)> = Vec::new();
            let mut held: Vec<(usize, Turn<usize>)> = Vec::new();
            for event in events {
                match event {
                    Event::Share(parts) => {
                        let turns = turns.clone();
                        waiting.push((parts, Box::pin(async move { turns.share(parts).await })));
                    }
                    Event::Leave(at) if at < held.len() => drop(held.remove(at)),
                    Event::Leave(at) if at - held.len() < waiting.len() => drop(waiting.remove(at - held.len())),
                    Event::Leave(_) => {}
                }
                let mut at = 0;
                while at < waiting.len() {
                    match waiting[at].1.as_mut().now_or_never() {
                        Some(turn) => held.push((waiting.remove(at).0, turn.expect("a turn"))),
                        None => at += 1,
                    }
                }
                for place in 0..2 {
                    let used: usize = held.iter().filter(|(_, turn)| **turn == place).map(|(parts, _)| parts).sum();
                    prop_assert!(used <= PARTS);
                    prop_assert!(waiting.first().is_none_or(|(parts, _)| used + parts > PARTS), "there is room");
                }
            }
            Ok(())
        })?;
    }
}
