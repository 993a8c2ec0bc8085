//! What is saved and when: between messages, only what has changed, at the server's own phase, and on demand.

mod checkpoint;
mod cloned;
mod failing;
pub(crate) mod group;
mod interval;
mod refresh;
mod round_trip;
mod unstorable;

use noex::prelude::*;
use noex::testing::{Call, FaultyAdapter, Gate};
use noex::{Checkpoint, Event};

use crate::any_store::AnyStore;
use crate::counter::{
    Does, begin, calls, event, pass, record, seconds, spec, system, tell, total_in, untell,
};

// P1: a save that falls due in the middle of a handler waits for its end
#[tokio::test(start_paused = true)]
async fn no_state_is_stored_in_the_middle_of_a_handler() {
    begin();
    let store = AnyStore::new();
    let system = system(store.clone());
    let counter = system.start(spec("a")).await.expect("it starts");
    counter.checkpoint().await.expect("it is saved");
    let gate = Gate::new();
    let client = counter.clone();
    let busy = tokio::spawn({
        let gate = gate.clone();
        async move { client.pass(gate).timeout(seconds(600)).await }
    });
    gate.has_waiting(1).await;
    pass(seconds(60)).await;
    assert_eq!(total_in(&store, "a"), Some(0), "half of it is done");
    gate.open();
    busy.await.expect("no panic").expect("it is answered");
    pass(seconds(11)).await;
    assert_eq!(total_in(&store, "a"), Some(2));
}

// P1: a crash in the middle of a handler leaves the state of before it
#[tokio::test(start_paused = true)]
async fn a_crash_leaves_the_last_saved_state() {
    begin();
    let store = AnyStore::new();
    let system = system(store.clone());
    let counter = system.start(spec("a")).await.expect("it starts");
    counter.add(3).await.expect("it adds");
    counter.checkpoint().await.expect("it is saved");
    counter.r#break().await.expect_err("it was told to break");
    pass(seconds(60)).await;
    assert_eq!(total_in(&store, "a"), Some(3));
}

// P2: the mailbox goes on while a write is under way
#[tokio::test(start_paused = true)]
async fn messages_are_handled_while_a_write_is_under_way() {
    begin();
    let store = FaultyAdapter::new(AnyStore::new());
    let gate = store.hold(Call::Write);
    let system = system(store.clone());
    let counter = system.start(spec("a")).await.expect("it starts");
    let checkpoint = tokio::spawn({
        let counter = counter.clone();
        async move { counter.checkpoint().await }
    });
    gate.has_waiting(1).await;
    for total in 1..=10 {
        assert_eq!(counter.add(1).await, Ok(total));
    }
    counter.tell(5).await.expect("it is queued");
    assert_eq!(counter.total().await, Ok(15));
    assert!(store.inner().is_empty());
    gate.open();
    checkpoint.await.expect("no panic").expect("it is saved");
    assert_eq!(total_in(store.inner(), "a"), Some(0), "as it was then");
}

// P3: one write is in flight however many saves are asked for, then the newest state follows
#[tokio::test(start_paused = true)]
async fn one_write_is_in_flight_and_the_newest_state_follows() {
    begin();
    let store = FaultyAdapter::new(AnyStore::new());
    let system = system(store.clone());
    let mut events = system.events();
    let counter = system.start(spec("a")).await.expect("it starts");
    let gate = store.hold(Call::Write);
    let mut checkpoints = tokio::task::JoinSet::new();
    for _ in 0..10 {
        counter.add(1).await.expect("it adds");
        let counter = counter.clone();
        checkpoints.spawn(async move { counter.checkpoint().await });
        tokio::task::yield_now().await;
    }
    gate.has_waiting(1).await;
    pass(seconds(60)).await;
    assert_eq!(store.writes(), 1);
    gate.open();
    store.heal();
    for checkpoint in checkpoints.join_all().await {
        checkpoint.expect("it is saved");
    }
    assert_eq!(store.writes(), 2);
    assert_eq!(total_in(store.inner(), "a"), Some(10));
    let mut revisions = Vec::new();
    while let Some(event) = events.try_next() {
        if let Event::Saved { revision, .. } = event {
            revisions.push(revision);
        }
    }
    assert!(revisions.is_sorted_by(|one, next| one < next));
    assert_eq!(revisions.len(), 2);
}

