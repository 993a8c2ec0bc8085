//! Supervisors of supervisors: giving up is an end like any other, for the one above.

use noex::prelude::*;
use noex::{Intensity, Restart, Supervisor, SupervisorHandle};

use super::scene::{
    Diary, SECOND, child, crash, given_up, panics, restarted, settled, system, ups,
};
use crate::probe::{Probe, ProbeClient, at, poll_once, push, seen};

/// `a`, then `inner` of `x` and `y`, then `c`; `inner` gives up at the first crash.
fn tree(outer: Supervisor, kind: Restart, diary: &Diary) -> Supervisor {
    let inner = Supervisor::one_for_one("inner")
        .intensity(Intensity::new(0, SECOND))
        .restart(kind)
        .child(diary.child("x"))
        .child(diary.child("y"));
    outer
        .child(diary.child("a"))
        .child(inner)
        .child(diary.child("c"))
}

async fn grown(
    outer: Supervisor,
    kind: Restart,
) -> (System, noex::EventStream, SupervisorHandle, Diary) {
    let diary = Diary::default();
    let (system, events) = system();
    let handle = system.supervise(tree(outer, kind, &diary)).await;
    assert_eq!(diary.take(), "+a +x +y +c");
    (system, events, handle.expect("they start"), diary)
}

// R1: a supervisor that gives up stops its children, and is restarted by its own with whom its strategy says
#[tokio::test(start_paused = true)]
async fn a_supervisor_restarts_one_that_gave_up() {
    for (outer, expected) in [
        (Supervisor::one_for_one("outer"), "-y +x +y"),
        (Supervisor::rest_for_one("outer"), "-y -c +x +y +c"),
        (Supervisor::one_for_all("outer"), "-y -c -a +a +x +y +c"),
    ] {
        for kind in [Restart::Permanent, Restart::Transient] {
            let (system, mut events, handle, diary) = grown(grown_by(&outer), kind).await;
            let (x, y) = (child(&system, "x"), child(&system, "y"));
            y.work(push(1)).await.expect("it runs");
            crash(&x).await;
            assert_eq!(given_up(&mut events).await, "inner");
            restarted(&mut events, "y").await;
            settled().await;
            assert_eq!(diary.take(), expected);
            assert_eq!(ups(&handle), [true; 3]);
            assert_eq!(x.work(push(2)).await, Ok(0));
            assert_eq!(seen(&y).await, [1]);
        }
    }
}

/// The same supervisor once more.
fn grown_by(outer: &Supervisor) -> Supervisor {
    let text = format!("{outer:?}");
    if text.contains("OneForAll") {
        Supervisor::one_for_all("outer")
    } else if text.contains("RestForOne") {
        Supervisor::rest_for_one("outer")
    } else {
        Supervisor::one_for_one("outer")
    }
}

// R1, R2: what was sent while the inner one gave up and its children were down is handled by the next incarnations
#[tokio::test(start_paused = true)]
async fn messages_wait_through_a_give_up() {
    let (system, mut events, _handle, diary) =
        grown(Supervisor::one_for_all("outer"), Restart::Permanent).await;
    let (x, y) = (child(&system, "x"), child(&system, "y"));
    let (farewell, start) = (diary.hold("-c"), diary.hold("+a"));
    crash(&x).await;
    farewell.has_waiting(1).await;
    let mut calls = [x.work(push(1)), y.work(push(1))];
    for call in &mut calls {
        assert!(poll_once(call).await.is_none());
    }
    farewell.open();
    start.has_waiting(1).await;
    let taken = system.start(diary.child("x")).await;
    assert!(taken.is_err(), "the name is not free");
    let mut more = [x.work(push(2)), y.work(push(2))];
    for call in &mut more {
        assert!(poll_once(call).await.is_none());
    }
    start.open();
    restarted(&mut events, "y").await;
    for call in calls {
        assert_eq!(call.await, Ok(0));
    }
    for call in more {
        assert_eq!(call.await, Ok(1));
    }
}

// R1: each restart of the inner one begins a new count, and is one of the outer one's
#[tokio::test(start_paused = true)]
async fn giving_up_goes_upward() {
    let outer = Supervisor::one_for_one("outer").intensity(Intensity::new(2, 600 * SECOND));
    let (system, mut events, handle, diary) = grown(outer, Restart::Permanent).await;
    let [a, x, y] = ["a", "x", "y"].map(|name| child(&system, name));
    for client in [&a, &y] {
        client.work(push(1)).await.expect("it runs");
    }
    for _ in 0..2 {
        crash(&x).await;
        assert_eq!(given_up(&mut events).await, "inner");
        restarted(&mut events, "y").await;
    }
    diary.take();
    crash(&x).await;
    assert_eq!(given_up(&mut events).await, "inner");
    assert_eq!(given_up(&mut events).await, "outer");
    let reason = handle.ended().await;
    assert!(reason.to_string().contains("inner"), "{reason}");
    assert_eq!(diary.take(), "-y -c -a");
    for (name, expected) in [("a", [1].as_slice()), ("x", &[]), ("y", &[1]), ("c", &[])] {
        let again = system.start(diary.child(name)).await.expect("it is free");
        assert_eq!(seen(&again).await, expected);
    }
}

