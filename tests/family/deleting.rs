//! Deleting a key, whatever its server is doing.

use noex::DeleteError;
use noex::prelude::*;
use noex::testing::{Call, Fault, FaultyAdapter, SharedMemory};

use super::{family, open_family};
use crate::any_store::AnyStore;
use crate::counter::{begin, calls, key, pass, seconds, system};

// S12: a live key is stopped and deleted; after that it is not stored
#[tokio::test(start_paused = true)]
async fn a_live_key_is_stopped_and_deleted() {
    begin();
    let store = AnyStore::new();
    let system = system(store.clone());
    let family = family(&system);
    let counter = family.create("a", 7).await.expect("it is new");
    family.create("b", 7).await.expect("it is new");
    calls();
    assert!(family.delete("a").await.expect("it is deleted"));
    assert_eq!(calls(), ["terminate"]);
    assert_eq!((store.len(), family.live()), (1, 1));
    assert_eq!(counter.total().await, Err(CallError::NotStored));
    assert!(!family.delete("a").await.expect("nothing is there"));
    family.create("a", 9).await.expect("it is new again");
}

// S12: a stored key is deleted without being started
#[tokio::test(start_paused = true)]
async fn a_stored_key_is_deleted_unstarted() {
    begin();
    let store = AnyStore::new();
    let system = system(store.clone());
    let family = family(&system);
    let counter = family.create("a", 7).await.expect("it is new");
    counter.stop().await.expect("it saves");
    calls();
    assert!(family.delete("a").await.expect("it is deleted"));
    assert!(calls().is_empty());
    assert!(store.is_empty());
    assert_eq!(counter.total().await, Err(CallError::NotStored));
}

// S12: a key that another system's server holds is not deleted under it
#[tokio::test(start_paused = true)]
async fn another_systems_key_is_not_deleted() {
    begin();
    let shared = SharedMemory::new();
    let (here, there) = (system(shared.node()), system(shared.node()));
    let theirs = family(&there).create("a", 7).await.expect("it is new");
    let delete = family(&here).delete("a").await;
    assert!(matches!(delete, Err(DeleteError::Store(_))), "{delete:?}");
    assert!(shared.records().contains_key(&key("counters:a")));
    assert_eq!(theirs.total().await, Ok(7));
}

// S12: a delete that the store refuses is no delete, and says so
#[tokio::test(start_paused = true)]
async fn a_refused_delete_is_returned() {
    begin();
    let store = FaultyAdapter::new(AnyStore::new());
    let system = system(store.clone());
    let family = family(&system);
    let counter = family.create("a", 7).await.expect("it is new");
    store.always(Call::Write, Fault::Rejected);
    let delete = family.delete("a").await;
    assert!(matches!(delete, Err(DeleteError::Stop(_))), "{delete:?}");
    assert_eq!(family.live(), 0);
    let delete = family.delete("a").await;
    assert!(matches!(delete, Err(DeleteError::Store(_))), "{delete:?}");
    store.heal();
    assert_eq!(counter.total().await, Ok(7));
    assert!(family.delete("a").await.expect("it is deleted"));
}

// S12: a delete that meets a stop under way deletes all the same
#[tokio::test(start_paused = true)]
async fn a_delete_after_a_stop_deletes() {
    begin();
    let store = FaultyAdapter::new(AnyStore::new());
    let system = system(store.clone());
    let family = family(&system);
    let counter = family.create("a", 7).await.expect("it is new");
    counter.add(1).await.expect("it adds");
    let gate = store.hold(Call::Write);
    let stop = tokio::spawn(async move { counter.stop().await });
    gate.has_waiting(1).await;
    let delete = tokio::spawn({
        let family = family.clone();
        async move { family.delete("a").await }
    });
    pass(seconds(1)).await;
    store.heal();
    gate.open();
    stop.await.expect("no panic").expect("it saves");
    assert!(delete.await.expect("no panic").expect("it is deleted"));
    assert!(store.inner().is_empty());
}

// S12: with `or_init` a deleted key begins anew
#[tokio::test(start_paused = true)]
async fn a_deleted_key_begins_anew() {
    begin();
    let system = system(AnyStore::new());
    let family = open_family(&system);
    assert_eq!(family.at("abc").add(10).await, Ok(13));
    assert!(family.delete("abc").await.expect("it is deleted"));
    assert_eq!(family.at("abc").total().await, Ok(3));
}
