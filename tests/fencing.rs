//! Two machines and one key: whoever lost it saves nothing more, ends as fenced, and reloads if it is started again.

use noex::prelude::*;
use noex::store::{NodeId, StoreError, Write};
use noex::testing::{Call, Fault, FaultyAdapter, SharedMemory};
use noex::{CheckpointError, Event, ExitReason, PersistenceError, StopError};

use crate::counter::{
    Counter, CounterClient, begin, calls, errors, event, key, pass, seconds, spec, system,
};

/// What is stored under `a`.
fn total(shared: &SharedMemory) -> Option<i64> {
    let record = shared.records().remove("a")?;
    let text = crate::counter::text(&record);
    let (_, state) = text.split_once("\"state\":{\"total\":")?;
    state.split_once('}')?.0.parse().ok()
}

/// Two machines, of which the second has taken the key from the first and saved 100.
async fn taken_over(shared: &SharedMemory) -> (System, CounterClient, System, CounterClient) {
    begin();
    let (here, there) = (system(shared.node()), system(shared.node()));
    let first = here.start(spec("a")).await.expect("it starts");
    first.add(1).await.expect("it adds");
    first.checkpoint().await.expect("it is saved");
    shared.end_claim(&key("a"));
    let second = there.start(spec("a")).await.expect("the key is free");
    assert_eq!(second.add(99).await, Ok(100));
    second.checkpoint().await.expect("it is saved");
    (here, first, there, second)
}

async fn terminated(events: &mut noex::EventStream) -> ExitReason {
    event(events, |event| match event {
        Event::Terminated { reason, .. } => Some(reason),
        _ => None,
    })
    .await
}

// P7: after a takeover the old server ends as `Fenced` at its next save, and what it had is not stored
#[tokio::test(start_paused = true)]
async fn who_lost_its_key_ends_as_fenced() {
    let shared = SharedMemory::new();
    let (here, first, _there, second) = taken_over(&shared).await;
    let mut events = here.events();
    calls();
    first.add(1_000).await.expect("it does not know yet");
    pass(seconds(11)).await;
    event(&mut events, |event| {
        matches!(event, Event::Fenced { .. }).then_some(())
    })
    .await;
    assert_eq!(terminated(&mut events).await, ExitReason::Fenced);
    let [PersistenceError::Fenced { .. }] = &*errors() else {
        panic!("reported once");
    };
    assert!(!calls().contains(&"terminate".to_owned()));
    assert_eq!(total(&shared), Some(100));
    first.total().await.expect_err("it has ended");
    assert_eq!(second.add(1).await, Ok(101));
    second.stop().await.expect("it still holds its key");
    assert_eq!(total(&shared), Some(101));
}

// P7: a checkpoint of a server that lost its key fails as `Fenced`
#[tokio::test(start_paused = true)]
async fn a_checkpoint_tells_that_the_key_was_lost() {
    let shared = SharedMemory::new();
    let (_here, first, _there, _second) = taken_over(&shared).await;
    first.add(1_000).await.expect("it does not know yet");
    let checkpoint = first.checkpoint().await;
    let Err(CheckpointError::Call(noex::CallError::Fenced)) = checkpoint else {
        panic!("{checkpoint:?}");
    };
    assert_eq!(total(&shared), Some(100));
}

// P7: a stop of a server that lost its key saves nothing and says so
#[tokio::test(start_paused = true)]
async fn a_stop_tells_that_the_key_was_lost() {
    let shared = SharedMemory::new();
    let (here, first, _there, _second) = taken_over(&shared).await;
    let mut events = here.events();
    first.add(1_000).await.expect("it does not know yet");
    let stop = first.stop().await;
    let Err(StopError::Unsaved { source, .. }) = stop else {
        panic!("{stop:?}");
    };
    assert!(
        matches!(source, PersistenceError::Fenced { .. }),
        "{source}"
    );
    event(&mut events, |event| {
        matches!(event, Event::Fenced { .. }).then_some(())
    })
    .await;
    assert_eq!(errors().len(), 1);
    assert_eq!(total(&shared), Some(100));
    assert!(
        shared.holder(&key("a")).is_some(),
        "the other's claim stands"
    );
}

