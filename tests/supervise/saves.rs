//! Restarts and the store: writes in flight, a store that fails, a key that another has.

use noex::prelude::*;
use noex::testing::{Call, Fault, FaultyAdapter, SharedMemory};
use noex::{Backoff, ExitReason, Intensity, StartErrorKind, Supervisor};

use super::scene::{Diary, SECOND, child, crash, restarted, restarts, settled, ups};
use crate::any_store::AnyStore;
use crate::counter::{self, key, pass};
use crate::probe::{never, poll_once, push, seen, terminated};

// R2, T7: a crash while a save is in flight: the next incarnation starts once that is settled, and finds it
#[tokio::test(start_paused = true)]
async fn a_crash_waits_for_the_save_in_flight() {
    for is_killed in [false, true] {
        let store = FaultyAdapter::new(AnyStore::new());
        let (faults, diary) = (store.clone(), Diary::default());
        let system = counter::system(store);
        let mut events = system.events();
        let top = Supervisor::one_for_one("top").child(diary.child("b").start_timeout(60 * SECOND));
        system.supervise(top).await.expect("it starts");
        let b = child(&system, "b");
        b.work(push(1)).await.expect("it runs");
        let held = faults.hold(Call::Write);
        let mut checkpoint = Box::pin(b.checkpoint());
        assert!(poll_once(&mut checkpoint).await.is_none());
        held.has_waiting(1).await;
        b.work(push(2)).await.expect("the mailbox goes on");
        if is_killed {
            let mut hung = b.wait(never());
            assert!(poll_once(&mut hung).await.is_none());
            let stopped = b.stop_with(Stop::normally().within(SECOND)).await;
            assert!(stopped.is_err());
        } else {
            crash(&b).await;
        }
        let mut queued = b.work(push(3));
        assert!(poll_once(&mut queued).await.is_none());
        pass(SECOND).await;
        assert_eq!(diary.take(), "+b", "{is_killed}");
        held.open();
        restarted(&mut events, "b").await;
        assert_eq!(queued.await, Ok(1), "{is_killed}");
        assert_eq!(seen(&b).await, [1, 3]);
    }
}

// R1, S4: while the store cannot be reached a restart fails, and is tried again; nothing is lost
#[tokio::test(start_paused = true)]
async fn a_restart_waits_for_the_store() {
    let store = FaultyAdapter::new(AnyStore::new());
    let (faults, diary) = (store.clone(), Diary::default());
    let system = counter::system(store);
    let mut events = system.events();
    let top = Supervisor::one_for_one("top")
        .intensity(Intensity::new(5, 600 * SECOND))
        .delay(Backoff::new(SECOND, SECOND))
        .child(diary.child("b"));
    let handle = system.supervise(top).await.expect("it starts");
    let b = child(&system, "b");
    b.work(push(1)).await.expect("it runs");
    b.checkpoint().await.expect("it is saved");
    faults.always(Call::Claim, Fault::Rejected);
    crash(&b).await;
    let mut queued = b.work(push(2)).timeout(60 * SECOND);
    assert!(poll_once(&mut queued).await.is_none());
    pass(SECOND * 5 / 2).await;
    assert_eq!(ups(&handle), [false]);
    faults.heal();
    restarted(&mut events, "b").await;
    assert_eq!(queued.await, Ok(1));
    assert!(restarts(&handle)[0] >= 3);
    assert_eq!(diary.take(), "+b +b");
}

