//! A family as a child: closed until its turn, stopped as a whole, back at the next call.

use noex::prelude::*;
use noex::{Family, PersistOptions, Supervisor};

use super::scene::{Diary, SECOND, child, crash, restarted, settled, system, ups};
use crate::counter::{self, pass};
use crate::probe::{Hooks, Probe, busy, poll_once, push, seen};

fn family(system: &System) -> Family<Probe> {
    let family = system
        .family::<Probe>("probes")
        .env(Hooks::default())
        .or_init(|_| Probe::default);
    family.build().expect("it is built")
}

// R1: a supervised family takes calls from its turn on, and none once it is stopped by hand
#[tokio::test(start_paused = true)]
async fn a_family_is_open_from_its_turn_on() {
    let (system, _events) = system();
    let (family, diary) = (family(&system), Diary::default());
    let held = diary.hold("+a");
    let top = Supervisor::one_for_one("top")
        .child(diary.child("a"))
        .child(&family);
    let one = family.at("1");
    let mut starting = Box::pin(system.supervise(top));
    assert!(poll_once(&mut starting).await.is_none());
    held.has_waiting(1).await;
    assert_eq!(one.work(push(1)).await, Err(CallError::NotRunning));
    held.open();
    let handle = starting.await.expect("they start");
    assert_eq!(one.work(push(1)).await, Ok(0));
    handle.terminate_child("probes").await.expect("it stops");
    assert_eq!(one.work(push(2)).await, Err(CallError::NotRunning));
    assert_eq!(family.live(), 0);
    handle.restart_child("probes").await.expect("it opens");
    assert_eq!(one.work(push(2)).await, Ok(1));
    handle.restart_child("probes").await.expect("it restarts");
    assert_eq!(seen(&one).await, [1, 2]);
}

// R1, R2: with a sibling's restart its servers are saved and stopped; they come back at the next call
#[tokio::test(start_paused = true)]
async fn a_family_is_restarted_with_its_siblings() {
    let (system, mut events) = system();
    let (family, diary) = (family(&system), Diary::default());
    let top = Supervisor::rest_for_one("top")
        .child(diary.child("a"))
        .child(&family)
        .child(diary.child("c"));
    let handle = system.supervise(top).await.expect("they start");
    let servers = ["1", "2", "3"].map(|name| family.at(name));
    for server in &servers {
        server.work(push(1)).await.expect("it runs");
    }
    let held = diary.hold("+a");
    crash(&child(&system, "a")).await;
    held.has_waiting(1).await;
    assert_eq!(family.live(), 0);
    held.open();
    restarted(&mut events, "c").await;
    for server in &servers {
        assert_eq!(server.work(push(2)).await, Ok(1));
    }
    assert_eq!(ups(&handle), [true; 3]);
}

// R2: what is sent to a server of a family that stops for a sibling's restart waits for the next incarnation, in order
#[tokio::test(start_paused = true)]
async fn a_call_to_a_family_that_is_halted_is_handled_by_the_next_incarnation() {
    let (system, mut events) = system();
    let (family, diary) = (family(&system), Diary::default());
    let top = Supervisor::rest_for_one("top")
        .child(diary.child("a"))
        .child(&family);
    system.supervise(top).await.expect("they start");
    let one = family.at("1");
    let (gate, holding) = busy(&one).await;
    crash(&child(&system, "a")).await;
    settled().await;
    let mut calls = [one.work(push(1)), one.work(push(2))];
    for call in &mut calls {
        assert!(poll_once(call).await.is_none());
    }
    gate.open();
    assert_eq!(holding.await.expect("no panic"), Ok(0));
    let [first, second] = calls;
    assert_eq!((first.await, second.await), (Ok(0), Ok(1)));
    restarted(&mut events, "a").await;
    assert_eq!(one.status().await.expect("it is up").incarnation, 2);
    let report = system.shutdown().await.expect("everything is saved");
    assert_eq!((report.stopped, family.live()), (2, 0));
}

