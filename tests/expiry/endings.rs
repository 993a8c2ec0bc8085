//! What comes between when a live server expires: writes, failures, messages of that very moment.

use std::time::Duration;

use noex::prelude::*;
use noex::testing::{Call, Fault, FaultyAdapter, Gate};
use noex::{Event, ExitReason, PersistenceError};
use tokio::time::Instant;

use super::{HOUR, MAX_IDLE, MINUTE, ended, expired, family, idle, open_family};
use crate::any_store::AnyStore;
use crate::counter::{begin, errors, event, pass, record, seconds, system};

// E4, T4: a save that is in flight when a server expires brings nothing back
#[tokio::test(start_paused = true)]
async fn a_save_in_flight_brings_nothing_back() {
    begin();
    let store = FaultyAdapter::new(AnyStore::new());
    let system = system(store.clone());
    let mut events = system.events();
    let family = family(&system, "counters", idle());
    let counter = family.create("a", 5).await.expect("it is new");
    let gate = store.hold(Call::Write);
    counter.add(1).await.expect("it adds");
    gate.has_waiting(1).await;
    pass(MAX_IDLE + MINUTE).await;
    store.heal();
    gate.open();
    expired(&mut events).await;
    assert_eq!(ended(&mut events).await, ExitReason::Expired);
    assert!(store.inner().is_empty());
}

// E4, T2: a deletion that fails is told once, and what is left counts as expired from then on
#[tokio::test(start_paused = true)]
async fn a_deletion_that_fails_is_told() {
    begin();
    let store = FaultyAdapter::new(AnyStore::new());
    let system = system(store.clone());
    let mut events = system.events();
    let family = family(&system, "counters", idle());
    let counter = family.create("a", 5).await.expect("it is new");
    pass(20 * MINUTE).await;
    store.always(Call::Write, Fault::Rejected);
    let told = event(&mut events, |event| match event {
        Event::SaveFailed { .. } => Some("not deleted"),
        Event::Expired { .. } => Some("deleted"),
        _ => None,
    });
    assert_eq!(told.await, "not deleted");
    let told = event(&mut events, |event| match event {
        Event::Terminated { reason, .. } => Some(reason),
        Event::Expired { .. } => panic!("it is still there"),
        _ => None,
    });
    assert_eq!(told.await, ExitReason::Expired);
    let told = errors();
    assert!(
        matches!(told[..], [PersistenceError::Store { .. }]),
        "{told:?}"
    );
    assert!(record(store.inner(), "counters:a").is_some());
    store.heal();
    assert_eq!(counter.total().await, Err(CallError::NotStored));
    assert!(matches!(errors()[..], [PersistenceError::Idle { .. }]));
    let counter = family.create("a", 1).await.expect("it has expired");
    assert_eq!(counter.total().await, Ok(1));
}

// E4: a message that comes when the time is over but nobody has looked is handled, and counts
#[tokio::test(start_paused = true)]
async fn a_message_before_the_look_is_handled() {
    begin();
    let system = system(AnyStore::new());
    let mut events = system.events();
    let family = family(&system, "counters", idle());
    let counter = family.create("a", 5).await.expect("it is new");
    let gate = Gate::new();
    let busy = counter.pass(gate.clone()).timeout(2 * HOUR).owned();
    let busy = tokio::spawn(busy);
    gate.has_waiting(1).await;
    pass(MAX_IDLE).await;
    let added = tokio::spawn(counter.add(1).owned());
    pass(seconds(1)).await;
    let last = Instant::now();
    gate.open();
    busy.await.expect("no panic").expect("it passes");
    assert_eq!(added.await.expect("no panic"), Ok(8));
    assert_eq!(ended(&mut events).await, ExitReason::Expired);
    assert_eq!(last.elapsed(), MAX_IDLE);
}

// E4, S12: a message that comes while the record is being deleted is answered by what comes after
#[tokio::test(start_paused = true)]
async fn a_message_during_the_deletion_finds_nothing() {
    begin();
    let store = FaultyAdapter::new(AnyStore::new());
    let system = system(store.clone());
    let made = family(&system, "made", idle());
    made.create("a", 5).await.expect("it is new");
    let open = open_family(&system, "open", idle());
    open.at("a").add(5).await.expect("it adds");
    pass(10 * MINUTE).await;
    let gate = store.hold(Call::Write);
    gate.has_waiting(1).await;
    pass(seconds(1)).await;
    let of_made = tokio::spawn(made.at("a").add(1).owned());
    let of_open = tokio::spawn(open.at("a").add(1).owned());
    pass(Duration::from_millis(10)).await;
    store.heal();
    gate.open();
    assert_eq!(of_made.await.expect("no panic"), Err(CallError::NotStored));
    assert_eq!(of_open.await.expect("no panic"), Ok(1));
}

// E4: a call of the very moment is handled in full or not at all
#[tokio::test(start_paused = true)]
async fn a_call_of_the_very_moment_is_handled_or_not() {
    for early in [super::MS, Duration::ZERO] {
        begin();
        let store = AnyStore::new();
        let system = system(store.clone());
        let family = family(&system, "counters", idle());
        let counter = family.create("a", 5).await.expect("it is new");
        pass(MAX_IDLE.saturating_sub(early)).await;
        match counter.add(1).await {
            Ok(total) => {
                assert_eq!(total, 6);
                pass(29 * MINUTE).await;
                assert_eq!(counter.total().await, Ok(6));
            }
            Err(error) => {
                assert_eq!(error, CallError::NotStored);
                assert!(early.is_zero() && store.is_empty());
            }
        }
    }
}