// P3: revisions rise over restarts, too
#[tokio::test(start_paused = true)]
async fn revisions_rise_over_restarts() {
    begin();
    let store = AnyStore::new();
    let mut last = None;
    for _ in 0..3 {
        let system = system(store.clone());
        let counter = system.start(spec("a")).await.expect("it starts");
        for _ in 0..2 {
            counter.add(1).await.expect("it adds");
            let saved = counter.checkpoint().await.expect("it is saved");
            let Checkpoint::Saved(meta) = saved else {
                panic!("it has changed: {saved:?}");
            };
            assert!(Some(meta.revision) > last);
            last = Some(meta.revision);
        }
        system.shutdown().await.expect("it saves");
    }
    let revision = record(&store, "a").expect("it is stored").revision;
    assert_eq!((last, revision.number), (Some(revision), 6));
}

// H1: a save calls `before_persist`, and `after_persist` once it is durable
#[tokio::test(start_paused = true)]
async fn after_persist_comes_once_it_is_durable() {
    begin();
    let store = FaultyAdapter::new(AnyStore::new());
    let gate = store.hold(Call::Write);
    let system = system(store.clone());
    let mut events = system.events();
    let counter = system.start(spec("a")).await.expect("it starts");
    calls();
    gate.has_waiting(1).await;
    assert_eq!(calls(), ["before_persist"]);
    gate.open();
    event(&mut events, |event| {
        matches!(event, Event::Saved { .. }).then_some(())
    })
    .await;
    counter.total().await.expect("it goes on");
    assert_eq!(calls(), ["after_persist"]);
}

// H1, H2: what `before_persist` hands over is stored, and the live state stays as it was
#[tokio::test(start_paused = true)]
async fn a_changed_stored_form_leaves_the_state_alone() {
    begin();
    let store = AnyStore::new();
    let system = system(store.clone());
    let counter = system.start(spec("a")).await.expect("it starts");
    tell("before_persist", Does::Change);
    counter.checkpoint().await.expect("it is saved");
    assert_eq!(total_in(&store, "a"), Some(1_000));
    assert_eq!(counter.total().await, Ok(0));
}

// H2: a skip is silent on the interval and at stop, and `Skipped` for a checkpoint
#[tokio::test(start_paused = true)]
async fn a_skip_is_silent() {
    begin();
    let store = FaultyAdapter::new(AnyStore::new());
    let system = system(store.clone());
    let counter = system.start(spec("a")).await.expect("it starts");
    tell("before_persist", Does::Skip);
    counter.add(1).await.expect("it adds");
    pass(seconds(60)).await;
    let checkpoint = counter.checkpoint().await.expect("it is skipped");
    assert_eq!(checkpoint, Checkpoint::Skipped);
    counter.stop().await.expect("it is skipped");
    assert_eq!(store.writes(), 0);
    assert!(crate::counter::errors().is_empty());
}

// H2: what was skipped is saved once it is not skipped any more
#[tokio::test(start_paused = true)]
async fn a_skipped_change_is_not_forgotten() {
    begin();
    let store = AnyStore::new();
    let system = system(store.clone());
    let counter = system.start(spec("a")).await.expect("it starts");
    tell("before_persist", Does::Skip);
    counter.add(1).await.expect("it adds");
    pass(seconds(60)).await;
    untell("before_persist");
    pass(seconds(11)).await;
    assert_eq!(total_in(&store, "a"), Some(1));
}

// H4: the bytes of a skipped field appear in no record
#[tokio::test(start_paused = true)]
async fn a_skipped_field_is_in_no_record() {
    begin();
    let store = AnyStore::new();
    let system = system(store.clone());
    let counter = system.start(spec("a")).await.expect("it starts");
    let (unstored, _) = counter.unstored().await.expect("it answers");
    assert_eq!(unstored, "made by init");
    counter.checkpoint().await.expect("it is saved");
    let first = crate::counter::text(&record(&store, "a").expect("it is stored"));
    system.shutdown().await.expect("it saves");
    let last = crate::counter::text(&record(&store, "a").expect("it is stored"));
    for text in [first, last] {
        assert!(text.contains("\"total\":0"), "{text}");
        assert!(!text.contains("made by init"), "{text}");
        assert!(!text.contains("unstored"), "{text}");
        assert!(!text.contains("waiting"), "{text}");
    }
}
