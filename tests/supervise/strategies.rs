//! Who is restarted with whom, and from which state.

use noex::prelude::*;
use noex::{Intensity, Restart, Supervisor};

use super::scene::{
    Diary, SECOND, child, crash, restarted, restarts, settled, system, trio, trio_in, ups,
};
use crate::probe::{push, seen};

// R1: one_for_one restarts who has crashed, and nobody else
#[tokio::test(start_paused = true)]
async fn one_for_one_restarts_one() {
    let diary = Diary::default();
    let (system, mut events, handle) = trio(Supervisor::one_for_one("top"), &diary).await;
    crash(&child(&system, "b")).await;
    assert_eq!(restarted(&mut events, "b").await, 2);
    settled().await;
    assert_eq!(diary.take(), "+b");
    assert_eq!(restarts(&handle), [0, 1, 0]);
    assert_eq!(ups(&handle), [true; 3]);
}

// R1: one_for_all stops the others, the last one first, and starts all in order
#[tokio::test(start_paused = true)]
async fn one_for_all_restarts_all() {
    let diary = Diary::default();
    let (system, mut events, handle) = trio(Supervisor::one_for_all("top"), &diary).await;
    crash(&child(&system, "b")).await;
    restarted(&mut events, "c").await;
    settled().await;
    assert_eq!(diary.take(), "-c -a +a +b +c");
    assert_eq!(restarts(&handle), [1, 1, 1]);
}

// R1: rest_for_one stops those after it, the last one first, and starts them again in order
#[tokio::test(start_paused = true)]
async fn rest_for_one_restarts_the_rest() {
    let diary = Diary::default();
    let (system, mut events, handle) = trio(Supervisor::rest_for_one("top"), &diary).await;
    crash(&child(&system, "a")).await;
    restarted(&mut events, "c").await;
    assert_eq!(diary.take(), "-c -b +a +b +c");
    crash(&child(&system, "c")).await;
    restarted(&mut events, "c").await;
    assert_eq!(diary.take(), "+c");
    crash(&child(&system, "b")).await;
    restarted(&mut events, "c").await;
    assert_eq!(diary.take(), "-c +b +c");
    assert_eq!(restarts(&handle), [1, 2, 3]);
}

// R1, T7: a sibling is saved before it is restarted; who has crashed has its last record
#[tokio::test(start_paused = true)]
async fn siblings_are_saved_and_the_crashed_one_is_not() {
    let diary = Diary::default();
    let (system, mut events, _handle) = trio(Supervisor::one_for_all("top"), &diary).await;
    let [a, b, c] = ["a", "b", "c"].map(|name| child(&system, name));
    for client in [&a, &b, &c] {
        client.work(push(1)).await.expect("it runs");
        client.checkpoint().await.expect("it is saved");
        client.work(push(2)).await.expect("it runs");
    }
    crash(&b).await;
    restarted(&mut events, "c").await;
    assert_eq!(seen(&a).await, [1, 2]);
    assert_eq!(seen(&b).await, [1]);
    assert_eq!(seen(&c).await, [1, 2]);
}

// R1: a temporary sibling is stopped for good: saved, its name free, and not started again by a later restart
#[tokio::test(start_paused = true)]
async fn a_temporary_sibling_does_not_come_back() {
    for (top, expected) in [
        (Supervisor::one_for_one("top"), ["+a", "+a"]),
        (Supervisor::one_for_all("top"), ["-c -b +a +b", "-b +a +b"]),
        (Supervisor::rest_for_one("top"), ["-c -b +a +b", "-b +a +b"]),
    ] {
        let diary = Diary::default();
        let (system, mut events) = system();
        let top = top
            .child(diary.child("a"))
            .child(diary.child("b").restart(Restart::Transient))
            .child(diary.child("c").restart(Restart::Temporary));
        let handle = system.supervise(top).await.expect("they start");
        let c = child(&system, "c");
        c.work(push(7)).await.expect("it runs");
        diary.take();
        for expected in expected {
            crash(&child(&system, "a")).await;
            restarted(&mut events, "a").await;
            settled().await;
            assert_eq!(diary.take(), expected);
        }
        let is_stopped = expected[0] != "+a";
        assert_eq!(ups(&handle), [true, true, !is_stopped]);
        if is_stopped {
            assert_eq!(c.work(push(8)).await, Err(CallError::NotRunning));
            let c = system.start(diary.child("c")).await.expect("it is free");
            assert_eq!(seen(&c).await, [7]);
        }
    }
}

// R1: who has done its work, or was stopped by hand, stays down when a sibling is restarted
#[tokio::test(start_paused = true)]
async fn who_is_down_for_good_stays_down() {
    for top in [
        Supervisor::one_for_all("top"),
        Supervisor::rest_for_one("top"),
    ] {
        let diary = Diary::default();
        let (system, mut events) = system();
        let top = top
            .child(diary.child("a"))
            .child(diary.child("b").restart(Restart::Transient))
            .child(diary.child("c"));
        let handle = system.supervise(top).await.expect("they start");
        child(&system, "b").stop().await.expect("it stops");
        handle.terminate_child("c").await.expect("it stops");
        diary.take();
        crash(&child(&system, "a")).await;
        restarted(&mut events, "a").await;
        settled().await;
        assert_eq!(diary.take(), "+a");
        assert_eq!(ups(&handle), [true, false, false]);
    }
}

// R1: two that crash at the same moment are one restart of the group, or two of each alone; all come back once
#[tokio::test(start_paused = true)]
async fn two_crashes_at_the_same_moment() {
    for (top, expected, count) in [
        (Supervisor::one_for_one("top"), "+a +b", [1, 1, 0]),
        (Supervisor::one_for_all("top"), "-c +a +b +c", [1, 1, 1]),
        (Supervisor::rest_for_one("top"), "-c +a +b +c", [1, 1, 1]),
    ] {
        let diary = Diary::default();
        let top = top.intensity(Intensity::new(2, 60 * SECOND));
        // In memory, where giving back two keys takes no time.
        let system = crate::counter::system(noex::store::MemoryAdapter::new());
        let events = system.events();
        let (system, mut events, handle) = trio_in((system, events), top, &diary).await;
        let (a, b) = (child(&system, "a"), child(&system, "b"));
        tokio::join!(crash(&a), crash(&b));
        restarted(&mut events, "b").await;
        settled().await;
        assert_eq!(diary.take(), expected);
        assert_eq!(restarts(&handle), count);
    }
}
