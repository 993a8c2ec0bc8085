//! What clients notice of a restart: their messages wait, in order; the name is never free.

use noex::prelude::*;
use noex::{Backoff, ExitReason, StartErrorKind, StopError, Supervisor};

use super::scene::{Diary, SECOND, boom, child, crash, panics, restarted, settled, system, trio};
use crate::probe::{Probe, at, busy, poll_once, push, seen};

fn slowly(name: &str) -> Supervisor {
    Supervisor::one_for_one(name).delay(Backoff::new(4 * SECOND, 4 * SECOND))
}

// R2: one client reaches every incarnation, one by name too
#[tokio::test(start_paused = true)]
async fn clients_keep_working() {
    let diary = Diary::default();
    let (system, mut events) = system();
    let by_name = system.client::<Probe>("b");
    assert_eq!(by_name.work(push(0)).await, Err(CallError::NotRunning));
    let top = Supervisor::one_for_one("top").child(diary.child("b"));
    system.supervise(top).await.expect("it starts");
    let b = child(&system, "b");
    let id = b.id();
    for (incarnation, crashes) in (2..).zip([&b, &by_name, &b]) {
        assert_eq!(b.work(push(1)).await, Ok(0));
        assert_eq!(by_name.work(push(2)).await, Ok(1));
        crash(crashes).await;
        assert_eq!(restarted(&mut events, "b").await, incarnation);
        assert_eq!((b.id(), by_name.id()), (id.clone(), id.clone()));
    }
}

// R2, M3: messages sent before a crash, while the server waits, and while it starts are handled in that order
#[tokio::test(start_paused = true)]
async fn messages_wait_in_order() {
    for inline in [true, false] {
        let diary = Diary::default();
        let (system, mut events) = system();
        let top = slowly("top").child(diary.child("b").inline(inline).mailbox(4));
        system.supervise(top).await.expect("it starts");
        let b = child(&system, "b");
        let (gate, holding) = busy(&b).await;
        let held = diary.hold("+b");
        let mut breaks = b.work(boom());
        assert!(poll_once(&mut breaks).await.is_none());
        let mut calls = Vec::new();
        let mut send = async |n| {
            // Longer than its life is down; some of them wait for room.
            let mut call = b.work(push(n)).timeout(60 * SECOND).owned();
            assert!(poll_once(&mut call).await.is_none());
            calls.push(call);
        };
        send(0).await;
        send(1).await;
        gate.open();
        assert_eq!(holding.await.expect("no panic"), Ok(0));
        assert!(breaks.await.is_err());
        settled().await;
        send(2).await;
        send(3).await;
        held.has_waiting(1).await;
        send(4).await;
        send(5).await;
        assert_eq!(diary.take(), "+b +b");
        held.open();
        restarted(&mut events, "b").await;
        for (n, call) in (0..).zip(calls) {
            assert_eq!(call.await, Ok(n));
        }
        assert_eq!(seen(&b).await, [0, 1, 2, 3, 4, 5]);
        assert_eq!(b.status().await.expect("it is up").queued, 0);
    }
}

// R2, M2: a call whose time is over before the next incarnation comes to it is not executed
#[tokio::test(start_paused = true)]
async fn a_call_that_waits_too_long_expires() {
    let diary = Diary::default();
    let (system, mut events, _handle) = trio(slowly("top"), &diary).await;
    let b = child(&system, "b");
    crash(&b).await;
    let call = b.work(push(1)).timeout(SECOND).await;
    assert_eq!(call, Err(CallError::Expired));
    let mut dropped = b.work(push(2));
    assert!(poll_once(&mut dropped).await.is_none());
    drop(dropped);
    b.note(3).await.expect("it waits");
    restarted(&mut events, "b").await;
    assert_eq!(seen(&b).await, [3]);
}

// R2, P8: a checkpoint and a status wait for the next incarnation, and are answered by it
#[tokio::test(start_paused = true)]
async fn what_asks_for_more_than_a_reply_waits_too() {
    let diary = Diary::default();
    let (system, _events, _handle) = trio(slowly("top"), &diary).await;
    let b = child(&system, "b");
    crash(&b).await;
    settled().await;
    b.note(1).await.expect("it waits");
    let (status, checkpoint) = tokio::join!(b.status(), b.checkpoint());
    status.expect("it is up");
    checkpoint.expect("it is saved");
    crash(&b).await;
    assert_eq!(seen(&b).await, [1]);
}

// R2: the name is never free, whatever moment of a restart it is
#[tokio::test(start_paused = true)]
async fn the_name_stays_taken() {
    let diary = Diary::default();
    let (system, mut events, handle) = trio(slowly("top"), &diary).await;
    let taken = async || {
        let started = system.start(diary.child("b")).await;
        let error = started.expect_err("the name is taken");
        assert_eq!(error.kind(), StartErrorKind::NameTaken);
        let found = system.find::<Probe>("b").expect("it is found");
        assert_eq!(found.id(), child(&system, "b").id());
    };
    let b = child(&system, "b");
    taken().await;
    let farewell = diary.hold("-b");
    let start = diary.hold("+b");
    let stop = tokio::spawn({
        let b = b.clone();
        async move { b.stop().await }
    });
    farewell.has_waiting(1).await;
    taken().await;
    farewell.open();
    stop.await.expect("no panic").expect("it stops");
    taken().await;
    start.has_waiting(1).await;
    taken().await;
    start.open();
    restarted(&mut events, "b").await;
    diary.next("+b", panics());
    crash(&b).await;
    taken().await;
    restarted(&mut events, "b").await;
    taken().await;
    handle.terminate_child("b").await.expect("it stops");
    system
        .start(diary.child("b"))
        .await
        .expect("now it is free");
}

