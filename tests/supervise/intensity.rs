//! How many restarts are too many, what is counted, and what becomes of the others when a supervisor gives up.

use std::time::Duration;

use noex::prelude::*;
use noex::{
    Backoff, ExitReason, Intensity, Restart, StartError, StartErrorKind, Supervisor,
    SupervisorHandle,
};

use super::scene::{
    Diary, SECOND, child, crash, crash_to_the_end, given_up, hangs, panics, restarted, restarts,
    settled, system, trio, ups,
};
use crate::counter::pass;
use crate::probe::{Probe, poll_once, push, seen};

async fn has_ended(handle: &SupervisorHandle) -> bool {
    poll_once(&mut Box::pin(handle.ended())).await.is_some()
}

// R1: the restart too many within the window is not made: the supervisor gives up
#[tokio::test(start_paused = true)]
async fn one_restart_too_many_gives_up() {
    for allowed in [0, 1, 3] {
        let diary = Diary::default();
        let top = Supervisor::one_for_one("top").intensity(Intensity::new(allowed, 5 * SECOND));
        let (system, mut events, handle) = trio(top, &diary).await;
        let b = child(&system, "b");
        for _ in 0..allowed {
            crash(&b).await;
            restarted(&mut events, "b").await;
        }
        assert!(!has_ended(&handle).await);
        diary.take();
        crash(&b).await;
        let ExitReason::Crashed { message } = handle.ended().await else {
            panic!("it has not crashed");
        };
        assert!(message.starts_with("too many restarts"), "{message}");
        assert!(message.contains("boom"), "{message}");
        assert_eq!(given_up(&mut events).await, "top");
        assert_eq!(diary.take(), "-c -a");
        assert_eq!(b.work(push(1)).await, Err(CallError::NotRunning));
    }
}

// R1: a supervisor that gives up saves its children, and their names and keys are free
#[tokio::test(start_paused = true)]
async fn giving_up_saves_the_others() {
    let diary = Diary::default();
    let top = Supervisor::one_for_one("top").intensity(Intensity::new(0, SECOND));
    let (system, _events, handle) = trio(top, &diary).await;
    for name in ["a", "b", "c"] {
        child(&system, name).work(push(1)).await.expect("it runs");
    }
    let b = child(&system, "b");
    let (gate, holding) = crate::probe::busy(&b).await;
    let mut calls = (b.work(super::scene::boom()), b.work(push(2)));
    assert!(poll_once(&mut calls.0).await.is_none());
    assert!(poll_once(&mut calls.1).await.is_none());
    gate.open();
    assert_eq!(holding.await.expect("no panic"), Ok(0));
    handle.ended().await;
    assert!(calls.0.await.is_err());
    assert_eq!(calls.1.await, Err(CallError::NotRunning));
    for (name, expected) in [("a", [1].as_slice()), ("b", &[]), ("c", &[1])] {
        assert!(system.find::<Probe>(name).is_none());
        let again = system.start(diary.child(name)).await.expect("it is free");
        assert_eq!(seen(&again).await, expected);
    }
    assert!(matches!(
        handle.restart_child("a").await,
        Err(noex::ChildError::NotRunning { .. })
    ));
    assert_eq!(handle.stop().await.expect("it is over").stopped, 0);
}

// R1: the window slides: as many restarts as are allowed within it, for ever
#[tokio::test(start_paused = true)]
async fn the_window_slides() {
    let diary = Diary::default();
    let top = Supervisor::one_for_one("top").intensity(Intensity::new(2, 10 * SECOND));
    let (system, mut events, handle) = trio(top, &diary).await;
    let b = child(&system, "b");
    for _ in 0..5 {
        for _ in 0..2 {
            crash(&b).await;
            restarted(&mut events, "b").await;
        }
        pass(11 * SECOND).await;
    }
    assert_eq!(restarts(&handle), [0, 10, 0]);
    for name in ["a", "b"] {
        crash(&child(&system, name)).await;
        restarted(&mut events, name).await;
    }
    pass(9 * SECOND).await;
    crash(&child(&system, "c")).await;
    assert!(matches!(handle.ended().await, ExitReason::Crashed { .. }));
}

