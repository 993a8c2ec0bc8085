//! What a janitor meets on its way: live servers, and records that change after it has looked.

use std::time::Duration;

use noex::prelude::*;
use noex::testing::{Call, Fault, FaultyAdapter, Gate, SharedMemory, TestClock};
use noex::{Event, ExitReason};

use super::{HOUR, MINUTE, aged, ended, expired, expiries, family, idle, leave, left};
use crate::any_store::AnyStore;
use crate::counter::{begin, clocked, key, pass, record, seconds, total_in};

type Store = FaultyAdapter<AnyStore>;

/// A store with an expired record `left:a`, whose next load by the janitor is answered when the gate opens.
async fn looked_at() -> (Store, TestClock, Gate) {
    begin();
    let (store, clock) = (Store::new(AnyStore::new()), TestClock::new());
    leave(&store, &clock, &["a"], aged()).await;
    pass(2 * HOUR).await;
    let gate = Gate::new();
    store.next(Call::Load, Fault::AnswerHeld(gate.clone()));
    (store, clock, gate)
}

// E2: a live server's record is not deleted, however long the server is too busy to keep it young
#[tokio::test(start_paused = true)]
async fn a_busy_servers_record_is_kept() {
    begin();
    let (store, clock) = (Store::new(AnyStore::new()), TestClock::new());
    let system = clocked(store.clone(), &clock);
    let mut events = system.events();
    let family = family(&system, "left", aged());
    let counter = family.create("a", 5).await.expect("it is new");
    let gate = Gate::new();
    let busy = tokio::spawn(counter.pass(gate.clone()).timeout(9 * HOUR).owned());
    gate.has_waiting(1).await;
    let loads = store.loads();
    pass(4 * HOUR).await;
    assert!(store.loads() > loads, "the janitor has looked at it");
    assert!(expiries(&mut events).is_empty());
    gate.open();
    busy.await.expect("no panic").expect("it passes");
    counter.checkpoint().await.expect("it is saved");
    assert_eq!(total_in(store.inner(), "left:a"), Some(7));
}

// E2: nor is that of a server live in another system, by whose clock it is not old
#[tokio::test(start_paused = true)]
async fn a_server_live_elsewhere_keeps_its_record() {
    begin();
    let shared = SharedMemory::new();
    let (clock, fast) = (TestClock::new(), TestClock::new());
    fast.set_forward(3 * HOUR);
    let here = clocked(shared.node(), &clock);
    let ours = family(&here, "left", aged().cleanup_interval(None));
    let counter = ours.create("a", 5).await.expect("it is new");
    let there = clocked(shared.node(), &fast);
    let mut events = there.events();
    let _theirs = family(&there, "left", aged());
    pass(5 * HOUR).await;
    assert!(expiries(&mut events).is_empty());
    assert_eq!(counter.add(1).await, Ok(6));
    counter.checkpoint().await.expect("the key is ours");

    here.shutdown().await.expect("it is saved");
    pass(10 * MINUTE).await;
    assert_eq!(expiries(&mut events), ["left:a"], "by its clock it is old");
}

// E2: a record that was saved since it was looked at is kept
#[tokio::test(start_paused = true)]
async fn what_was_saved_meanwhile_is_kept() {
    let (store, clock, gate) = looked_at().await;
    let system = clocked(store.clone(), &clock);
    let mut events = system.events();
    let family = family(&system, "left", aged());
    gate.has_waiting(1).await;
    family
        .create("a", 1)
        .await
        .expect("the old one has expired");
    family.at("a").stop().await.expect("it is given back");
    gate.open();
    pass(MINUTE).await;
    assert_eq!(total_in(store.inner(), "left:a"), Some(1));
    assert!(expiries(&mut events).is_empty(), "nothing was deleted");
}