// R2: a stop asked for while the server is between two incarnations says that it has stopped nothing
#[tokio::test(start_paused = true)]
async fn a_stop_between_two_incarnations() {
    let diary = Diary::default();
    let (system, mut events, _handle) = trio(slowly("top"), &diary).await;
    let b = child(&system, "b");
    crash(&b).await;
    settled().await;
    let stopped = b.stop().await;
    assert!(matches!(stopped, Err(noex::StopError::NotUp { .. })));
    restarted(&mut events, "b").await;
    assert_eq!(b.work(push(1)).await, Ok(0));
}

// T7: everybody whose handler had begun hears of a crash; a deferred reply ends in an error too
#[tokio::test(start_paused = true)]
async fn who_was_being_served_hears_of_the_crash() {
    let diary = Diary::default();
    let (system, mut events, _handle) = trio(Supervisor::one_for_one("top"), &diary).await;
    let b = child(&system, "b");
    let keep = Box::new(
        |probe: &mut Probe, reply: ReplyTo<u32>, _: &mut Cx<Probe>| {
            probe.held.push(reply);
        },
    );
    let mut promised = b.promise(keep);
    assert!(poll_once(&mut promised).await.is_none());
    crash(&b).await;
    assert!(promised.await.is_err());
    restarted(&mut events, "b").await;
    assert_eq!(b.work(push(1)).await, Ok(0));
}

// T8: a monitor hears of the end of one incarnation, once; the next one has monitors of its own
#[tokio::test(start_paused = true)]
async fn a_monitor_is_for_one_incarnation() {
    let diary = Diary::default();
    let (system, mut events, _handle) = trio(slowly("top"), &diary).await;
    let b = child(&system, "b");
    let first = b.monitor();
    crash(&b).await;
    assert!(matches!(first.await.reason, ExitReason::Crashed { .. }));
    let between = b.monitor().await;
    assert!(matches!(between.reason, ExitReason::Crashed { .. }));
    restarted(&mut events, "b").await;
    let mut second = b.monitor();
    assert!(poll_once(&mut second).await.is_none());
    b.stop().await.expect("it stops");
    assert_eq!(second.await.reason, ExitReason::Stopped);
}

// T8: who is linked to a supervised server ends with its incarnation
#[tokio::test(start_paused = true)]
async fn a_link_ends_with_an_incarnation() {
    let diary = Diary::default();
    let (system, mut events, _handle) = trio(Supervisor::one_for_one("top"), &diary).await;
    let (a, b) = (child(&system, "a"), child(&system, "b"));
    let other = b.clone();
    let link = Box::new(move |_: &mut Probe, cx: &mut Cx<Probe>| {
        cx.link(&other);
        0
    });
    a.work(link).await.expect("it runs");
    crash(&b).await;
    restarted(&mut events, "a").await;
    settled().await;
    assert_eq!(diary.take(), "+b +a");
    crash(&b).await;
    restarted(&mut events, "b").await;
    settled().await;
    assert_eq!(diary.take(), "+b");
}

// M4, T8: timers and spawned work of an incarnation that is over reach the next one no more
#[tokio::test(start_paused = true)]
async fn what_an_incarnation_has_set_going_ends_with_it() {
    let diary = Diary::default();
    let (system, mut events, _handle) = trio(slowly("top"), &diary).await;
    let b = child(&system, "b");
    let gate = noex::testing::Gate::new();
    let errand = at(&gate, 8);
    let sets = Box::new(move |_: &mut Probe, cx: &mut Cx<Probe>| {
        use crate::probe::ProbeMsg;
        cx.send_after(SECOND, ProbeMsg::Hear { n: 5 });
        cx.send_after(20 * SECOND, ProbeMsg::Hear { n: 6 });
        drop(cx.send_interval(SECOND, || ProbeMsg::Hear { n: 7 }));
        cx.spawn(errand, |n| ProbeMsg::Hear { n });
        0
    });
    b.work(sets).await.expect("it runs");
    crash(&b).await;
    restarted(&mut events, "b").await;
    gate.open();
    crate::counter::pass(30 * SECOND).await;
    assert_eq!(seen(&b).await, [] as [u32; 0]);
}

// T2: a client that stops a child which cannot be saved is told; the child comes back with its last record
#[tokio::test(start_paused = true)]
async fn a_failed_last_save_is_told() {
    use noex::testing::{Call, Fault, FaultyAdapter};
    let store = FaultyAdapter::new(crate::any_store::AnyStore::new());
    let faults = store.clone();
    let system = crate::counter::system(store);
    let mut events = system.events();
    let diary = Diary::default();
    let top = Supervisor::one_for_one("top").child(diary.child("b"));
    let handle = system.supervise(top).await.expect("it starts");
    let b = child(&system, "b");
    b.work(push(1)).await.expect("it runs");
    b.checkpoint().await.expect("it is saved");
    b.work(push(2)).await.expect("it runs");
    faults.always(Call::Write, Fault::Rejected);
    assert!(matches!(b.stop().await, Err(StopError::Unsaved { .. })));
    restarted(&mut events, "b").await;
    assert_eq!(seen(&b).await, [1]);
    b.work(push(3)).await.expect("it runs");
    let unsaved = handle
        .restart_child("b")
        .await
        .expect_err("it is not saved");
    assert!(matches!(
        unsaved,
        noex::ChildError::Stop(StopError::Unsaved { .. })
    ));
    assert_eq!(seen(&b).await, [1]);
    b.work(push(4)).await.expect("it runs");
    let error = handle.stop().await.expect_err("it is not saved");
    assert!(matches!(&error.failed[..], [StopError::Unsaved { .. }]));
}
