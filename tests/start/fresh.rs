//! Where a state is new: no record, an expired one, `restore = false`; and a record from the future.

use noex::persist::PersistOptions;
use noex::prelude::*;
use noex::testing::TestClock;
use noex::{Event, PersistenceError};

use crate::any_store::AnyStore;
use crate::counter::{
    begin, calls, clocked, errors, event, names, pass, record, seconds, spec, stored, system,
    total_in,
};

// S3: without a record `init` runs once, an event says so, and the fresh state is an unsaved change
#[tokio::test(start_paused = true)]
async fn a_fresh_state_is_saved_though_nobody_changed_it() {
    begin();
    let store = AnyStore::new();
    let system = system(store.clone());
    let mut events = system.events();
    let counter = system.start(spec("a")).await.expect("it starts");
    assert_eq!(names(&mut events), ["NotFound", "Started"]);
    assert!(errors().is_empty());
    assert!(counter.status().await.expect("it answers").unsaved);
    assert!(store.is_empty());

    pass(seconds(11)).await;
    assert_eq!(total_in(&store, "a"), Some(0));
    assert!(!counter.status().await.expect("it answers").unsaved);
    let inits = calls().iter().filter(|call| *call == "init").count();
    assert_eq!(inits, 1);
}

// S3: an expired record is reported once, by hook and event, and `init` runs once
#[tokio::test(start_paused = true)]
async fn an_expired_record_is_reported_once_and_replaced() {
    let clock = TestClock::new();
    let store = stored("a", 5).await;
    let system = clocked(store.clone(), &clock);
    clock.set_forward(seconds(61));
    let mut events = system.events();
    let limited = PersistOptions::new().max_age(seconds(60));
    let counter = system.start(spec("a").persist(limited)).await;
    let counter = counter.expect("it starts afresh");

    let [PersistenceError::Stale { key, age, max_age }] = &*errors() else {
        panic!("one report, of a stale record");
    };
    assert_eq!((key.as_str(), *max_age), ("a", seconds(60)));
    assert!(*age >= seconds(61));
    let reports = std::iter::from_fn(|| events.try_next()).filter(|event| {
        let Event::Record { error, .. } = event else {
            return false;
        };
        matches!(error, PersistenceError::Stale { .. })
    });
    assert_eq!(reports.count(), 1);
    assert_eq!(calls(), ["init", "on_start"]);
    assert_eq!(counter.total().await, Ok(0));
    assert_eq!(total_in(&store, "a"), Some(5), "replaced only by a save");
    counter.checkpoint().await.expect("it is saved");
    assert_eq!(total_in(&store, "a"), Some(0));
}

// S3: a record within its `max_age` is restored
#[tokio::test(start_paused = true)]
async fn a_record_within_its_age_is_restored() {
    let clock = TestClock::new();
    let system = clocked(stored("a", 5).await, &clock);
    clock.set_forward(seconds(59));
    let limited = PersistOptions::new().max_age(seconds(60));
    let counter = system.start(spec("a").persist(limited)).await;
    assert_eq!(counter.expect("it starts").total().await, Ok(5));
    assert!(errors().is_empty());
}

// S10: a record from the future counts as age 0 and is reported as clock skew
#[tokio::test(start_paused = true)]
async fn a_record_from_the_future_is_restored() {
    let clock = TestClock::new();
    let store = stored("a", 5).await;
    clock.set_back(seconds(3_600));
    let system = clocked(store, &clock);
    let mut events = system.events();
    let limited = PersistOptions::new().max_age(seconds(60));
    let counter = system.start(spec("a").persist(limited)).await;
    assert_eq!(counter.expect("it starts").total().await, Ok(5));

    let [PersistenceError::ClockSkew { by, .. }] = &*errors() else {
        panic!("one report, of clock skew");
    };
    assert!(*by >= seconds(3_599));
    let age = event(&mut events, |event| match event {
        Event::Restored { age, .. } => Some(age),
        _ => None,
    });
    assert_eq!(age.await, seconds(0));
}

// S6: with `restore = false` the state is new, and the record is replaced at the first save
#[tokio::test(start_paused = true)]
async fn restore_false_replaces_the_record_at_the_first_save() {
    let store = stored("a", 5).await;
    let before = record(&store, "a").expect("it is stored").revision;
    let system = system(store.clone());
    let afresh = PersistOptions::new().restore(false);
    let counter = system.start(spec("a").persist(afresh)).await;
    let counter = counter.expect("it starts");
    assert_eq!(calls(), ["init", "on_start"]);
    assert_eq!(counter.add(1).await, Ok(1));
    assert_eq!(total_in(&store, "a"), Some(5));

    counter.checkpoint().await.expect("it is saved");
    assert_eq!(total_in(&store, "a"), Some(1));
    let after = record(&store, "a").expect("it is stored").revision;
    assert_eq!(after.number, before.number + 1);
    assert!(after > before);
}
