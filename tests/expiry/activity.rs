//! What of a client's activity reaches the record, and when.

use noex::ExitReason;
use noex::prelude::*;
use noex::testing::{Call, Fault, FaultyAdapter, TestClock};

use super::{HOUR, MAX_IDLE, MINUTE, MS, active_at, ended, family, idle};
use crate::any_store::AnyStore;
use crate::counter::{Counter, Does, begin, clocked, pass, record, seconds, tell, text, total_in};

fn state(store: &AnyStore) -> String {
    let text = text(&record(store, "counters:a").expect("it is stored"));
    let (_, state) = text.split_once("\"state\":").expect("it has a state");
    let (state, _) = state.split_once(",\"checksum\"").expect("it is sealed");
    state.to_owned()
}

// P4, E4: a server that is only read is kept alive: its activity is in the record after the next interval, by one write
// an interval that changes nothing of the state; where nobody asks, there is none
#[tokio::test(start_paused = true)]
async fn reads_alone_reach_the_record() {
    begin();
    let (store, clock) = (FaultyAdapter::new(AnyStore::new()), TestClock::new());
    let system = clocked(store.clone(), &clock);
    let family = family(&system, "counters", idle());
    let counter = family.create("a", 5).await.expect("it is new");
    let (created, stored) = (store.writes(), state(store.inner()));
    for minute in 1..=100 {
        for _ in 0..10 {
            counter.total().await.expect("it reads");
        }
        let read = clock.now();
        pass(MINUTE).await;
        assert_eq!(active_at(&family).await, read);
        assert_eq!(store.writes(), created + minute);
    }
    assert_eq!(state(store.inner()), stored);
    let writes = store.writes();
    pass(29 * MINUTE).await;
    assert_eq!(store.writes(), writes, "nobody was active");
    assert_eq!(family.live(), 1);
}

// P4: without `max_idle`, reads write nothing
#[tokio::test(start_paused = true)]
async fn without_max_idle_reads_write_nothing() {
    begin();
    let (store, clock) = (FaultyAdapter::new(AnyStore::new()), TestClock::new());
    let system = clocked(store.clone(), &clock);
    let family = family(&system, "counters", idle().max_idle(None));
    let counter = family.create("a", 5).await.expect("it is new");
    let writes = store.writes();
    for _ in 0..10 {
        counter.total().await.expect("it reads");
        pass(MINUTE).await;
    }
    assert_eq!(store.writes(), writes);
}

// P4, E4: without an interval, activity is in the record before half of `max_idle` has passed
#[tokio::test(start_paused = true)]
async fn without_an_interval_activity_is_kept_in_time() {
    begin();
    let (store, clock) = (FaultyAdapter::new(AnyStore::new()), TestClock::new());
    let system = clocked(store.clone(), &clock);
    let family = family(&system, "counters", idle().interval(None));
    let counter = family.create("a", 5).await.expect("it is new");
    let writes = store.writes();
    for _ in 0..300 {
        counter.total().await.expect("it reads");
        pass(MINUTE).await;
        let idle = clock.now().duration_since(active_at(&family).await);
        assert!(idle.expect("it is past") <= MAX_IDLE / 2);
    }
    let written = store.writes() - writes;
    assert!((20..=40).contains(&written), "{written} writes");
}

// P4, P7: activity is not forgotten while saving fails, and is in the record once it succeeds
#[tokio::test(start_paused = true)]
async fn activity_during_failing_saves_is_kept() {
    begin();
    let (store, clock) = (FaultyAdapter::new(AnyStore::new()), TestClock::new());
    let system = clocked(store.clone(), &clock);
    let family = family(&system, "counters", idle());
    let counter = family.create("a", 5).await.expect("it is new");
    for fault in [Fault::Rejected, Fault::Lost, Fault::AnsweredTooLate] {
        for call in [Call::Write, Call::Load] {
            counter.total().await.expect("it reads");
            store.always(call, fault.clone());
            pass(5 * MINUTE).await;
            counter.total().await.expect("it reads");
            let read = clock.now();
            pass(MINUTE).await;
            store.heal();
            pass(2 * MINUTE).await;
            assert_eq!(active_at(&family).await, read);
        }
    }
}