// R2, R3: an end that comes while a family stops for a restart is the end, and what waits is refused
#[tokio::test(start_paused = true)]
async fn a_family_that_is_ended_while_it_is_halted_does_not_come_back() {
    let (system, _events) = system();
    let (family, diary) = (family(&system), Diary::default());
    let top = Supervisor::rest_for_one("top")
        .child(diary.child("a"))
        .child(&family);
    system.supervise(top).await.expect("they start");
    let one = family.at("1");
    let (gate, holding) = busy(&one).await;
    crash(&child(&system, "a")).await;
    settled().await;
    let mut call = one.work(push(1));
    assert!(poll_once(&mut call).await.is_none());
    let mut ending = Box::pin(system.shutdown());
    assert!(poll_once(&mut ending).await.is_none());
    settled().await;
    gate.open();
    ending.await.expect("everything is saved");
    assert_eq!(holding.await.expect("no panic"), Ok(0));
    assert_eq!(call.await, Err(CallError::NotRunning));
    assert_eq!(family.live(), 0);
}

// R1, T7: a crash in a family is the family's own business
#[tokio::test(start_paused = true)]
async fn a_crash_in_a_family_restarts_nobody_else() {
    let (system, _events) = system();
    let (family, diary) = (family(&system), Diary::default());
    let top = Supervisor::one_for_all("top")
        .child(diary.child("a"))
        .child(&family);
    let handle = system.supervise(top).await.expect("they start");
    for _ in 0..5 {
        crash(&family.at("1")).await;
        pass(100 * SECOND).await;
    }
    assert_eq!(diary.take(), "+a");
    assert_eq!(ups(&handle), [true; 2]);
    assert_eq!(family.at("1").work(push(1)).await, Ok(0));
}

// R3: a family stops in its place among the children, saved
#[tokio::test(start_paused = true)]
async fn a_family_stops_in_its_place() {
    let store = crate::any_store::AnyStore::new();
    let system = counter::system(store.clone());
    let (family, diary) = (family(&system), Diary::default());
    let top = Supervisor::one_for_one("top")
        .child(diary.child("a"))
        .child(&family)
        .child(diary.child("c"));
    let handle = system.supervise(top).await.expect("they start");
    let one = family.at("1");
    one.work(push(1)).await.expect("it runs");
    let held = diary.hold("-c");
    let stopping = handle.clone();
    let stop = tokio::spawn(async move { stopping.stop().await });
    held.has_waiting(1).await;
    assert_eq!(one.work(push(2)).await, Ok(1));
    held.open();
    assert_eq!(stop.await.expect("no panic").expect("they stop").stopped, 3);
    assert_eq!(one.work(push(3)).await, Err(CallError::NotRunning));
    let again = counter::system(store);
    let family = self::family(&again);
    assert_eq!(seen(&family.at("1")).await, [1, 2]);
}

// M1, E5: what was queued behind a crash is counted once: nothing is queued when all is done, and idle is idle
#[tokio::test(start_paused = true)]
async fn nothing_is_counted_as_queued_after_a_crash() {
    for inline in [true, false] {
        let (system, _events) = system();
        let family = system
            .family::<Probe>("probes")
            .env(Hooks::default())
            .or_init(|_| Probe::default)
            .inline(inline)
            .idle_timeout(10 * SECOND)
            .persist(PersistOptions::new().interval(SECOND))
            .build()
            .expect("it is built");
        let one = family.at("1");
        let (gate, holding) = busy(&one).await;
        let mut calls = vec![one.work(super::scene::boom())];
        calls.extend((0..3).map(|n| one.work(push(n))));
        for call in &mut calls {
            assert!(poll_once(call).await.is_none());
        }
        gate.open();
        assert_eq!(holding.await.expect("no panic"), Ok(0));
        let mut answers = Vec::new();
        for call in calls {
            answers.push(call.await.is_ok());
        }
        assert_eq!(answers, [false, true, true, true]);
        assert_eq!(one.status().await.expect("it is up").queued, 0);
        pass(20 * SECOND).await;
        settled().await;
        assert_eq!(family.live(), 0);
        assert_eq!(seen(&one).await, [0, 1, 2]);
    }
}
