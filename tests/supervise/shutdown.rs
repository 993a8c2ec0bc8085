//! The end of a supervisor, in whatever moment it comes.

use noex::prelude::*;
use noex::{Backoff, Intensity, StopError, Supervisor};
use tokio::time::Instant;

use super::scene::{Diary, SECOND, child, crash, hangs, settled, system, trio, ups};
use crate::probe::{Probe, never, poll_once, push, seen};

// R3: children stop in the reverse order of their start, each once the one after it has, and are saved
#[tokio::test(start_paused = true)]
async fn children_stop_in_reverse_order() {
    for by_system in [true, false] {
        let diary = Diary::default();
        let (system, _events, handle) = trio(Supervisor::one_for_one("top"), &diary).await;
        child(&system, "a").work(push(1)).await.expect("it runs");
        let held = diary.hold("-c");
        let (stopping, stopped) = (system.clone(), handle.clone());
        let stop = tokio::spawn(async move {
            if by_system {
                stopping.shutdown().await
            } else {
                stopped.stop().await
            }
        });
        held.has_waiting(1).await;
        settled().await;
        assert_eq!(diary.take(), "-c");
        assert_eq!(child(&system, "a").work(push(2)).await, Ok(1));
        held.open();
        let report = stop.await.expect("no panic").expect("they stop");
        assert_eq!(report.stopped, 3);
        assert_eq!(diary.take(), "-b -a");
        assert!(handle.ended().await.is_graceful());
        if !by_system {
            let a = system.start(diary.child("a")).await.expect("it is free");
            assert_eq!(seen(&a).await, [1, 2]);
        }
    }
}

// R3: each within its own deadline: one that hangs is killed and reported, and the others are saved
#[tokio::test(start_paused = true)]
async fn one_that_hangs_is_reported() {
    let diary = Diary::default();
    let (system, _events, handle) = trio(Supervisor::one_for_one("top"), &diary).await;
    for name in ["a", "b", "c"] {
        child(&system, name).work(push(1)).await.expect("it runs");
    }
    diary.next("-b", hangs());
    let error = handle.stop().await.expect_err("one of them hangs");
    assert_eq!((error.stopped, error.failed.len()), (3, 1));
    assert!(
        matches!(&error.failed[..], [StopError::Killed { server, .. }] if server.contains("`b`"))
    );
    for (name, expected) in [("a", [1].as_slice()), ("b", &[]), ("c", &[1])] {
        let again = system.start(diary.child(name)).await.expect("it is free");
        assert_eq!(seen(&again).await, expected);
    }
}

/// The moments at which a stop can come.
#[derive(Clone, Copy, Debug)]
enum Moment {
    /// A handler hangs.
    Handling,
    /// A sibling is stopped for a restart, and hangs.
    Halting,
    /// A child waits for its delay.
    Waiting,
    /// A child is started again, and hangs.
    Starting,
    /// The supervisor gives up, and a child hangs on the way.
    GivingUp,
    /// A child is stopped by hand, and hangs.
    Terminating,
    /// A child is restarted by hand, and hangs at its start.
    Restarting,
    /// A client has asked for a stop that may take an hour.
    Patient,
}

const MOMENTS: [Moment; 8] = [
    Moment::Handling,
    Moment::Halting,
    Moment::Waiting,
    Moment::Starting,
    Moment::GivingUp,
    Moment::Terminating,
    Moment::Restarting,
    Moment::Patient,
];

/// A supervisor of `a`, `b` and `c` at this moment.
async fn at(moment: Moment, diary: &Diary) -> (System, noex::SupervisorHandle) {
    let mut top = Supervisor::one_for_all("top");
    if matches!(moment, Moment::Waiting) {
        top = top.delay(Backoff::new(9 * SECOND, 9 * SECOND));
    }
    if matches!(moment, Moment::GivingUp) {
        top = top.intensity(Intensity::new(0, SECOND));
    }
    let (system, _events, handle) = trio(top, diary).await;
    let [a, b] = ["a", "b"].map(|name| child(&system, name));
    a.work(push(1)).await.expect("it runs");
    let other = handle.clone();
    match moment {
        Moment::Handling => {
            let mut hung = b.wait(never());
            assert!(poll_once(&mut hung).await.is_none());
        }
        Moment::Halting | Moment::GivingUp => {
            diary.next("-b", hangs());
            crash(&child(&system, "c")).await;
        }
        Moment::Waiting => crash(&b).await,
        Moment::Starting => {
            diary.next("+b", hangs());
            crash(&b).await;
        }
        Moment::Terminating => {
            diary.next("-b", hangs());
            tokio::spawn(async move { other.terminate_child("b").await });
        }
        Moment::Restarting => {
            diary.next("+b", hangs());
            tokio::spawn(async move { other.restart_child("b").await });
        }
        Moment::Patient => {
            diary.next("-b", hangs());
            let stop = Stop::normally().within(3600 * SECOND);
            tokio::spawn(async move { b.stop_with(stop).await });
        }
    }
    settled().await;
    (system, handle)
}

