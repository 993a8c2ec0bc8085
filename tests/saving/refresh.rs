//! Refreshing: a live server's record does not expire, whatever `before_persist` says.

use std::time::{Duration, SystemTime};

use noex::persist::PersistOptions;
use noex::prelude::*;
use noex::store::Record;
use noex::testing::{Call, Fault, FaultyAdapter, SharedMemory, TestClock};
use noex::{Event, Spec};

use crate::any_store::AnyStore;
use crate::counter::{
    Counter, Does, begin, calls, clocked, errors, event, key, pass, record, seconds, spec, tell,
    total_in,
};

const MAX_AGE: Duration = Duration::from_secs(400);

fn limited() -> Spec<Counter, noex::Given> {
    let options = PersistOptions::new().interval(None).max_age(MAX_AGE);
    spec("a").persist(options)
}

/// How long the record is still good for.
fn left(record: &Record, clock: &TestClock) -> Duration {
    let since_1970 = clock.now().duration_since(SystemTime::UNIX_EPOCH);
    let now = since_1970.expect("it is later").as_millis();
    let expires_at = record.expires_at.expect("it expires");
    let left = u128::try_from(expires_at).expect("it is later") - now;
    Duration::from_millis(u64::try_from(left).expect("it is soon"))
}

/// Lets ten `max_age`s pass: the record is always good for at least half of one.
async fn never_expires(store: &AnyStore, clock: &TestClock) {
    for _ in 0..400 {
        pass(seconds(10)).await;
        let record = record(store, "a").expect("it is stored");
        assert!(left(&record, clock) >= MAX_AGE / 2);
    }
}

// P6: the record of a live server nobody writes to never expires
#[tokio::test(start_paused = true)]
async fn a_live_servers_record_never_expires() {
    begin();
    let (store, clock) = (FaultyAdapter::new(AnyStore::new()), TestClock::new());
    let system = clocked(store.clone(), &clock);
    let counter = system.start(limited()).await.expect("it starts");
    counter.checkpoint().await.expect("it is saved");
    never_expires(store.inner(), &clock).await;
    let writes = store.writes();
    assert!((10..=42).contains(&writes), "{writes} writes");
    assert_eq!(counter.total().await, Ok(0));
    counter.add(3).await.expect("it adds");
    counter.checkpoint().await.expect("it is saved");
    assert_eq!(total_in(store.inner(), "a"), Some(3));
}

// P6: nor does it while `before_persist` skips, and what is refreshed is the last saved state
#[tokio::test(start_paused = true)]
async fn a_skip_does_not_let_it_expire() {
    begin();
    let (store, clock) = (AnyStore::new(), TestClock::new());
    let system = clocked(store.clone(), &clock);
    let counter = system.start(limited()).await.expect("it starts");
    counter.checkpoint().await.expect("it is saved");
    tell("before_persist", Does::Skip);
    counter.add(9).await.expect("it adds");
    never_expires(&store, &clock).await;
    assert_eq!(total_in(&store, "a"), Some(0));
}

// P6: a restored server's record is refreshed in time, too
#[tokio::test(start_paused = true)]
async fn a_restored_record_is_refreshed() {
    let (store, clock) = (crate::counter::stored("a", 5).await, TestClock::new());
    let system = clocked(store.clone(), &clock);
    pass(seconds(190)).await;
    let _counter = system.start(limited()).await.expect("it starts");
    pass(seconds(1)).await;
    never_expires(&store, &clock).await;
    assert_eq!(total_in(&store, "a"), Some(5));
}

// P6, P7: a refresh that fails is retried until it succeeds, and asks no hook for a new state
#[tokio::test(start_paused = true)]
async fn a_failed_refresh_is_retried() {
    begin();
    let (store, clock) = (FaultyAdapter::new(AnyStore::new()), TestClock::new());
    let system = clocked(store.clone(), &clock);
    let counter = system.start(limited()).await.expect("it starts");
    counter.checkpoint().await.expect("it is saved");
    for call in [Call::Load, Call::Write] {
        store.next(call, Fault::Rejected);
    }
    calls();
    never_expires(store.inner(), &clock).await;
    assert_eq!(errors().len(), 1, "it is one outage");
    assert!(!calls().contains(&"before_persist".to_owned()));
    let status = counter.status().await.expect("it answers");
    assert!(!status.degraded);
}

// P6, P7: a refresh that finds another's record ends the server as fenced
#[tokio::test(start_paused = true)]
async fn a_refresh_of_anothers_record_is_fenced() {
    begin();
    let (shared, clock) = (SharedMemory::new(), TestClock::new());
    let here = clocked(shared.node(), &clock);
    let mut events = here.events();
    let first = here.start(limited()).await.expect("it starts");
    first.checkpoint().await.expect("it is saved");

    shared.end_claim(&key("a"));
    let there = clocked(shared.node(), &clock);
    let second = there.start(limited()).await.expect("the key is free");
    second.add(1).await.expect("it adds");
    second.checkpoint().await.expect("it is saved");
    pass(MAX_AGE / 2).await;
    event(&mut events, |event| {
        matches!(event, Event::Fenced { .. }).then_some(())
    })
    .await;
    assert!(here.find::<Counter>("a").is_none());
    assert_eq!(second.total().await, Ok(1));
}

// P6, H1: `after_persist` hears of a refresh, as of every record that is durable
#[tokio::test(start_paused = true)]
async fn a_refresh_is_told_to_after_persist() {
    begin();
    let clock = TestClock::new();
    let system = clocked(AnyStore::new(), &clock);
    let counter = system.start(limited()).await.expect("it starts");
    counter.checkpoint().await.expect("it is saved");
    calls();
    pass(MAX_AGE / 2).await;
    assert_eq!(calls(), ["after_persist"]);
}
