//! A sibling that does not stop as it should when it is to be restarted with another.

use noex::prelude::*;
use noex::{ExitReason, Restart, Supervisor};

use super::scene::{
    Diary, SECOND, boom, child, crash, hangs, panics, restarted, restarts, settled, system, ups,
};
use crate::counter::pass;
use crate::probe::{at, never, poll_once, push, seen};

// R1, T6: a sibling that hangs is killed at its deadline, and restarted once, with the others
#[tokio::test(start_paused = true)]
async fn a_sibling_that_hangs_is_killed_and_restarted_once() {
    for kind in [Restart::Permanent, Restart::Transient] {
        let diary = Diary::default();
        let (system, mut events) = system();
        let top = Supervisor::one_for_all("top")
            .child(diary.child("a"))
            .child(diary.child("b").restart(kind).shutdown_timeout(2 * SECOND));
        let handle = system.supervise(top).await.expect("they start");
        let b = child(&system, "b");
        b.work(push(1)).await.expect("it runs");
        b.checkpoint().await.expect("it is saved");
        let mut hung = b.wait(never());
        assert!(poll_once(&mut hung).await.is_none());
        let mut queued = b.work(push(2));
        assert!(poll_once(&mut queued).await.is_none());
        crash(&child(&system, "a")).await;
        assert!(hung.await.is_err());
        restarted(&mut events, "b").await;
        assert_eq!(queued.await, Ok(1), "{kind:?}");
        pass(10 * SECOND).await;
        assert_eq!(diary.take(), "+a +b +a +b", "{kind:?}");
        assert_eq!(restarts(&handle), [1, 1]);
        assert_eq!(ups(&handle), [true, true]);
        assert_eq!(seen(&b).await, [1, 2]);
    }
}

// R1, T8: a sibling whose `terminate` hangs or panics is restarted once, from its last record
#[tokio::test(start_paused = true)]
async fn a_sibling_whose_farewell_fails_is_restarted_once() {
    for farewell in [hangs, panics] {
        for kind in [Restart::Permanent, Restart::Transient] {
            let diary = Diary::default();
            let (system, mut events) = system();
            let top = Supervisor::one_for_all("top")
                .child(diary.child("a"))
                .child(diary.child("b").restart(kind));
            let handle = system.supervise(top).await.expect("they start");
            let b = child(&system, "b");
            b.work(push(1)).await.expect("it runs");
            diary.next("-b", farewell());
            crash(&child(&system, "a")).await;
            restarted(&mut events, "b").await;
            pass(10 * SECOND).await;
            assert_eq!(diary.take(), "+a +b -b +a +b");
            assert_eq!(restarts(&handle), [1, 1]);
            assert_eq!(seen(&b).await, [] as [u32; 0]);
        }
    }
}

// R1, R2: a sibling that crashes while it is being stopped is restarted once; what was queued is handled
#[tokio::test(start_paused = true)]
async fn a_sibling_that_crashes_during_its_halt_is_restarted_once() {
    for kind in [Restart::Permanent, Restart::Transient] {
        let diary = Diary::default();
        let (system, mut events) = system();
        let top = Supervisor::one_for_all("top")
            .child(diary.child("a"))
            .child(diary.child("b").restart(kind));
        let handle = system.supervise(top).await.expect("they start");
        let b = child(&system, "b");
        let gate = noex::testing::Gate::new();
        let errand = at(&gate, 0);
        let mut breaks = b.wait(Box::pin(async move {
            errand.await;
            panic!("boom")
        }));
        assert!(poll_once(&mut breaks).await.is_none());
        let mut queued = b.work(push(2));
        assert!(poll_once(&mut queued).await.is_none());
        crash(&child(&system, "a")).await;
        settled().await;
        gate.open();
        assert!(matches!(breaks.await, Err(CallError::Crashed { .. })));
        restarted(&mut events, "b").await;
        assert_eq!(queued.await, Ok(0), "{kind:?}");
        settled().await;
        assert_eq!(diary.take(), "+a +b +a +b", "{kind:?}");
        assert_eq!(restarts(&handle), [1, 1]);
        assert_eq!(ups(&handle), [true, true]);
    }
}

// R1, R2: what is queued at a sibling is not handled before its restart, but after it, in order
#[tokio::test(start_paused = true)]
async fn what_is_queued_at_a_sibling_waits_for_its_restart() {
    let diary = Diary::default();
    let (system, mut events) = system();
    let top = Supervisor::one_for_all("top")
        .child(diary.child("a"))
        .child(diary.child("b"));
    system.supervise(top).await.expect("they start");
    let b = child(&system, "b");
    let (gate, holding) = crate::probe::busy(&b).await;
    let mut calls: Vec<_> = (0..4).map(|n| b.work(push(n))).collect();
    for call in &mut calls {
        assert!(poll_once(call).await.is_none());
    }
    let held = diary.hold("+a");
    crash(&child(&system, "a")).await;
    settled().await;
    gate.open();
    assert_eq!(holding.await.expect("no panic"), Ok(0));
    held.has_waiting(1).await;
    b.note(4).await.expect("it is up for its clients");
    for call in &mut calls {
        assert!(poll_once(call).await.is_none());
    }
    held.open();
    restarted(&mut events, "b").await;
    for (n, call) in (0..).zip(calls) {
        assert_eq!(call.await, Ok(n));
    }
    assert_eq!(seen(&b).await, [0, 1, 2, 3, 4]);
    assert_eq!(diary.take(), "+a +b -b +a +b");
}

// R1, T6: whoever asks for a stop of its own while a sibling's restart stops it is answered, and it comes back
#[tokio::test(start_paused = true)]
async fn a_clients_stop_during_a_halt() {
    let diary = Diary::default();
    let (system, mut events) = system();
    let top = Supervisor::one_for_all("top")
        .child(diary.child("a"))
        .child(diary.child("b").restart(Restart::Transient));
    let handle = system.supervise(top).await.expect("they start");
    let b = child(&system, "b");
    let monitor = b.monitor();
    let farewell = diary.hold("-b");
    crash(&child(&system, "a")).await;
    farewell.has_waiting(1).await;
    let mut stop = Box::pin(b.stop());
    assert!(poll_once(&mut stop).await.is_none());
    farewell.open();
    stop.await.expect("that incarnation has stopped");
    assert_eq!(monitor.await.reason, ExitReason::Stopped);
    restarted(&mut events, "b").await;
    settled().await;
    assert_eq!(ups(&handle), [true, true]);
    assert!(b.work(boom()).await.is_err());
}
