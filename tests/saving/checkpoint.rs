//! Checkpoints: in their turn, durable, one write for all who ask together, and failures told once.

use noex::prelude::*;
use noex::testing::{Call, Fault, FaultyAdapter, Gate};
use noex::{Checkpoint, CheckpointError, Event, Outcome, PersistenceError};

use crate::any_store::AnyStore;
use crate::counter::{begin, calls, errors, names, pass, record, seconds, spec, system, total_in};

// P8: it says `Saved` with the record's metadata, and `Unchanged` if there is nothing to save
#[tokio::test(start_paused = true)]
async fn a_checkpoint_says_what_it_did() {
    begin();
    let store = FaultyAdapter::new(AnyStore::new());
    let system = system(store.clone());
    let counter = system.start(spec("a")).await.expect("it starts");
    counter.add(4).await.expect("it adds");
    let Ok(Checkpoint::Saved(meta)) = counter.checkpoint().await else {
        panic!("it has changed");
    };
    let stored = record(store.inner(), "a").expect("it is stored");
    assert_eq!(meta.revision, stored.revision);
    assert_eq!((meta.key.as_str(), meta.version), ("a", 1));
    assert_eq!(total_in(store.inner(), "a"), Some(4));

    let again = counter.checkpoint().await.expect("nothing fails");
    assert_eq!(again, Checkpoint::Unchanged);
    counter.add(0).await.expect("it adds nothing");
    let again = counter.checkpoint().await.expect("nothing fails");
    assert_eq!(again, Checkpoint::Unchanged);
    assert_eq!(store.writes(), 1);
}

// P8: it covers every message sent before it, queued casts included
#[tokio::test(start_paused = true)]
async fn a_checkpoint_covers_what_was_sent_before() {
    begin();
    let store = AnyStore::new();
    let system = system(store.clone());
    let counter = system.start(spec("a")).await.expect("it starts");
    let gate = Gate::new();
    let busy = counter.pass(gate.clone()).owned();
    let busy = tokio::spawn(busy);
    gate.has_waiting(1).await;
    for _ in 0..10 {
        counter.tell(10).await.expect("it is queued");
    }
    let checkpoint = counter.checkpoint();
    gate.open();
    checkpoint.await.expect("it is saved");
    assert_eq!(total_in(&store, "a"), Some(102));
    busy.await.expect("no panic").expect("it is answered");
}

// P8: it returns only when the state is durable
#[tokio::test(start_paused = true)]
async fn a_checkpoint_waits_for_the_store() {
    begin();
    let store = FaultyAdapter::new(AnyStore::new());
    let gate = store.hold(Call::Write);
    let system = system(store.clone());
    let counter = system.start(spec("a")).await.expect("it starts");
    let mut checkpoint = std::pin::pin!(counter.checkpoint());
    let early = tokio::time::timeout(seconds(300), &mut checkpoint).await;
    assert!(early.is_err());
    gate.open();
    checkpoint.await.expect("it is saved");
    assert_eq!(total_in(store.inner(), "a"), Some(0));
}

// P8: callers who come together share one write; those who come during it share the next
#[tokio::test(start_paused = true)]
async fn concurrent_callers_share_one_write() {
    begin();
    let store = FaultyAdapter::new(AnyStore::new());
    let system = system(store.clone());
    let counter = system.start(spec("a")).await.expect("it starts");
    counter.add(1).await.expect("it adds");
    let gate = store.hold(Call::Write);
    let ask = |set: &mut tokio::task::JoinSet<_>| {
        for _ in 0..50 {
            let counter = counter.clone();
            set.spawn(async move { counter.checkpoint().await });
        }
    };
    let mut callers = tokio::task::JoinSet::new();
    ask(&mut callers);
    gate.has_waiting(1).await;
    counter.add(1).await.expect("it adds");
    ask(&mut callers);
    pass(seconds(1)).await;
    store.heal();
    gate.open();
    for answer in callers.join_all().await {
        answer.expect("it is saved");
    }
    assert_eq!(store.writes(), 2);
    assert_eq!(total_in(store.inner(), "a"), Some(2));
}