// E2: nor is it deleted once a server has claimed it, though it has not saved yet
#[tokio::test(start_paused = true)]
async fn what_was_claimed_meanwhile_is_kept() {
    let (store, clock, gate) = looked_at().await;
    let system = clocked(store.clone(), &clock);
    let mut events = system.events();
    let family = super::open_family(&system, "left", aged());
    gate.has_waiting(1).await;
    assert_eq!(family.at("a").add(1).await, Ok(1));
    gate.open();
    pass(seconds(1)).await;
    assert!(record(store.inner(), "left:a").is_some());
    assert!(expiries(&mut events).is_empty());
    family
        .at("a")
        .checkpoint()
        .await
        .expect("the key is its own");
    assert_eq!(total_in(store.inner(), "left:a"), Some(1));
}

// E2: a record that is gone by then is no failure, and nobody is told twice
#[tokio::test(start_paused = true)]
async fn what_was_deleted_meanwhile_is_gone() {
    let (store, clock, gate) = looked_at().await;
    let system = clocked(store.clone(), &clock);
    let mut events = system.events();
    let family = family(&system, "left", aged());
    gate.has_waiting(1).await;
    assert!(family.delete("a").await.expect("it is deleted"));
    gate.open();
    pass(MINUTE).await;
    while let Some(event) = events.try_next() {
        let told = matches!(event, Event::Expired { .. } | Event::NotCleanedUp { .. });
        assert!(!told, "{event:?}");
    }
}

// E2: the janitors of two systems delete a record once, and one of them tells
#[tokio::test(start_paused = true)]
async fn two_systems_tell_once() {
    begin();
    let (shared, clock) = (SharedMemory::new(), TestClock::new());
    leave(&shared.node(), &clock, &["a", "b"], aged()).await;
    let systems = [(); 2].map(|()| clocked(shared.node(), &clock));
    let mut events = systems.each_ref().map(System::events);
    let _families = systems
        .each_ref()
        .map(|system| family(system, "left", aged()));
    pass(2 * HOUR).await;
    let mut told: Vec<_> = events.iter_mut().flat_map(expiries).collect();
    told.sort_unstable();
    assert_eq!(told, ["left:a", "left:b"]);
    assert!(shared.records().is_empty());
}

// E2, S1: a start that comes while its record is being deleted waits for nothing and loses nothing
#[tokio::test(start_paused = true)]
async fn a_start_during_the_deletion_makes_a_new_state() {
    begin();
    let (store, clock) = (Store::new(AnyStore::new()), TestClock::new());
    leave(&store, &clock, &["a"], aged()).await;
    pass(2 * HOUR).await;
    for fault in [Fault::Held as fn(Gate) -> Fault, Fault::AnswerHeld] {
        let gate = Gate::new();
        store.next(Call::Write, fault(gate.clone()));
        let system = clocked(store.clone(), &clock);
        let family = super::open_family(&system, "left", aged());
        gate.has_waiting(1).await;
        assert_eq!(family.at("a").add(1).await, Ok(1));
        gate.open();
        let saved = family.at("a").checkpoint().await;
        assert!(saved.is_ok(), "{saved:?}");
        assert_eq!(total_in(store.inner(), "left:a"), Some(1));
        system.shutdown().await.expect("it is saved");
        pass(2 * HOUR).await;
    }
}

// E2, E4: the janitor leaves a live server that has been idle for too long to itself, which tells of it
#[tokio::test(start_paused = true)]
async fn live_servers_expire_by_themselves() {
    begin();
    let (store, clock) = (AnyStore::new(), TestClock::new());
    let system = clocked(store.clone(), &clock);
    let mut events = system.events();
    let often = idle().cleanup_interval(Duration::from_millis(700));
    let family = family(&system, "left", often);
    let counter = family.create("a", 5).await.expect("it is new");
    let reason = expired(&mut events).await;
    assert_eq!(reason.key(), &left("a"));
    assert_eq!(ended(&mut events).await, ExitReason::Expired);
    assert_eq!(counter.total().await, Err(CallError::NotStored));
    pass(HOUR).await;
    assert!(expiries(&mut events).is_empty(), "it is told once");
    assert!(record(&store, key("left:a").as_str()).is_none());
}
