//! Permanent, transient, temporary: who comes back after which end.

use noex::prelude::*;
use noex::{Event, ExitReason, PersistOptions, Restart, Supervisor};

use super::scene::{Diary, KINDS, SECOND, child, crash, restarted, settled, system, ups};
use crate::counter::pass;
use crate::probe::{Probe, at, busy, never, poll_once, push, seen, terminated};

/// How a child ends.
#[derive(Clone, Copy, Debug)]
enum End {
    Stops,
    StopsItself,
    Idles,
    Crashes,
    IsKilled,
}

/// The only child of a supervisor, which then ends; whether it comes back.
async fn comes_back(kind: Restart, end: End) -> bool {
    let diary = Diary::default();
    let (system, mut events) = system();
    let mut spec = diary.child("a").restart(kind);
    if matches!(end, End::Idles) {
        spec = spec.idle_timeout(SECOND);
    }
    let handle = system
        .supervise(Supervisor::one_for_one("top").child(spec))
        .await
        .expect("it starts");
    let a = child(&system, "a");
    a.work(push(1)).await.expect("it runs");
    a.checkpoint().await.expect("it is saved");
    match end {
        End::Stops => a.stop().await.expect("it stops"),
        End::StopsItself => {
            let stop = Box::new(|_: &mut Probe, cx: &mut Cx<Probe>| {
                cx.stop();
                0
            });
            a.work(stop).await.expect("it runs");
        }
        End::Idles => pass(SECOND * 3 / 2).await,
        End::Crashes => crash(&a).await,
        End::IsKilled => {
            let mut hung = a.wait(never());
            assert!(poll_once(&mut hung).await.is_none());
            let stopped = a.stop_with(Stop::normally().within(SECOND)).await;
            assert!(stopped.is_err(), "{stopped:?}");
            assert!(hung.await.is_err());
        }
    }
    let (_, reason) = terminated(&mut events).await;
    settled().await;
    let came_back = ups(&handle) == [true];
    let is_named = system.find::<Probe>("a").is_some();
    assert_eq!(came_back, is_named, "{kind:?} {end:?} {reason}");
    if came_back {
        assert_eq!(seen(&a).await, [1], "{kind:?} {end:?}");
        assert_eq!(diary.take().matches("+a").count(), 2, "{kind:?} {end:?}");
    } else {
        assert_eq!(a.work(push(2)).await, Err(CallError::NotRunning));
        let again = system.start(diary.child("a")).await;
        assert_eq!(seen(&again.expect("name and key are free")).await, [1]);
    }
    came_back
}

// R1: a permanent child comes back after every end, a transient one after a bad one, a temporary one never
#[tokio::test(start_paused = true)]
async fn who_comes_back() {
    for (end, expected) in [
        (End::Stops, [true, false, false]),
        (End::StopsItself, [true, false, false]),
        (End::Idles, [true, false, false]),
        (End::Crashes, [true, true, false]),
        (End::IsKilled, [true, true, false]),
    ] {
        for (kind, expected) in KINDS.into_iter().zip(expected) {
            assert_eq!(comes_back(kind, end).await, expected, "{kind:?} {end:?}");
        }
    }
}

// R1, E4: a permanent child that has expired begins anew
#[tokio::test(start_paused = true)]
async fn an_expired_child_begins_anew() {
    let diary = Diary::default();
    let (system, mut events) = system();
    let spec = diary
        .child("a")
        .persist(PersistOptions::new().max_idle(10 * SECOND));
    let top = Supervisor::one_for_one("top").child(spec);
    system.supervise(top).await.expect("it starts");
    let a = child(&system, "a");
    a.work(push(1)).await.expect("it runs");
    let (_, reason) = terminated(&mut events).await;
    assert_eq!(reason, ExitReason::Expired);
    restarted(&mut events, "a").await;
    assert_eq!(seen(&a).await, [] as [u32; 0]);
}

