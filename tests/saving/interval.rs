//! The interval: each server at its own phase, no write without a change, none twice.

use std::time::Duration;

use noex::persist::PersistOptions;
use noex::prelude::*;
use noex::testing::{Call, FaultyAdapter};
use noex::{Checkpoint, Event};

use crate::any_store::AnyStore;
use crate::counter::{Does, begin, calls, event, pass, seconds, spec, system, tell, total_in};

// P4: a state that has not changed is not written again, though handlers ran on it
#[tokio::test(start_paused = true)]
async fn an_unchanged_state_is_not_written_again() {
    let store = FaultyAdapter::new(crate::counter::stored("a", 5).await);
    let system = system(store.clone());
    let counter = system.start(spec("a")).await.expect("it starts");
    for _ in 0..5 {
        counter.add(1).await.expect("it adds");
        counter.add(-1).await.expect("it takes away");
        pass(seconds(11)).await;
    }
    counter.stop().await.expect("nothing fails");
    assert_eq!(store.writes(), 0);
}

// P4: if nothing ran on `&mut self`, the interval neither encodes nor asks `before_persist`
#[tokio::test(start_paused = true)]
async fn an_idle_interval_looks_at_nothing() {
    begin();
    let store = FaultyAdapter::new(AnyStore::new());
    let system = system(store.clone());
    let counter = system.start(spec("a")).await.expect("it starts");
    pass(seconds(30)).await;
    calls();
    for _ in 0..10 {
        counter.total().await.expect("it only reads");
        pass(seconds(30)).await;
    }
    assert!(calls().is_empty());
    assert_eq!((store.writes(), store.loads()), (1, 0));
}

// P4: a server nobody writes to does no I/O
#[tokio::test(start_paused = true)]
async fn a_server_nobody_writes_to_does_no_io() {
    let store = FaultyAdapter::new(crate::counter::stored("a", 5).await);
    let system = system(store.clone());
    let _counter = system.start(spec("a")).await.expect("it starts");
    pass(Duration::from_hours(24)).await;
    let io = [Call::Write, Call::Load, Call::List, Call::Release];
    assert_eq!(io.map(|call| store.calls(call)), [0; 4]);
    assert_eq!(store.calls(Call::Claim), 1);
}

// P4: a checkpoint and the last save always encode, and find what changed behind a `Mutex`
#[tokio::test(start_paused = true)]
async fn changes_behind_a_mutex_are_found() {
    #[derive(Protocol)]
    enum HiddenMsg {
        #[call]
        Add,
    }

    #[derive(GenServer, Default)]
    #[genserver(protocol = HiddenMsg)]
    #[persist(interval = "10s")]
    struct Hidden {
        total: std::sync::Mutex<i64>,
    }

    #[handlers(HiddenMsg)]
    impl Hidden {
        fn add(&self) {
            *self.total.lock().expect("nobody panics") += 1;
        }
    }

    begin();
    let store = AnyStore::new();
    let system = system(store.clone());
    let hidden = system.start(Hidden::spec(Hidden::default).name("a")).await;
    let hidden = hidden.expect("it starts");
    pass(seconds(11)).await;
    hidden.add().await.expect("it adds");
    pass(seconds(60)).await;
    assert_eq!(total_in(&store, "a"), Some(0), "the interval does not look");
    let checkpoint = hidden.checkpoint().await.expect("it is saved");
    assert!(matches!(checkpoint, Checkpoint::Saved(_)));
    assert_eq!(total_in(&store, "a"), Some(1));
    hidden.add().await.expect("it adds");
    hidden.stop().await.expect("it is saved");
    assert_eq!(total_in(&store, "a"), Some(2));
}

// P4: what `after_persist` changes waits for the next change
#[tokio::test(start_paused = true)]
async fn what_after_persist_changes_waits() {
    begin();
    let store = FaultyAdapter::new(AnyStore::new());
    let system = system(store.clone());
    let counter = system.start(spec("a")).await.expect("it starts");
    tell("after_persist", Does::Change);
    pass(seconds(120)).await;
    assert_eq!(store.writes(), 1);
    assert_eq!(total_in(store.inner(), "a"), Some(0));
    assert_eq!(counter.total().await, Ok(1));
    counter.add(5).await.expect("it adds");
    pass(seconds(11)).await;
    assert_eq!(total_in(store.inner(), "a"), Some(6));
    assert_eq!(store.writes(), 2);
}

