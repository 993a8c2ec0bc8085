//! A key whose server was killed: the next call and a deletion wait until the killed one has given it back.

use noex::prelude::*;
use noex::testing::{Call, FaultyAdapter, Gate};
use noex::{StartError, StopError};

use super::open_family;
use crate::any_store::AnyStore;
use crate::counter::{Counter, begin, pass, seconds, system, total_in};

type Store = FaultyAdapter<AnyStore>;

/// A family in which the server of "a" was killed with its write on the way, and the gate that holds the write.
async fn killed(store: &Store) -> (System, noex::Family<Counter>, Gate) {
    begin();
    let system = system(store.clone());
    let family = open_family(&system);
    family.at("a").add(5).await.expect("it runs");
    let gate = store.hold(Call::Write);
    let soon = Stop::normally().within(seconds(1));
    let stop = family.at("a").stop_with(soon).await;
    assert!(matches!(stop, Err(StopError::Killed { .. })), "{stop:?}");
    assert_eq!(family.live(), 0);
    (system, family, gate)
}

// S12, R2: a call that comes while the write of a killed server is under way waits for it, and sees what it wrote
#[tokio::test(start_paused = true)]
async fn a_call_waits_for_the_write_of_a_killed_server() {
    let store = FaultyAdapter::new(AnyStore::new());
    let (_system, family, gate) = killed(&store).await;
    let call = tokio::spawn({
        let counter = family.at("a");
        async move { counter.total().await }
    });
    pass(seconds(2)).await;
    store.heal();
    gate.open();
    assert_eq!(call.await.expect("no panic"), Ok(6));
    assert_eq!(total_in(store.inner(), "counters:a"), Some(6));
}

// S9: no longer than the deadline of its start
#[tokio::test(start_paused = true)]
async fn a_start_does_not_wait_for_ever_for_a_killed_server() {
    let store = FaultyAdapter::new(AnyStore::new());
    let (_system, family, _gate) = killed(&store).await;
    let created = family.create("a", 1).await;
    assert!(
        matches!(created, Err(StartError::TimedOut { .. })),
        "{created:?}"
    );
}

// T6: a deletion waits, too, and deletes what the killed server wrote
#[tokio::test(start_paused = true)]
async fn a_deletion_waits_for_the_write_of_a_killed_server() {
    let store = FaultyAdapter::new(AnyStore::new());
    let (_system, family, gate) = killed(&store).await;
    let deletion = tokio::spawn(async move { family.delete("a").await });
    pass(seconds(2)).await;
    store.heal();
    gate.open();
    let deleted = deletion.await.expect("no panic");
    assert!(deleted.expect("it is deleted"));
    assert!(store.inner().is_empty());
}

// R2, S8: nor does the next server of the key find it in use where the killed one was just claiming it
#[tokio::test(start_paused = true)]
async fn a_call_waits_for_the_claim_of_a_killed_server() {
    begin();
    let store = FaultyAdapter::new(AnyStore::new());
    let system = system(store.clone());
    let family = open_family(&system);
    let gate = store.hold(Call::Claim);
    let first = tokio::spawn(family.at("a").add(5).owned());
    gate.has_waiting(1).await;
    let soon = Stop::normally().within(seconds(1));
    let stop = family.at("a").stop_with(soon).await;
    assert!(matches!(stop, Err(StopError::Killed { .. })), "{stop:?}");
    assert_eq!(first.await.expect("no panic"), Err(CallError::NotRunning));
    store.heal();

    let next = tokio::spawn(family.at("a").add(7).owned());
    pass(seconds(1)).await;
    gate.open();
    assert!(next.await.expect("no panic").is_ok());
    assert_eq!(store.calls(Call::Claim), 2);
}