// R1, T4: a restart deletes nothing; a stop that a client asks for does
#[tokio::test(start_paused = true)]
async fn delete_on_stop_heeds_who_stops() {
    let diary = Diary::default();
    let (system, mut events) = system();
    let spec = diary
        .child("b")
        .persist(PersistOptions::new().delete_on_stop(true));
    let top = Supervisor::one_for_all("top")
        .child(diary.child("a"))
        .child(spec);
    let handle = system.supervise(top).await.expect("they start");
    let b = child(&system, "b");
    b.work(push(1)).await.expect("it runs");
    crash(&child(&system, "a")).await;
    restarted(&mut events, "b").await;
    assert_eq!(seen(&b).await, [1]);
    handle.restart_child("b").await.expect("it restarts");
    assert_eq!(seen(&b).await, [1]);
    b.stop().await.expect("it stops");
    restarted(&mut events, "a").await;
    restarted(&mut events, "b").await;
    assert_eq!(seen(&b).await, [] as [u32; 0]);
}

// R1: a child that is asked to stop and crashes on the way is restarted once, and does not stop again
#[tokio::test(start_paused = true)]
async fn a_crash_on_the_way_to_a_stop_is_a_crash() {
    for kind in [Restart::Permanent, Restart::Transient] {
        let diary = Diary::default();
        let (system, mut events) = system();
        let top = Supervisor::one_for_one("top").child(diary.child("a").restart(kind));
        let handle = system.supervise(top).await.expect("it starts");
        let a = child(&system, "a");
        let (gate, holding) = busy(&a).await;
        let mut breaks = a.work(super::scene::boom());
        assert!(poll_once(&mut breaks).await.is_none());
        let mut stop = Box::pin(a.stop());
        assert!(poll_once(&mut stop).await.is_none());
        gate.open();
        assert_eq!(holding.await.expect("no panic"), Ok(0));
        assert!(stop.await.is_err());
        assert!(breaks.await.is_err());
        restarted(&mut events, "a").await;
        settled().await;
        assert_eq!(diary.take(), "+a +a", "{kind:?}");
        assert_eq!(ups(&handle), [true]);
        assert_eq!(a.work(push(1)).await, Ok(0));
    }
}

// R1, T8: a spawned future that panics ends the incarnation it belongs to, and not the next one
#[tokio::test(start_paused = true)]
async fn a_spawned_panic_ends_one_incarnation() {
    let diary = Diary::default();
    let (system, mut events) = system();
    let top = Supervisor::one_for_one("top").child(diary.child("a"));
    system.supervise(top).await.expect("it starts");
    let a = child(&system, "a");
    let gate = noex::testing::Gate::new();
    let errand = at(&gate, 0);
    let spawn = Box::new(|_: &mut Probe, cx: &mut Cx<Probe>| {
        cx.spawn(
            async move {
                errand.await;
                panic!("boom")
            },
            |n: u32| crate::probe::ProbeMsg::Note { n },
        );
        0
    });
    let (held, holding) = busy(&a).await;
    let mut calls = (a.work(spawn), a.wait(never()));
    assert!(poll_once(&mut calls.0).await.is_none());
    held.open();
    assert_eq!(holding.await.expect("no panic"), Ok(0));
    calls.0.await.expect("it runs");
    let (held, holding) = busy(&a).await;
    // The handler that hangs is queued, and the panic behind it: both are swapped out of the mailbox together.
    assert!(poll_once(&mut calls.1).await.is_none());
    gate.open();
    settled().await;
    held.open();
    assert_eq!(holding.await.expect("no panic"), Ok(0));
    let killed = a.stop_with(Stop::normally().within(SECOND)).await;
    assert!(killed.is_err(), "{killed:?}");
    restarted(&mut events, "a").await;
    settled().await;
    assert_eq!(diary.take(), "+a +a");
    let crashes = std::iter::from_fn(|| events.try_next())
        .filter(|event| matches!(event, Event::Crashed { .. }))
        .count();
    assert_eq!(crashes, 0);
    assert_eq!(a.work(push(1)).await, Ok(0));
}