// P7, R1: a server that was fenced is restarted, and has what the other has saved
#[tokio::test(start_paused = true)]
async fn a_fenced_server_reloads() {
    let shared = SharedMemory::new();
    let (one, other) = (
        counter::system(shared.node()),
        counter::system(shared.node()),
    );
    let mut events = one.events();
    let diary = Diary::default();
    let top = Supervisor::one_for_one("top")
        .intensity(Intensity::new(9, 600 * SECOND))
        .delay(Backoff::new(2 * SECOND, 2 * SECOND))
        .child(diary.child("b"));
    let handle = one.supervise(top).await.expect("it starts");
    let b = child(&one, "b");
    b.work(push(1)).await.expect("it runs");
    b.checkpoint().await.expect("it is saved");
    shared.end_claim(&key("b"));
    let rival = other
        .start(diary.child("b"))
        .await
        .expect("the claim is its");
    rival.work(push(2)).await.expect("it runs");
    b.work(push(3)).await.expect("it does not know yet");
    assert!(b.checkpoint().await.is_err());
    let (_, reason) = terminated(&mut events).await;
    assert_eq!(reason, ExitReason::Fenced);
    let mut queued = b.work(push(4)).timeout(60 * SECOND);
    assert!(poll_once(&mut queued).await.is_none());
    pass(5 * SECOND).await;
    assert_eq!(ups(&handle), [false]);
    rival.stop().await.expect("it is saved");
    restarted(&mut events, "b").await;
    assert_eq!(queued.await, Ok(2));
    assert_eq!(seen(&b).await, [1, 2, 4]);
}

// S8, R2: the key is given back between two incarnations; who has it then keeps it, and the restart is tried again
#[tokio::test(start_paused = true)]
async fn another_system_may_take_over_meanwhile() {
    let shared = SharedMemory::new();
    let (one, other) = (
        counter::system(shared.node()),
        counter::system(shared.node()),
    );
    let mut events = one.events();
    let diary = Diary::default();
    let top = Supervisor::one_for_one("top")
        .intensity(Intensity::new(9, 600 * SECOND))
        .delay(Backoff::new(2 * SECOND, 2 * SECOND))
        .child(diary.child("b"));
    one.supervise(top).await.expect("it starts");
    let b = child(&one, "b");
    let error = other.start(diary.child("b")).await.expect_err("it is held");
    assert_eq!(error.kind(), StartErrorKind::KeyInUse);
    crash(&b).await;
    settled().await;
    let rival = other.start(diary.child("b")).await.expect("nobody has it");
    rival.work(push(1)).await.expect("it runs");
    pass(5 * SECOND).await;
    rival.stop().await.expect("it is saved");
    restarted(&mut events, "b").await;
    assert_eq!(seen(&b).await, [1]);
}

// T2: a supervisor that restarts siblings or gives up while the store fails says what was not saved, and goes on
#[tokio::test(start_paused = true)]
async fn a_sibling_that_is_not_saved_is_told() {
    let store = FaultyAdapter::new(AnyStore::new());
    let (faults, diary) = (store.clone(), Diary::default());
    let system = counter::system(store);
    let mut events = system.events();
    let top = Supervisor::one_for_all("top")
        .child(diary.child("a"))
        .child(diary.child("b"));
    system.supervise(top).await.expect("they start");
    let b = child(&system, "b");
    b.work(push(1)).await.expect("it runs");
    b.checkpoint().await.expect("it is saved");
    b.work(push(2)).await.expect("it runs");
    faults.always(Call::Write, Fault::Rejected);
    crash(&child(&system, "a")).await;
    let failed = counter::event(&mut events, |event| match event {
        noex::Event::SaveFailed { server, .. } => Some(server),
        _ => None,
    });
    assert_eq!(failed.await, b.id());
    restarted(&mut events, "b").await;
    assert_eq!(seen(&b).await, [1]);
}

// T2, R1: a transient child that has done its work, but was not saved, is not done
#[tokio::test(start_paused = true)]
async fn who_is_not_saved_has_not_ended_well() {
    let store = FaultyAdapter::new(AnyStore::new());
    let (faults, diary) = (store.clone(), Diary::default());
    let system = counter::system(store);
    let mut events = system.events();
    let spec = diary.child("b").restart(noex::Restart::Transient);
    let top = Supervisor::one_for_one("top").child(spec);
    let handle = system.supervise(top).await.expect("it starts");
    let b = child(&system, "b");
    b.work(push(1)).await.expect("it runs");
    faults.always(Call::Write, Fault::Rejected);
    assert!(b.stop().await.is_err());
    restarted(&mut events, "b").await;
    assert_eq!(seen(&b).await, [] as [u32; 0]);
    faults.heal();
    b.work(push(2)).await.expect("it runs");
    b.stop().await.expect("it is saved");
    settled().await;
    assert_eq!(ups(&handle), [false]);
}