// P7: nor does a deleting stop delete another's record
#[tokio::test(start_paused = true)]
async fn a_deleting_stop_deletes_nothing_of_anothers() {
    let shared = SharedMemory::new();
    let (_here, first, _there, second) = taken_over(&shared).await;
    let stop = first.stop_with(Stop::deleting_state()).await;
    assert!(matches!(stop, Err(StopError::Unsaved { .. })), "{stop:?}");
    assert_eq!(total(&shared), Some(100));
    assert_eq!(second.total().await, Ok(100));
}

// P7, S8: started again, it does not get the key while the other has it, and then reloads
#[tokio::test(start_paused = true)]
async fn who_was_fenced_reloads_when_started_again() {
    let shared = SharedMemory::new();
    let (here, first, there, _second) = taken_over(&shared).await;
    first.add(1_000).await.expect("it does not know yet");
    first.checkpoint().await.expect_err("it is fenced");
    pass(seconds(1)).await;
    let again = here.start(spec("a")).await;
    assert!(matches!(again, Err(noex::StartError::KeyInUse { .. })));
    there.shutdown().await.expect("it saves");
    let again = here.start(spec("a")).await.expect("the key is free");
    assert_eq!(again.total().await, Ok(100));
}

// P7: who waits for a save when the key is lost hears of it, the next in line, too
#[tokio::test(start_paused = true)]
async fn all_who_wait_hear_that_the_key_was_lost() {
    begin();
    let shared = SharedMemory::new();
    let store = FaultyAdapter::new(shared.node());
    let here = system(store.clone());
    let first = here.start(spec("a")).await.expect("it starts");
    let gate = store.hold(Call::Write);
    let mut callers = tokio::task::JoinSet::new();
    for _ in 0..3 {
        let first = first.clone();
        callers.spawn(async move { first.checkpoint().await });
    }
    gate.has_waiting(1).await;
    let stop = tokio::spawn({
        let first = first.clone();
        async move { first.stop().await }
    });
    pass(seconds(1)).await;
    let _ = shared.take_over(&key("a"), NodeId::new(2), "another machine");
    gate.open();
    for answer in callers.join_all().await {
        answer.expect_err("it was not saved");
    }
    let stop = stop.await.expect("no panic");
    assert!(matches!(stop, Err(StopError::Unsaved { .. })), "{stop:?}");
}

// P7: a claim that ended unnoticed, with the record as it was, lets no write through either
#[tokio::test(start_paused = true)]
async fn a_lost_claim_alone_is_enough() {
    begin();
    let shared = SharedMemory::new();
    let here = system(shared.node());
    let first = here.start(spec("a")).await.expect("it starts");
    first.checkpoint().await.expect("it is saved");
    let _ = shared.take_over(&key("a"), NodeId::new(2), "another machine");
    first.add(1).await.expect("it does not know yet");
    let checkpoint = first.checkpoint().await;
    assert!(
        matches!(
            checkpoint,
            Err(CheckpointError::Call(noex::CallError::Fenced))
        ),
        "{checkpoint:?}"
    );
    assert_eq!(total(&shared), Some(0));
}

// P7: before the verdict the record is loaded: its own revision and bytes mean that it was saved
#[tokio::test(start_paused = true)]
async fn its_own_record_is_no_conflict() {
    begin();
    let shared = SharedMemory::new();
    let store = FaultyAdapter::new(shared.node());
    let here = system(store.clone());
    let first = here.start(spec("a")).await.expect("it starts");
    // The first attempt is done without an answer, and cannot be looked for: the second one meets its record.
    store.next(Call::Write, Fault::AnsweredTooLate);
    store.next(Call::Load, Fault::Rejected);
    first.checkpoint().await.expect_err("nobody knows yet");
    pass(seconds(1)).await;
    assert_eq!(store.writes(), 2);
    assert_eq!(first.add(1).await, Ok(1));
    first.checkpoint().await.expect("it is not fenced");
    assert_eq!(total(&shared), Some(1));
}