// P8, H3: its failure is returned to the caller and reported once; the server goes on
#[tokio::test(start_paused = true)]
async fn a_failed_checkpoint_is_told_once() {
    begin();
    let store = FaultyAdapter::new(AnyStore::new());
    let system = system(store.clone());
    let counter = system.start(spec("a")).await.expect("it starts");
    let mut events = system.events();
    counter.add(1).await.expect("it adds");
    store.next(Call::Write, Fault::Rejected);
    let failed = counter.checkpoint().await;
    let Err(CheckpointError::Unsaved { source, .. }) = &failed else {
        panic!("it should have failed: {failed:?}");
    };
    assert!(matches!(source, PersistenceError::Store { .. }));
    assert_eq!(
        failed.map_err(|error| error.outcome()),
        Err(Outcome::Unknown)
    );
    assert_eq!(errors().len(), 1);
    assert_eq!(names(&mut events), ["SaveFailed"]);
    assert_eq!(counter.add(1).await, Ok(2));
    pass(seconds(1)).await;
    assert_eq!(total_in(store.inner(), "a"), Some(1), "it was retried");
    counter.checkpoint().await.expect("it is saved");
    assert_eq!(total_in(store.inner(), "a"), Some(2));
    assert!(errors().is_empty());
}

// P8: a `before_persist` that panics fails the checkpoint, and the server goes on
#[tokio::test(start_paused = true)]
async fn a_panicking_hook_fails_the_checkpoint() {
    begin();
    let system = system(AnyStore::new());
    let counter = system.start(spec("a")).await.expect("it starts");
    crate::counter::tell("before_persist", crate::counter::Does::Panic);
    let failed = counter.checkpoint().await;
    let Err(CheckpointError::Unsaved { source, .. }) = &failed else {
        panic!("it should have failed: {failed:?}");
    };
    assert!(matches!(source, PersistenceError::Hook { .. }), "{source}");
    assert_eq!(errors().len(), 1);
    crate::counter::untell("before_persist");
    assert_eq!(counter.add(1).await, Ok(1));
    counter.checkpoint().await.expect("it is saved");
}

// P8: who waits for a checkpoint when the server crashes is told so
#[tokio::test(start_paused = true)]
async fn a_crash_answers_who_waits_for_a_checkpoint() {
    begin();
    let store = FaultyAdapter::new(AnyStore::new());
    let gate = store.hold(Call::Write);
    let system = system(store.clone());
    let mut events = system.events();
    let counter = system.start(spec("a")).await.expect("it starts");
    let mut callers = tokio::task::JoinSet::new();
    for _ in 0..2 {
        let counter = counter.clone();
        callers.spawn(async move { counter.checkpoint().await });
        gate.has_waiting(1).await;
        pass(seconds(1)).await;
    }
    counter.r#break().await.expect_err("it was told to break");
    for answer in callers.join_all().await {
        let Err(CheckpointError::Call(error)) = answer else {
            panic!("nobody knows: {answer:?}");
        };
        assert_eq!(error.outcome(), Outcome::Unknown);
    }
    gate.open();
    crate::counter::event(&mut events, |event| {
        matches!(event, Event::Terminated { .. }).then_some(())
    })
    .await;
    calls();
}

// P8: a checkpoint of a server that has stopped fails at once
#[tokio::test(start_paused = true)]
async fn a_checkpoint_of_a_stopped_server_fails() {
    begin();
    let system = system(AnyStore::new());
    let counter = system.start(spec("a")).await.expect("it starts");
    counter.stop().await.expect("it saves");
    let late = counter.checkpoint().await;
    assert!(
        matches!(
            late,
            Err(CheckpointError::Call(noex::CallError::NotRunning))
        ),
        "{late:?}"
    );
}