// R3: whatever is under way, a shutdown ends within its total deadline, saves who does not hang, and names who does
#[tokio::test(start_paused = true)]
async fn a_shutdown_keeps_its_deadline_at_each_moment() {
    for moment in MOMENTS {
        for by_system in [true, false] {
            let diary = Diary::default();
            let (system, handle) = at(moment, &diary).await;
            let begun = Instant::now();
            let stopped = if by_system {
                system.shutdown_within(2 * SECOND).await
            } else {
                handle.stop_within(2 * SECOND).await
            };
            assert!(
                begun.elapsed() <= 2 * SECOND,
                "{moment:?}: {:?}",
                begun.elapsed()
            );
            let hangs = !matches!(moment, Moment::Waiting);
            assert_eq!(stopped.is_err(), hangs, "{moment:?}: {stopped:?}");
            if let Err(error) = stopped {
                let named = error
                    .failed
                    .iter()
                    .any(|error| error.to_string().contains("`b`"));
                assert!(named, "{moment:?}: {error}");
            }
            handle.ended().await;
            assert_eq!(ups(&handle).len(), 3);
            if by_system {
                continue;
            }
            for name in ["a", "b", "c"] {
                assert!(system.find::<Probe>(name).is_none(), "{moment:?}: {name}");
                system.start(diary.child(name)).await.expect("it is free");
            }
        }
    }
}

// R3: the same without a total deadline: each has its own, in reverse order, and who stops later is saved
#[tokio::test(start_paused = true)]
async fn a_stop_at_each_moment_saves_the_others() {
    for moment in MOMENTS {
        let diary = Diary::default();
        let (system, handle) = at(moment, &diary).await;
        let _ = handle.stop().await;
        let lines = diary.take();
        let (b, a) = (lines.rfind("-b"), lines.rfind("-a"));
        assert!(b.is_none() || b < a, "{moment:?}: {lines}");
        let a = system.start(diary.child("a")).await.expect("it is free");
        assert_eq!(seen(&a).await, [1], "{moment:?}");
    }
}

// R3: a supervisor is stopped twice, at once or one after the other, and its children once
#[tokio::test(start_paused = true)]
async fn stopping_a_supervisor_twice_is_fine() {
    let diary = Diary::default();
    let (system, _events, handle) = trio(Supervisor::one_for_one("top"), &diary).await;
    let (one, other) = tokio::join!(handle.stop(), handle.stop());
    assert!(one.is_ok() && other.is_ok());
    assert!(handle.stop().await.is_ok());
    assert!(system.shutdown().await.is_ok());
    assert_eq!(diary.take(), "-c -b -a");
}

// R3: during the first start of the children, a stop ends those that are up and the one that starts
#[tokio::test(start_paused = true)]
async fn a_shutdown_during_the_first_start() {
    let diary = Diary::default();
    let (system, _events) = system();
    let held = diary.hold("+b");
    let top = Supervisor::one_for_one("top")
        .child(diary.child("a"))
        .child(diary.child("b"))
        .child(diary.child("c"));
    let starting = system.clone();
    let start = tokio::spawn(async move { starting.supervise(top).await.map(drop) });
    held.has_waiting(1).await;
    let begun = Instant::now();
    let _ = system.shutdown_within(2 * SECOND).await;
    assert!(begun.elapsed() <= 2 * SECOND);
    start.await.expect("no panic").expect_err("it was stopped");
    assert_eq!(diary.take(), "+a +b -a");
    assert!(system.find::<Probe>("a").is_none());
}

// T8, R3: dropping the handle and the clients stops nothing; the farewells are said once
#[tokio::test(start_paused = true)]
async fn dropping_the_handle_stops_nothing() {
    let diary = Diary::default();
    let (system, _events, handle) = trio(Supervisor::one_for_one("top"), &diary).await;
    drop(handle);
    settled().await;
    assert_eq!(diary.take(), "");
    assert_eq!(child(&system, "a").work(push(1)).await, Ok(0));
    system.shutdown().await.expect("they stop");
    assert_eq!(diary.take(), "-c -b -a");
}
