//! What happens in the middle of something else: crashes, stops and wishes while children start and stop.

use noex::prelude::*;
use noex::{Backoff, Intensity, StartErrorKind, Supervisor};

use super::scene::{
    Diary, SECOND, child, crash, crash_to_the_end, hangs, panics, restarted, restarts, settled,
    system, trio, ups,
};
use crate::counter::pass;
use crate::probe::{Probe, poll_once, push, seen};

// R1: each child is started once the one before is up
#[tokio::test(start_paused = true)]
async fn children_start_one_after_the_other() {
    let diary = Diary::default();
    let (system, _events) = system();
    let held = diary.hold("+a");
    let top = Supervisor::one_for_one("top")
        .child(diary.child("a"))
        .child(diary.child("b"));
    let mut starting = Box::pin(system.supervise(top));
    assert!(poll_once(&mut starting).await.is_none());
    held.has_waiting(1).await;
    settled().await;
    assert_eq!(diary.take(), "+a");
    assert!(system.find::<Probe>("b").is_none());
    held.open();
    starting.await.expect("they start");
    assert_eq!(diary.take(), "+b");
}

// R1: siblings stop one after the other, and none starts before all have stopped
#[tokio::test(start_paused = true)]
async fn siblings_stop_one_after_the_other() {
    let diary = Diary::default();
    let (system, mut events, _handle) = trio(Supervisor::one_for_all("top"), &diary).await;
    let [c, a] = ["-c", "-a"].map(|line| diary.hold(line));
    crash(&child(&system, "b")).await;
    c.has_waiting(1).await;
    settled().await;
    assert_eq!(diary.take(), "-c");
    c.open();
    a.has_waiting(1).await;
    settled().await;
    assert_eq!(diary.take(), "-a");
    a.open();
    restarted(&mut events, "c").await;
    assert_eq!(diary.take(), "+a +b +c");
}

// R1: a sibling that crashes in the middle of a restart, before or after its own start, comes back in order
#[tokio::test(start_paused = true)]
async fn a_crash_in_the_middle_of_a_restart() {
    let diary = Diary::default();
    let top = Supervisor::one_for_all("top").intensity(Intensity::new(2, 60 * SECOND));
    let (system, mut events, handle) = trio(top, &diary).await;
    let held = diary.hold("+b");
    crash(&child(&system, "c")).await;
    held.has_waiting(1).await;
    assert_eq!(diary.take(), "-b -a +a +b");
    crash(&child(&system, "a")).await;
    held.open();
    restarted(&mut events, "c").await;
    restarted(&mut events, "c").await;
    settled().await;
    assert_eq!(diary.take(), "+c -c -b +a +b +c");
    assert_eq!(ups(&handle), [true; 3]);
}

// R1: where children rely on those before them, one that does not come up holds up those after it
#[tokio::test(start_paused = true)]
async fn nobody_starts_before_those_it_relies_on() {
    let diary = Diary::default();
    let top = Supervisor::rest_for_one("top").delay(Backoff::new(4 * SECOND, 4 * SECOND));
    let (system, mut events, handle) = trio(top, &diary).await;
    diary.next("+a", panics());
    crash(&child(&system, "a")).await;
    pass(5 * SECOND).await;
    assert_eq!(diary.take(), "-c -b +a");
    assert_eq!(ups(&handle), [false; 3]);
    restarted(&mut events, "c").await;
    assert_eq!(diary.take(), "+a +b +c");
}

// R1: with one_for_one a slow restart of one child does not lose the crash of another
#[tokio::test(start_paused = true)]
async fn a_crash_while_another_starts() {
    let diary = Diary::default();
    let (system, mut events, handle) = trio(Supervisor::one_for_one("top"), &diary).await;
    let held = diary.hold("+a");
    crash(&child(&system, "a")).await;
    held.has_waiting(1).await;
    crash(&child(&system, "b")).await;
    held.open();
    restarted(&mut events, "b").await;
    settled().await;
    assert_eq!(restarts(&handle), [1, 1, 0]);
    assert_eq!(ups(&handle), [true; 3]);
}

