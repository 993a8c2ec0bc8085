//! Clocks that are set: back, nothing expires; forward, the janitor believes only what it has measured.

use std::time::Duration;

use noex::prelude::*;
use noex::testing::TestClock;
use noex::{Event, EventStream, ExitReason, PersistenceError};
use tokio::time::Instant;

use super::{
    DAY, HOUR, MAX_IDLE, MINUTE, MS, aged, ended, expired, expiries, family, idle, is_stale, leave,
    left,
};
use crate::any_store::AnyStore;
use crate::counter::{begin, clocked, errors, pass, spec};

/// A way to set a clock.
type Set = fn(&TestClock, Duration);

/// Every pause that was told of, by how much the clock was ahead.
fn pauses(events: &mut EventStream) -> Vec<Duration> {
    std::iter::from_fn(|| events.try_next())
        .filter_map(|event| match event {
            Event::CleanupPaused { kind, ahead } => {
                assert_eq!(&*kind, "Counter");
                Some(ahead)
            }
            _ => None,
        })
        .collect()
}

// E3, S10: a clock that is set back expires nothing: no record at a restore
#[tokio::test(start_paused = true)]
async fn a_clock_set_back_expires_no_record() {
    begin();
    let (store, clock) = (AnyStore::new(), TestClock::new());
    leave(&store, &clock, &["a"], idle().max_age(HOUR)).await;
    clock.set_back(10 * DAY);
    pass(5 * HOUR).await;
    let system = clocked(store.clone(), &clock);
    let family = family(&system, "left", idle().max_age(HOUR));
    assert_eq!(family.at("a").total().await, Ok(7));
    let told = errors();
    assert!(
        matches!(told[..], [PersistenceError::ClockSkew { .. }]),
        "{told:?}"
    );
}

// E3: and none in the background
#[tokio::test(start_paused = true)]
async fn a_clock_set_back_cleans_up_nothing() {
    begin();
    let (store, clock) = (AnyStore::new(), TestClock::new());
    leave(&store, &clock, &["a"], aged()).await;
    let system = clocked(store.clone(), &clock);
    let mut events = system.events();
    let _family = family(&system, "left", aged());
    pass(30 * MINUTE).await;
    clock.set_back(DAY);
    pass(DAY).await;
    assert_eq!(store.len(), 1, "by the clock it was just saved");
    assert!(pauses(&mut events).is_empty());
    pass(HOUR).await;
    assert!(store.is_empty());
}

// E3, E4: no server that lives, and none of its record, whichever way the clock is set
#[tokio::test(start_paused = true)]
async fn a_live_server_goes_by_the_time_that_passes() {
    let set = [TestClock::set_back, TestClock::set_forward];
    for set in set {
        begin();
        let (store, clock) = (AnyStore::new(), TestClock::new());
        let system = clocked(store.clone(), &clock);
        let mut events = system.events();
        let limited = idle().max_age(HOUR).cleanup_interval(MINUTE);
        let family = family(&system, "counters", limited);
        let counter = family.create("a", 5).await.expect("it is new");
        pass(10 * MINUTE).await;
        assert_eq!(counter.total().await, Ok(5));
        let read = Instant::now();
        for _ in 0..29 {
            set(&clock, DAY);
            pass(MINUTE).await;
            assert!(expiries(&mut events).is_empty());
            assert_eq!(family.live(), 1);
        }
        let reason = ended(&mut events).await;
        assert_eq!((reason, read.elapsed()), (ExitReason::Expired, MAX_IDLE));
    }
}

// E3, P6: a live server's record is young again soon after its clock was set forward or back
#[tokio::test(start_paused = true)]
async fn a_set_clock_refreshes_a_live_servers_record() {
    for set in [TestClock::set_back, TestClock::set_forward] {
        begin();
        let (store, clock) = (AnyStore::new(), TestClock::new());
        let system = clocked(store.clone(), &clock);
        let family = family(&system, "counters", aged());
        family.create("a", 5).await.expect("it is new");
        pass(MINUTE).await;
        set(&clock, 10 * DAY);
        for _ in 0..100 {
            pass(30 * MINUTE).await;
            let meta = family.peek("a").await.expect("it is sound");
            let saved_at = meta.expect("it is there").saved_at;
            let age = clock.now().duration_since(saved_at);
            assert!(
                age.is_ok_and(|age| age <= HOUR / 2),
                "it is neither old nor of the future"
            );
        }
    }
}