// R1: a restart of many is counted once
#[tokio::test(start_paused = true)]
async fn a_group_counts_once() {
    let diary = Diary::default();
    let top = Supervisor::one_for_all("top").intensity(Intensity::new(2, 60 * SECOND));
    let (system, mut events, handle) = trio(top, &diary).await;
    for _ in 0..2 {
        crash(&child(&system, "a")).await;
        restarted(&mut events, "c").await;
    }
    settled().await;
    assert_eq!(ups(&handle), [true; 3]);
    crash(&child(&system, "a")).await;
    handle.ended().await;
}

// R1: each start that fails is one more restart; once it works, all is well
#[tokio::test(start_paused = true)]
async fn a_start_that_fails_is_tried_again() {
    for top in [
        Supervisor::one_for_one("top"),
        Supervisor::one_for_all("top"),
        Supervisor::rest_for_one("top"),
    ] {
        let diary = Diary::default();
        let top = top.intensity(Intensity::new(3, 60 * SECOND));
        let (system, mut events, handle) = trio(top, &diary).await;
        let b = child(&system, "b");
        b.work(push(1)).await.expect("it runs");
        b.checkpoint().await.expect("it is saved");
        diary.next("+b", panics());
        diary.next("+b", panics());
        let mut calls = (b.work(super::scene::boom()), b.work(push(2)));
        let _ = poll_once(&mut calls.0).await;
        let _ = poll_once(&mut calls.1).await;
        restarted(&mut events, "b").await;
        assert_eq!(calls.1.await, Ok(1));
        assert_eq!(seen(&b).await, [1, 2]);
        settled().await;
        assert_eq!(ups(&handle), [true; 3]);
        diary.next("+b", panics());
        crash(&b).await;
        handle.ended().await;
    }
}

// R1, S9: a start that takes too long has failed, and is tried again
#[tokio::test(start_paused = true)]
async fn a_start_that_hangs_is_tried_again() {
    let diary = Diary::default();
    let top = Supervisor::one_for_one("top").intensity(Intensity::new(2, 60 * SECOND));
    let (system, mut events, handle) = trio(top, &diary).await;
    let b = child(&system, "b");
    diary.next("+b", hangs());
    crash(&b).await;
    let call = b.work(push(1)).timeout(20 * SECOND);
    assert_eq!(call.await, Ok(0));
    restarted(&mut events, "b").await;
    assert_eq!(restarts(&handle), [0, 2, 0]);
    assert!(!has_ended(&handle).await);
    crash(&b).await;
    handle.ended().await;
}

// R1: without an allowed restart, a start that fails gives up at once
#[tokio::test(start_paused = true)]
async fn a_start_that_keeps_failing_gives_up() {
    let diary = Diary::default();
    let top = Supervisor::one_for_all("top").intensity(Intensity::new(3, 60 * SECOND));
    let (system, mut events, handle) = trio(top, &diary).await;
    for _ in 0..3 {
        diary.next("+c", panics());
    }
    crash(&child(&system, "c")).await;
    assert_eq!(given_up(&mut events).await, "top");
    handle.ended().await;
    assert_eq!(
        diary.take(),
        "-b -a +a +b +c -b -a +a +b +c -b -a +a +b +c -b -a"
    );
}

// R1: neither a stop by hand, nor a restart by hand, nor an end after which nobody is restarted is counted
#[tokio::test(start_paused = true)]
async fn what_is_done_by_hand_is_not_counted() {
    let diary = Diary::default();
    let (system, mut events) = system();
    let top = Supervisor::one_for_one("top")
        .intensity(Intensity::new(0, 60 * SECOND))
        .child(diary.child("a"))
        .child(diary.child("b").restart(Restart::Transient))
        .child(diary.child("c").restart(Restart::Temporary));
    let handle = system.supervise(top).await.expect("they start");
    for _ in 0..3 {
        handle.restart_child("a").await.expect("it restarts");
    }
    handle.terminate_child("a").await.expect("it stops");
    handle.restart_child("a").await.expect("it starts");
    child(&system, "b").stop().await.expect("it stops");
    handle.restart_child("b").await.expect("it starts");
    crash_to_the_end(&child(&system, "c")).await;
    handle.restart_child("c").await.expect("it starts");
    settled().await;
    assert_eq!(ups(&handle), [true; 3]);
    assert!(!has_ended(&handle).await);
    restarted(&mut events, "a").await;
}