// P5: servers started and changed together save at different times, each within one interval
#[tokio::test(start_paused = true)]
async fn each_server_saves_at_a_phase_of_its_own() {
    begin();
    let system = system(AnyStore::new());
    for number in 0..50 {
        let counter = spec(&number.to_string());
        system.start(counter).await.expect("it starts");
    }
    let mut events = system.events();
    let begun = tokio::time::Instant::now();
    let mut times = Vec::new();
    for _ in 0..50 {
        event(&mut events, |event| {
            matches!(event, Event::Saved { .. }).then_some(())
        })
        .await;
        times.push(begun.elapsed());
    }
    let latest = times.iter().max().expect("there are fifty");
    assert!(*latest <= seconds(10) + Duration::from_millis(5));
    let tenths: std::collections::BTreeSet<_> = times.iter().map(Duration::as_secs).collect();
    assert!(tenths.len() >= 8, "they are spread: {tenths:?}");
}

// P5: a server keeps its phase, and clean points are passed over
#[tokio::test(start_paused = true)]
async fn clean_points_are_passed_over() {
    begin();
    let store = FaultyAdapter::new(AnyStore::new());
    let system = system(store.clone());
    let mut events = system.events();
    let counter = system.start(spec("a")).await.expect("it starts");
    let mut saved = async || {
        event(&mut events, |event| {
            matches!(event, Event::Saved { .. }).then_some(())
        })
        .await;
        tokio::time::Instant::now()
    };
    let first = saved().await;
    pass(Duration::from_millis(10 * 10_000 + 4_321)).await;
    assert_eq!(store.writes(), 1);
    counter.add(1).await.expect("it adds");
    let second = saved().await;
    let between = second.duration_since(first).as_millis();
    let off = (between + 50) % 10_000;
    assert!(off <= 100, "{between} ms is no multiple of the interval");
    assert_eq!(between / 9_900, 11);
}

// P5: a stall causes no burst: one save follows, however many points were missed
#[tokio::test(start_paused = true)]
async fn a_stall_causes_no_burst() {
    begin();
    let store = FaultyAdapter::new(AnyStore::new());
    let system = system(store.clone());
    let counter = system.start(spec("a")).await.expect("it starts");
    let gate = store.hold(Call::Write);
    counter.add(1).await.expect("it adds");
    gate.has_waiting(1).await;
    for _ in 0..20 {
        counter.add(1).await.expect("it adds");
        pass(seconds(10)).await;
    }
    store.heal();
    gate.open();
    pass(seconds(10)).await;
    assert_eq!(store.writes(), 2);
    assert_eq!(total_in(store.inner(), "a"), Some(21));
}

// P5: an interval of 30 days works
#[tokio::test(start_paused = true)]
async fn an_interval_of_thirty_days_works() {
    begin();
    let store = FaultyAdapter::new(AnyStore::new());
    let system = system(store.clone());
    let month = Duration::from_hours(30 * 24);
    let monthly = PersistOptions::new().interval(month);
    let counter = system.start(spec("a").persist(monthly)).await;
    let counter = counter.expect("it starts");
    pass(month + seconds(1)).await;
    assert_eq!(store.writes(), 1);
    counter.add(1).await.expect("it adds");
    pass(month + seconds(1)).await;
    assert_eq!(store.writes(), 2);
    assert_eq!(total_in(store.inner(), "a"), Some(1));
}

// P5: without an interval only a checkpoint and the stop save
#[tokio::test(start_paused = true)]
async fn without_an_interval_nothing_is_periodic() {
    begin();
    let store = FaultyAdapter::new(AnyStore::new());
    let system = system(store.clone());
    let never = PersistOptions::new().interval(None);
    let counter = system.start(spec("a").persist(never)).await;
    let counter = counter.expect("it starts");
    counter.add(1).await.expect("it adds");
    pass(Duration::from_hours(24)).await;
    assert_eq!(store.writes(), 0);
    counter.stop().await.expect("it saves");
    assert_eq!(total_in(store.inner(), "a"), Some(1));
}