// E3: set forward by a day, the clock makes no record old: the janitor says so once, and by how much, and deletes what
// the time that passes has made old
#[tokio::test(start_paused = true)]
async fn a_clock_set_forward_pauses_the_janitor() {
    begin();
    let (store, clock) = (AnyStore::new(), TestClock::new());
    leave(&store, &clock, &["a"], aged()).await;
    let system = clocked(store.clone(), &clock);
    let mut events = system.events();
    let family = family(&system, "left", aged());
    pass(30 * MINUTE).await;
    clock.set_forward(DAY);
    pass(10 * MINUTE).await;
    assert_eq!(pauses(&mut events), [DAY]);
    assert_eq!(store.len(), 1);
    leave(&store, &clock, &["later"], aged()).await;
    let saved = clock.now();
    pass(50 * MINUTE).await;
    assert_eq!(store.len(), 2, "neither has been measured to be that old");
    let reason = expired(&mut events).await;
    let PersistenceError::Stale { key, age, max_age } = &reason else {
        panic!("{reason:?}")
    };
    assert_eq!((key, *max_age), (&left("a"), HOUR));
    assert!(
        *age > HOUR && *age <= 70 * MINUTE,
        "as far as it was measured: {age:?}"
    );
    let reason = expired(&mut events).await;
    let age = clock.now().duration_since(saved).expect("it is later");
    assert!(age <= 70 * MINUTE);
    assert!(is_stale(&reason, &left("later"), age, HOUR), "{reason:?}");
    assert!(pauses(&mut events).is_empty(), "it was told once");
    drop(family);
}

// E3: a jump is seen also where nobody asked for a janitor when it came
#[tokio::test(start_paused = true)]
async fn a_jump_before_the_first_round_is_seen() {
    begin();
    let (store, clock) = (AnyStore::new(), TestClock::new());
    let system = clocked(store.clone(), &clock);
    let mut events = system.events();
    leave(&store, &clock, &["a"], aged()).await;
    pass(MINUTE).await;
    clock.set_forward(DAY);
    let _family = family(&system, "left", aged());
    pass(10 * MINUTE).await;
    assert_eq!(pauses(&mut events), [DAY]);
    assert_eq!(store.len(), 1);

    let counter = system.start(spec("b").persist(aged())).await;
    counter.expect("it starts").stop().await.expect("it stops");
    pass(10 * MINUTE).await;
    assert!(pauses(&mut events).is_empty(), "once is enough");
}

// E3: two jumps are told of each, and what is old by neither stays
#[tokio::test(start_paused = true)]
async fn each_jump_is_told_of() {
    begin();
    let (store, clock) = (AnyStore::new(), TestClock::new());
    leave(&store, &clock, &["a"], aged()).await;
    let system = clocked(store.clone(), &clock);
    let mut events = system.events();
    let _family = family(&system, "left", aged());
    for jump in [DAY, 2 * HOUR, 365 * DAY] {
        pass(20 * MINUTE).await;
        clock.set_forward(jump);
        pass(20 * MINUTE).await;
        assert_eq!(pauses(&mut events), [jump]);
        assert_eq!(store.len(), 1);
    }
    pass(HOUR + 10 * MINUTE).await;
    assert!(store.is_empty());
}

// E3: a clock that was set right again, after a time in the past or in the future, expires nothing too early
#[tokio::test(start_paused = true)]
async fn a_clock_set_right_again_expires_nothing_early() {
    for back_first in [true, false] {
        begin();
        let (store, clock) = (AnyStore::new(), TestClock::new());
        let system = clocked(store.clone(), &clock);
        let _family = family(&system, "left", aged());
        pass(5 * MINUTE).await;
        leave(&store, &clock, &["before"], aged()).await;
        let (wrong, right): (Set, Set) = if back_first {
            (TestClock::set_back, TestClock::set_forward)
        } else {
            (TestClock::set_forward, TestClock::set_back)
        };
        wrong(&clock, DAY);
        pass(15 * MINUTE).await;
        leave(&store, &clock, &["between"], aged()).await;
        pass(15 * MINUTE).await;
        right(&clock, DAY);
        pass(15 * MINUTE).await;
        assert_eq!(store.len(), 2, "neither is older than 45 minutes");
        pass(2 * DAY).await;
        assert!(store.is_empty());
    }
}

// E3: a drift of seconds is no jump, and what expires by a true clock expires in time
#[tokio::test(start_paused = true)]
async fn a_drift_is_no_jump() {
    begin();
    let (store, clock) = (AnyStore::new(), TestClock::new());
    leave(&store, &clock, &["a"], aged()).await;
    let system = clocked(store.clone(), &clock);
    let mut events = system.events();
    let _family = family(&system, "left", aged());
    for _ in 0..60 {
        pass(MINUTE).await;
        clock.set_forward(Duration::from_millis(500));
    }
    pass(10 * MINUTE + MS).await;
    assert!(store.is_empty());
    assert!(pauses(&mut events).is_empty());
}