// R1: a delay grows with the restarts in the window, and the child is down as long as it takes
#[tokio::test(start_paused = true)]
async fn a_restart_waits_for_its_delay() {
    let diary = Diary::default();
    let top = Supervisor::one_for_one("top")
        .intensity(Intensity::new(9, 600 * SECOND))
        .delay(Backoff::new(10 * SECOND, 25 * SECOND));
    let (system, mut events, handle) = trio(top, &diary).await;
    let b = child(&system, "b");
    for whole in [10, 20, 25, 25].map(Duration::from_secs) {
        crash(&b).await;
        pass((whole / 2).saturating_sub(SECOND)).await;
        assert_eq!(ups(&handle), [true, false, true]);
        pass(whole / 2 + SECOND + SECOND / 10).await;
        assert_eq!(ups(&handle), [true; 3]);
        restarted(&mut events, "b").await;
    }
}

// R1: a restart that was killed during its start is one that failed, and is counted once
#[tokio::test(start_paused = true)]
async fn a_killed_start_is_counted_once() {
    for delay in [None, Some(Backoff::new(SECOND, SECOND))] {
        let diary = Diary::default();
        let mut top = Supervisor::one_for_one("top").intensity(Intensity::new(2, 60 * SECOND));
        if let Some(delay) = delay {
            top = top.delay(delay);
        }
        let (system, mut events, handle) = trio(top, &diary).await;
        let b = child(&system, "b");
        let held = diary.hold("+b");
        crash(&b).await;
        held.has_waiting(1).await;
        let killed = b.stop_with(Stop::normally().within(SECOND / 10)).await;
        assert!(killed.is_err(), "{killed:?}");
        restarted(&mut events, "b").await;
        settled().await;
        assert_eq!(restarts(&handle), [0, 2, 0]);
        assert!(!has_ended(&handle).await);
        crash(&b).await;
        handle.ended().await;
    }
}

// R1: a supervisor whose child cannot start does not start, nor leave anything behind
#[tokio::test(start_paused = true)]
async fn a_first_start_that_fails_is_told() {
    let diary = Diary::default();
    let (system, _events) = system();
    diary.next("+c", panics());
    let top = Supervisor::one_for_one("top")
        .child(diary.child("a"))
        .child(diary.child("b"))
        .child(diary.child("c"))
        .child(diary.child("d"));
    let error = system.supervise(top).await.expect_err("it cannot start");
    let StartError::Child { child, source, .. } = &error else {
        panic!("{error}");
    };
    assert_eq!((&**child, source.kind()), ("c", StartErrorKind::Panicked));
    assert_eq!(diary.take(), "+a +b +c -b -a");
    for name in ["a", "b", "c", "d"] {
        system.start(diary.child(name)).await.expect("it is free");
    }
}

// R1: two children of one id are refused, and nothing is started
#[tokio::test(start_paused = true)]
async fn the_same_id_is_refused() {
    use noex::IntoChild;
    let diary = Diary::default();
    let (system, _events) = system();
    let top = Supervisor::one_for_one("top").child(diary.child("a"));
    let twice = top.child(diary.child("b")).child(diary.child("a"));
    let error = system.supervise(twice).await.expect_err("it is refused");
    assert_eq!(error.kind(), StartErrorKind::SameChild);
    assert_eq!(diary.take(), "");
    let top = Supervisor::one_for_one("top")
        .child(diary.child("a"))
        .child(diary.child("b").into_child().id("other"));
    let handle = system.supervise(top).await.expect("they start");
    handle
        .restart_child("other")
        .await
        .expect("it is known by its id");
    assert_eq!(diary.take(), "+a +b -b +b");
}
