//! Between two incarnations: what was asked of the last one, and what the next one finds.

use noex::prelude::*;
use noex::{Backoff, PersistOptions, StopError};

use crate::any_store::AnyStore;
use crate::counter::{self, pass, record};
use crate::probe::{busy, never, poll_once, push, seen};

use super::scene::{
    Diary, SECOND, child, crash, crash_to_the_end, restarted, settled, system, trio_in,
};

// T4: a record that was kept for a restart is deleted at a graceful stop that comes before it
#[tokio::test(start_paused = true)]
async fn what_was_kept_for_a_restart_is_deleted_by_the_stop_before_it() {
    let (diary, store) = (Diary::default(), AnyStore::new());
    let system = counter::system(store.clone());
    let deleting = PersistOptions::new().delete_on_stop(true);
    let slowly = Supervisor::one_for_all("top")
        .delay(Backoff::new(60 * SECOND, 60 * SECOND))
        .child(diary.child("a"))
        .child(diary.child("b").persist(deleting));
    let handle = system.supervise(slowly).await.expect("they start");
    child(&system, "b").work(push(1)).await.expect("it is up");
    crash_to_the_end(&child(&system, "a")).await;
    settled().await;
    assert!(record(&store, "b").is_some(), "saved for its restart");
    handle.stop().await.expect("everything is deleted or saved");
    assert!(record(&store, "b").is_none());
}

// T4, T7: a crash deletes nothing, nor does the stop that comes before the restart
#[tokio::test(start_paused = true)]
async fn what_a_crash_has_left_is_not_deleted_by_the_stop_before_the_restart() {
    let (diary, store) = (Diary::default(), AnyStore::new());
    let system = counter::system(store.clone());
    let deleting = PersistOptions::new().delete_on_stop(true);
    let slowly = Supervisor::one_for_one("top")
        .delay(Backoff::new(60 * SECOND, 60 * SECOND))
        .child(diary.child("b").persist(deleting));
    let handle = system.supervise(slowly).await.expect("they start");
    let b = child(&system, "b");
    b.work(push(1)).await.expect("it is up");
    b.checkpoint().await.expect("it is saved");
    crash_to_the_end(&b).await;
    settled().await;
    handle.stop().await.expect("there is nothing to save");
    assert!(record(&store, "b").is_some());
}

// T5, R2: a stop that is to delete is refused while there is nobody to do it
#[tokio::test(start_paused = true)]
async fn a_stop_that_deletes_between_two_incarnations() {
    let (diary, store) = (Diary::default(), AnyStore::new());
    let system = counter::system(store.clone());
    let slowly = Supervisor::one_for_one("top")
        .delay(Backoff::new(60 * SECOND, 60 * SECOND))
        .child(diary.child("b").restart(Restart::Transient));
    system.supervise(slowly).await.expect("they start");
    let mut events = system.events();
    let b = child(&system, "b");
    b.work(push(1)).await.expect("it is up");
    b.checkpoint().await.expect("it is saved");
    crash(&b).await;
    settled().await;
    let stopped = b.stop_with(Stop::deleting_state()).await;
    assert!(
        matches!(stopped, Err(StopError::NotUp { .. })),
        "{stopped:?}"
    );
    restarted(&mut events, "b").await;
    assert_eq!(seen(&b).await, [1]);
    b.stop_with(Stop::deleting_state())
        .await
        .expect("now it is up");
    assert!(record(&store, "b").is_none());
}

// R2: who waits for room is let in where only what the last incarnation left behind has filled the mailbox
#[tokio::test(start_paused = true)]
async fn who_waits_for_room_is_let_in_by_the_next_incarnation() {
    let diary = Diary::default();
    let saving = PersistOptions::new().interval(SECOND);
    let small = diary.child("b").mailbox(1).persist(saving);
    let (system, mut events) = system();
    let top = Supervisor::one_for_one("top").child(small);
    let handle = system.supervise(top).await.expect("they start");
    let b = child(&system, "b");
    b.work(push(1)).await.expect("it is up");
    let mut hanging = b.wait(never()).timeout(600 * SECOND);
    assert!(poll_once(&mut hanging).await.is_none());
    // The save that is due now lies in the mailbox, which is full.
    pass(2 * SECOND).await;
    let mut waiting = b.work(push(2)).timeout(600 * SECOND);
    assert!(poll_once(&mut waiting).await.is_none());
    let restart = handle.restart_child("b").await;
    assert!(restart.is_err(), "it had to be killed: {restart:?}");
    restarted(&mut events, "b").await;
    settled().await;
    // At once, and not with the next thing that noex puts into the mailbox.
    assert!(matches!(poll_once(&mut waiting).await, Some(Ok(_))));
    assert!(b.work(push(3)).await.is_ok());
}

// R2, T1: a restart that joins a stop leaves what is queued to the next incarnation, instead of killing the server
#[tokio::test(start_paused = true)]
async fn a_restart_that_joins_a_stop() {
    let diary = Diary::default();
    let (system, mut events, handle) =
        trio_in(system(), Supervisor::one_for_one("top"), &diary).await;
    let b = child(&system, "b");
    let (gate, holding) = busy(&b).await;
    let hanging = b.wait(never()).timeout(600 * SECOND).owned();
    let hanging = tokio::spawn(hanging);
    settled().await;
    let stopping = tokio::spawn({
        let b = b.clone();
        async move { b.stop().await }
    });
    settled().await;
    let restarting = handle.restart_child("b");
    let mut restarting = Box::pin(restarting);
    assert!(poll_once(&mut restarting).await.is_none());
    settled().await;
    gate.open();
    holding.await.expect("no panic").expect("it is answered");
    // The handler that would hang for ever is the next incarnation's.
    restarting.await.expect("it was not killed");
    stopping.await.expect("no panic").expect("nor by the stop");
    restarted(&mut events, "b").await;
    settled().await;
    assert!(!hanging.is_finished());
    hanging.abort();
}
