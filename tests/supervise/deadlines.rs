//! A total deadline that comes while a stop is under way, and what both are told.

use std::time::Duration;

use noex::prelude::*;
use noex::{ShutdownError, ShutdownReport, StopError, Supervisor, SupervisorHandle};
use tokio::time::Instant;

use super::scene::{Diary, SECOND, child, crash, hangs, settled, system, trio};
use crate::probe::{Probe, push, seen};

/// Asserts that these were killed, and nobody else failed.
fn assert_killed(stopped: Result<ShutdownReport, ShutdownError>, all: usize, killed: &[&str]) {
    let error = stopped.expect_err("some hang");
    assert_eq!(error.stopped, all, "{error}");
    assert_eq!(error.failed.len(), killed.len(), "{error}");
    for name in killed {
        let named = |error: &StopError| {
            let is_killed = matches!(error, StopError::Killed { .. });
            is_killed && error.to_string().contains(&format!("`{name}`"))
        };
        assert!(error.failed.iter().any(named), "{name}: {error}");
    }
}

async fn in_time<T>(within: Duration, stop: impl Future<Output = T>) -> T {
    let begun = Instant::now();
    let stopped = stop.await;
    assert!(begun.elapsed() <= within, "{:?}", begun.elapsed());
    stopped
}

// R3, T2: a deadline that comes while a patient stop waits for one who hangs holds for both, and both are told
#[tokio::test(start_paused = true)]
async fn a_later_deadline_hastens_a_stop_under_way() {
    for by_system in [true, false] {
        let diary = Diary::default();
        let (system, _events, handle) = trio(Supervisor::one_for_one("top"), &diary).await;
        for name in ["a", "b", "c"] {
            diary.next(&format!("-{name}"), hangs());
        }
        let patient = handle.clone();
        let patient = tokio::spawn(async move { patient.stop().await });
        settled().await;
        let hasty = in_time(SECOND, async {
            if by_system {
                system.shutdown_within(SECOND).await
            } else {
                handle.stop_within(SECOND).await
            }
        });
        assert_killed(hasty.await, 3, &["a", "b", "c"]);
        let patient = patient.await.expect("no panic");
        assert_killed(patient, 3, &["a", "b", "c"]);
        assert!(handle.stop().await.is_ok(), "it was told");
    }
}

/// `flaky`, and a supervisor of three who hang, one below the other where `is_deep`.
async fn nest(system: &System, diary: &Diary, is_deep: bool) -> SupervisorHandle {
    let mut inner = Supervisor::one_for_one("inner");
    for name in ["x", "y", "z"] {
        diary.next(&format!("-{name}"), hangs());
        inner = inner.child(diary.child(name));
    }
    if is_deep {
        inner = Supervisor::one_for_one("middle").child(inner);
    }
    let top = Supervisor::one_for_all("top");
    let top = top.child(diary.child("flaky")).child(inner);
    system.supervise(top).await.expect("they start")
}

// R3, T2: a total deadline holds while a supervisor below is being stopped for a sibling's restart
#[tokio::test(start_paused = true)]
async fn a_deadline_reaches_a_halt_below() {
    for is_deep in [false, true] {
        for by_system in [true, false] {
            let ((system, _events), diary) = (system(), Diary::default());
            let handle = nest(&system, &diary, is_deep).await;
            crash(&child(&system, "flaky")).await;
            settled().await;
            let hasty = in_time(SECOND, async {
                if by_system {
                    system.shutdown_within(SECOND).await
                } else {
                    handle.stop_within(SECOND).await
                }
            });
            assert_killed(hasty.await, 3, &["x", "y", "z"]);
        }
    }
}

// T2, R3: what a stop whose asker went away has lost is told to the next who asks
#[tokio::test(start_paused = true)]
async fn what_nobody_was_told_is_told_to_the_next() {
    let diary = Diary::default();
    let (system, _events, handle) = trio(Supervisor::one_for_one("top"), &diary).await;
    child(&system, "a").work(push(1)).await.expect("it runs");
    diary.next("-c", hangs());
    let gone = handle.clone();
    let gone = tokio::spawn(async move { gone.stop().await });
    settled().await;
    gone.abort();
    assert!(gone.await.is_err_and(|error| error.is_cancelled()));
    handle.ended().await;
    settled().await;
    assert_killed(handle.stop().await, 1, &["c"]);
    assert!(system.find::<Probe>("a").is_none());
    let a = system.start(diary.child("a")).await.expect("it is free");
    assert_eq!(seen(&a).await, [1]);
}