// R1: a temporary supervisor that gave up is over, its children with it: their callers are told, their names free
#[tokio::test(start_paused = true)]
async fn a_temporary_supervisor_that_gave_up_is_over() {
    let (system, mut events, handle, diary) =
        grown(Supervisor::one_for_all("outer"), Restart::Temporary).await;
    let y = child(&system, "y");
    crash(&child(&system, "x")).await;
    assert_eq!(given_up(&mut events).await, "inner");
    settled().await;
    assert_eq!(ups(&handle), [true, false, true]);
    assert_eq!(y.work(push(1)).await, Err(CallError::NotRunning));
    for name in ["x", "y"] {
        assert!(system.find::<Probe>(name).is_none());
    }
    system.start(diary.child("y")).await.expect("it is free");
}

// R1, R3: an inner supervisor is stopped and started by hand, with all its children, more than once
#[tokio::test(start_paused = true)]
async fn an_inner_supervisor_is_stopped_and_started_by_hand() {
    let (system, _events, handle, diary) =
        grown(Supervisor::one_for_one("outer"), Restart::Permanent).await;
    let y = child(&system, "y");
    y.work(push(1)).await.expect("it runs");
    handle.restart_child("inner").await.expect("it restarts");
    assert_eq!(diary.take(), "-y -x +x +y");
    assert_eq!(seen(&y).await, [1]);
    for _ in 0..2 {
        handle.terminate_child("inner").await.expect("it stops");
        assert_eq!(diary.take(), "-y -x");
        assert_eq!(ups(&handle), [true, false, true]);
        assert!(system.find::<Probe>("y").is_none());
        handle.restart_child("inner").await.expect("it starts");
        assert_eq!(diary.take(), "+x +y");
        assert_eq!(seen(&child(&system, "y")).await, [1]);
    }
}

// R3: a tree stops in the reverse order of its start, and a restart from above does too
#[tokio::test(start_paused = true)]
async fn a_tree_stops_in_reverse_order() {
    let (system, mut events, handle, diary) =
        grown(Supervisor::one_for_all("outer"), Restart::Permanent).await;
    crash(&child(&system, "a")).await;
    restarted(&mut events, "c").await;
    assert_eq!(diary.take(), "-c -y -x +a +x +y +c");
    let report = handle.stop().await.expect("they stop");
    assert_eq!(report.stopped, 4);
    assert_eq!(diary.take(), "-c -y -x -a");
}

// R1: what is down in an inner supervisor when it is restarted from above is started with the others
#[tokio::test(start_paused = true)]
async fn a_restart_from_above_takes_the_place_of_one_below() {
    let diary = Diary::default();
    let (system, mut events) = system();
    let inner = Supervisor::one_for_one("inner")
        .child(diary.child("x"))
        .child(diary.child("y"));
    let outer = Supervisor::one_for_all("outer")
        .child(diary.child("a"))
        .child(inner);
    let handle = system.supervise(outer).await.expect("they start");
    let x: ProbeClient = child(&system, "x");
    let gate = noex::testing::Gate::new();
    diary.next("+x", at(&gate, 0));
    crash(&x).await;
    gate.has_waiting(1).await;
    crash(&child(&system, "a")).await;
    settled().await;
    gate.open();
    restarted(&mut events, "y").await;
    settled().await;
    assert_eq!(ups(&handle), [true, true]);
    assert_eq!(x.work(push(1)).await, Ok(0));
    let lines = diary.take();
    assert!(lines.ends_with("+a +x +y"), "{lines}");
}

// R1: an inner child that does not start stops what was up, and the outer start tells the whole way
#[tokio::test(start_paused = true)]
async fn a_failed_start_is_told_the_whole_way() {
    let diary = Diary::default();
    let (system, _events) = system();
    diary.next("+y", panics());
    let outer = tree(Supervisor::one_for_one("outer"), Restart::Permanent, &diary);
    let error = system.supervise(outer).await.expect_err("it panics");
    let text = noex::Chain(&error).to_string();
    for part in ["outer", "inner", "`y`", "told to"] {
        assert!(text.contains(part), "{text}");
    }
    assert_eq!(diary.take(), "+a +x +y -x -a");
    for name in ["a", "x", "y", "c"] {
        system.start(diary.child(name)).await.expect("it is free");
    }
}