// P7: a conflict in error, the record and the claim as they were, is written again
#[tokio::test(start_paused = true)]
async fn a_conflict_in_error_is_written_again() {
    begin();
    let shared = SharedMemory::new();
    let store = FaultyAdapter::new(shared.node());
    let here = system(store.clone());
    let first = here.start(spec("a")).await.expect("it starts");
    first.checkpoint().await.expect("it is saved");
    first.add(1).await.expect("it adds");
    let conflict = StoreError::conflict(&key("a"), None);
    store.next(Call::Write, Fault::Fails(conflict));
    let _ = first.checkpoint().await;
    pass(seconds(1)).await;
    assert_eq!(total(&shared), Some(1));
    assert_eq!(first.add(1).await, Ok(2));
}

// P3, P7: a write after a delete brings nothing back, whoever sends it
#[tokio::test(start_paused = true)]
async fn a_write_after_a_delete_brings_nothing_back() {
    begin();
    let shared = SharedMemory::new();
    let store = FaultyAdapter::new(shared.node());
    let here = system(store.clone());
    let first = here.start(spec("a")).await.expect("it starts");
    store.next(Call::Write, Fault::Doubled);
    first.checkpoint().await.expect("it is saved");
    first
        .stop_with(Stop::deleting_state())
        .await
        .expect("it is deleted");
    assert!(shared.records().is_empty());
    for delivered in store.deliver().await {
        let refused = matches!(delivered, Err(StoreError::Conflict { .. }));
        assert!(refused, "{delivered:?}");
    }
    assert!(shared.records().is_empty());
}

// P3: a write still in flight cannot bring back what a stop has deleted
#[tokio::test(start_paused = true)]
async fn a_write_in_flight_is_over_before_the_delete() {
    begin();
    let shared = SharedMemory::new();
    let store = FaultyAdapter::new(shared.node());
    let here = system(store.clone());
    let first = here.start(spec("a")).await.expect("it starts");
    let gate = store.hold(Call::Write);
    gate.has_waiting(1).await;
    let stop = tokio::spawn({
        let first = first.clone();
        async move { first.stop_with(Stop::deleting_state()).await }
    });
    pass(seconds(1)).await;
    store.heal();
    gate.open();
    stop.await.expect("no panic").expect("it is deleted");
    assert!(shared.records().is_empty());
    assert_eq!(store.writes(), 2);
}

// P7: a record deleted under a live server ends it as fenced: nothing is brought back
#[tokio::test(start_paused = true)]
async fn a_record_deleted_elsewhere_is_not_brought_back() {
    begin();
    let shared = SharedMemory::new();
    let here = system(shared.node());
    let mut events = here.events();
    let first = here.start(spec("a")).await.expect("it starts");
    first.checkpoint().await.expect("it is saved");
    let revision = shared
        .records()
        .get(&key("a"))
        .map(|record| record.revision);
    shared.end_claim(&key("a"));
    let delete = Write::delete(key("a"), revision);
    shared.node().write(delete).await.expect("nobody holds it");
    first.add(1).await.expect("it does not know yet");
    pass(seconds(11)).await;
    assert_eq!(terminated(&mut events).await, ExitReason::Fenced);
    assert!(shared.records().is_empty());
}

// P7, S12: a family's key that was fenced is reloaded by the next call
#[tokio::test(start_paused = true)]
async fn a_fenced_member_is_reloaded_by_the_next_call() {
    begin();
    let shared = SharedMemory::new();
    let (here, there) = (system(shared.node()), system(shared.node()));
    let family = |system: &System| {
        let family = system.family::<Counter>("counters").env("first");
        family.or_init(|_| 0).build().expect("it is built")
    };
    let (left, right) = (family(&here), family(&there));
    assert_eq!(left.at("a").add(1).await, Ok(1));
    left.at("a").checkpoint().await.expect("it is saved");
    shared.end_claim(&key("counters:a"));
    assert_eq!(right.at("a").add(1).await, Ok(2));
    right.at("a").stop().await.expect("it saves");
    left.at("a").add(1_000).await.expect("it does not know yet");
    left.at("a").checkpoint().await.expect_err("it is fenced");
    pass(seconds(1)).await;
    assert_eq!(left.at("a").add(1).await, Ok(3));
}