// R1: a child stopped by hand while it waits for its delay, starts, runs or is down stays down until it is started
#[tokio::test(start_paused = true)]
async fn a_child_is_stopped_by_hand_at_each_moment() {
    for moment in 0..4 {
        let diary = Diary::default();
        let top = Supervisor::one_for_one("top").delay(Backoff::new(4 * SECOND, 4 * SECOND));
        let (system, mut events, handle) = trio(top, &diary).await;
        let b = child(&system, "b");
        b.work(push(1)).await.expect("it runs");
        b.checkpoint().await.expect("it is saved");
        let held = (moment == 2).then(|| diary.hold("+b"));
        if moment > 0 {
            crash_to_the_end(&b).await;
        }
        if let Some(held) = held {
            held.has_waiting(1).await;
            let opens = held.clone();
            tokio::spawn(async move {
                pass(SECOND).await;
                opens.open();
            });
        }
        if moment == 3 {
            restarted(&mut events, "b").await;
            handle.terminate_child("b").await.expect("it stops");
        }
        let mut queued = b.work(push(2));
        let _ = poll_once(&mut queued).await;
        handle.terminate_child("b").await.expect("it stops");
        let _ = queued.await;
        pass(10 * SECOND).await;
        assert_eq!(ups(&handle), [true, false, true], "{moment}");
        assert_eq!(b.work(push(3)).await, Err(CallError::NotRunning));
        assert!(system.find::<Probe>("b").is_none());
        handle.restart_child("b").await.expect("it starts");
        let b = child(&system, "b");
        assert_eq!(seen(&b).await.first(), Some(&1), "{moment}");
        assert_eq!(ups(&handle), [true; 3]);
    }
}

// R1: a child restarted by hand while it waits for its delay, starts or runs is up once, and stays so
#[tokio::test(start_paused = true)]
async fn a_child_is_restarted_by_hand_at_each_moment() {
    for moment in 0..3 {
        let diary = Diary::default();
        let top = Supervisor::one_for_one("top").delay(Backoff::new(4 * SECOND, 4 * SECOND));
        let (system, _events, handle) = trio(top, &diary).await;
        let b = child(&system, "b");
        if moment > 0 {
            crash_to_the_end(&b).await;
        }
        if moment == 2 {
            let held = diary.hold("+b");
            held.has_waiting(1).await;
            tokio::spawn(async move {
                pass(SECOND).await;
                held.open();
            });
        }
        let mut queued = b.work(push(2));
        if moment > 0 {
            assert!(poll_once(&mut queued).await.is_none());
        }
        handle.restart_child("b").await.expect("it restarts");
        assert_eq!(queued.await, Ok(0), "{moment}");
        let before = restarts(&handle);
        pass(10 * SECOND).await;
        assert_eq!(restarts(&handle), before);
        assert_eq!(ups(&handle), [true; 3]);
    }
}

// R1, T2: a start by hand that fails says why, and is tried again
#[tokio::test(start_paused = true)]
async fn a_restart_by_hand_that_fails_is_told() {
    let diary = Diary::default();
    let (system, mut events, handle) = trio(Supervisor::one_for_one("top"), &diary).await;
    diary.next("+b", panics());
    let error = handle.restart_child("b").await.expect_err("it panics");
    let noex::ChildError::Start(error) = error else {
        panic!("{error}");
    };
    assert_eq!(error.kind(), StartErrorKind::Panicked);
    restarted(&mut events, "b").await;
    assert_eq!(child(&system, "b").work(push(1)).await, Ok(0));
    assert!(matches!(
        handle.restart_child("z").await,
        Err(noex::ChildError::NoSuchChild { .. })
    ));
}

// R1: a stop by hand that has to kill says so, and the child is down
#[tokio::test(start_paused = true)]
async fn a_stop_by_hand_that_kills_is_told() {
    let diary = Diary::default();
    let (system, _events, handle) = trio(Supervisor::one_for_all("top"), &diary).await;
    diary.next("-b", hangs());
    let error = handle.terminate_child("b").await.expect_err("it hangs");
    let killed = matches!(
        error,
        noex::ChildError::Stop(noex::StopError::Killed { .. })
    );
    assert!(killed, "{error}");
    settled().await;
    assert_eq!(ups(&handle), [true, false, true]);
    assert!(system.find::<Probe>("b").is_none());
    assert_eq!(diary.take(), "-b");
}