// P4: a state that cannot be encoded is no activity, however often it is tried: what is stored is not stored again
#[tokio::test(start_paused = true)]
async fn failing_to_encode_is_no_activity() {
    begin();
    let (store, clock) = (FaultyAdapter::new(AnyStore::new()), TestClock::new());
    let system = clocked(store.clone(), &clock);
    let family = family(&system, "counters", idle());
    let counter = family.create("a", 5).await.expect("it is new");
    tell("before_persist", Does::Panic);
    let writes = store.writes();
    counter.add(1).await.expect("it adds");
    let added = clock.now();
    pass(20 * MINUTE).await;
    assert_eq!(store.writes(), writes + 1, "the activity, once");
    assert_eq!(active_at(&family).await, added);
}

// P4, T1: activity whose save fails while the server is stopped is saved by the last save
#[tokio::test(start_paused = true)]
async fn activity_in_flight_at_a_stop_is_kept() {
    begin();
    let (store, clock) = (FaultyAdapter::new(AnyStore::new()), TestClock::new());
    let system = clocked(store.clone(), &clock);
    let family = family(&system, "counters", idle());
    let counter = family.create("a", 5).await.expect("it is new");
    pass(MINUTE).await;
    counter.total().await.expect("it reads");
    let read = clock.now();
    let gate = noex::testing::Gate::new();
    store.next(Call::Load, Fault::Held(gate.clone()));
    gate.has_waiting(1).await;
    store.next(Call::Write, Fault::Rejected);
    store.next(Call::Write, Fault::Rejected);
    store.next(Call::Write, Fault::Rejected);
    let stopped = tokio::spawn(async move { counter.stop().await });
    pass(MS).await;
    gate.open();
    stopped.await.expect("no panic").expect("it is saved");
    assert_eq!(active_at(&family).await, read);
}

// P4, E4: a stop and going idle save activity
#[tokio::test(start_paused = true)]
async fn a_stop_saves_activity() {
    begin();
    let (store, clock) = (AnyStore::new(), TestClock::new());
    let system = clocked(store.clone(), &clock);
    let builder = system.family::<Counter>("counters").env("first");
    let builder = builder.idle_timeout(seconds(10)).persist(idle());
    let family = builder.build().expect("it is built");
    let mut events = system.events();
    let counter = family.create("a", 5).await.expect("it is new");
    pass(seconds(5)).await;
    counter.total().await.expect("it reads");
    let read = clock.now();
    assert_eq!(ended(&mut events).await, ExitReason::Idle);
    assert_eq!(active_at(&family).await, read);
    pass(seconds(5)).await;
    counter.total().await.expect("it reads");
    let read = clock.now();
    pass(seconds(5)).await;
    counter.stop().await.expect("it stops");
    assert_eq!(active_at(&family).await, read);
}

// P4, H2, E4: a `before_persist` that skips keeps the state from the record, not the activity: on the interval, at a stop,
// on going idle
#[tokio::test(start_paused = true)]
async fn a_skip_does_not_lose_activity() {
    for (idle_timeout, stops) in [(HOUR, false), (HOUR, true), (seconds(10), false)] {
        begin();
        let (store, clock) = (AnyStore::new(), TestClock::new());
        let system = clocked(store.clone(), &clock);
        let builder = system.family::<Counter>("counters").env("first");
        let builder = builder.idle_timeout(idle_timeout).persist(idle());
        let family = builder.build().expect("it is built");
        let counter = family.create("a", 5).await.expect("it is new");
        tell("before_persist", Does::Skip);
        pass(5 * MINUTE).await;
        counter.add(1).await.expect("it adds");
        let added = clock.now();
        if stops {
            counter.stop().await.expect("it stops");
        } else {
            pass(MINUTE).await;
        }
        assert_eq!(active_at(&family).await, added, "{idle_timeout:?} {stops}");
        assert_eq!(total_in(&store, "counters:a"), Some(5));
    }
}
