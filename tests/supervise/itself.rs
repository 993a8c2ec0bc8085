//! A handler that asks its own supervisor for what would end its server: it is refused, and goes on.

use noex::prelude::*;
use noex::{ChildError, DynamicSupervisor, ShutdownError, ShutdownReport, StopError, Supervisor};

use super::scene::{Diary, child, system};
use crate::probe::{Hooks, Probe, ProbeClient, push, seen};

/// How often the errand of `server`, run in its handler, was refused by the name of the server.
async fn refused(
    server: &ProbeClient,
    name: &'static str,
    errand: impl Future<Output = Vec<Option<StopError>>> + Send + 'static,
) -> usize {
    let errand = Box::pin(async move {
        let errors = errand.await.into_iter();
        let own = |error: &Option<StopError>| matches!(error, Some(StopError::CallsItself { server }) if server.contains(name));
        u32::try_from(errors.filter(own).count()).unwrap_or(u32::MAX)
    });
    let count = server.watch(errand).await.expect("it goes on");
    assert_eq!(server.work(push(count)).await, Ok(0), "it goes on");
    count as usize
}

fn of_child(outcome: Result<(), ChildError>) -> Option<StopError> {
    match outcome {
        Err(ChildError::Stop(error)) => Some(error),
        _ => None,
    }
}

fn of_stop(outcome: Result<ShutdownReport, ShutdownError>) -> Option<StopError> {
    outcome
        .err()
        .and_then(|error| error.failed.into_iter().next())
}

// M6, R1: whether it asks about itself, the supervisor that it is in, or the one above
#[tokio::test(start_paused = true)]
async fn a_child_cannot_have_itself_stopped() {
    let (system, _events) = system();
    let diary = Diary::default();
    let inner = Supervisor::one_for_one("inner").child(diary.child("a"));
    let top = Supervisor::one_for_one("top")
        .child(inner)
        .child(diary.child("b"));
    let handle = system.supervise(top).await.expect("they start");
    assert_eq!(diary.take(), "+a +b");
    let (a, b) = (child(&system, "a"), child(&system, "b"));
    let of_a = handle.clone();
    let asked = refused(&a, "`a`", async move {
        vec![
            of_child(of_a.terminate_child("inner").await),
            of_child(of_a.restart_child("inner").await),
            of_stop(of_a.stop().await),
        ]
    });
    assert_eq!(asked.await, 3);
    let of_b = handle.clone();
    let asked = refused(&b, "`b`", async move {
        vec![
            of_child(of_b.terminate_child("b").await),
            of_child(of_b.restart_child("b").await),
            of_stop(of_b.stop().await),
        ]
    });
    assert_eq!(asked.await, 3);
    assert_eq!(diary.take(), "", "nothing was stopped");
    handle.stop().await.expect("they stop");
    assert_eq!(diary.take(), "-b -a");
}

// M6, R1: it may have another child stopped or restarted, and wait for that
#[tokio::test(start_paused = true)]
async fn a_child_may_have_its_sibling_restarted() {
    let (system, _events) = system();
    let diary = Diary::default();
    let top = Supervisor::one_for_one("top")
        .child(diary.child("a"))
        .child(diary.child("b"));
    let handle = system.supervise(top).await.expect("they start");
    let of_a = handle.clone();
    let errand = Box::pin(async move {
        let restarted = of_a.restart_child("b").await;
        let stopped = of_a.terminate_child("b").await;
        u32::from(restarted.is_ok() && stopped.is_ok())
    });
    assert_eq!(child(&system, "a").watch(errand).await, Ok(1));
    assert_eq!(diary.take(), "+a +b -b +b -b");
    handle.stop().await.expect("they stop");
}

// M6, R1: a server of a family, and a child of a dynamic supervisor
#[tokio::test(start_paused = true)]
async fn who_comes_and_goes_cannot_have_itself_stopped() {
    let (system, _events) = system();
    let diary = Diary::default();
    let family = system
        .family::<Probe>("probes")
        .env(Hooks::default())
        .or_init(|_| Probe::default);
    let family = family.build().expect("it is built");
    let pool = system.dynamic_supervisor("pool").build();
    let pool: DynamicSupervisor = pool.expect("it is built");
    let top = Supervisor::one_for_one("top").child(&family).child(&pool);
    let handle = system.supervise(top).await.expect("they start");

    let (one, of_one) = (family.at("1"), handle.clone());
    let asked = refused(&one, "1", async move {
        vec![
            of_child(of_one.terminate_child("probes").await),
            of_stop(of_one.stop().await),
        ]
    });
    assert_eq!(asked.await, 2);

    let a = pool.start_child(diary.child("a")).await.expect("it starts");
    let (of_a, id, above) = (pool.clone(), a.id(), handle.clone());
    let asked = refused(&a, "`a`", async move {
        vec![
            of_child(of_a.terminate_child(&id).await),
            of_child(of_a.restart_child(&id).await),
            of_stop(of_a.stop().await),
            of_child(above.terminate_child("pool").await),
        ]
    });
    assert_eq!(asked.await, 4);
    assert_eq!((seen(&one).await, seen(&a).await), (vec![2], vec![4]));
    handle.stop().await.expect("they stop");
}
