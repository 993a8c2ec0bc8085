//! Trees that are not started, or not to the end: what was there before them stays as it was, and nothing is left over.

use noex::prelude::*;
use noex::{DynamicSupervisor, Family, StartErrorKind, Supervisor};

use super::scene::{Diary, SECOND, panics, settled, system};
use crate::counter::pass;
use crate::probe::{Hooks, Probe, poll_once, push, seen};

/// A family and a dynamic supervisor, each with a server that has something to lose.
async fn lively(system: &System, diary: &Diary) -> (Family<Probe>, DynamicSupervisor) {
    let family = system
        .family::<Probe>("probes")
        .env(Hooks::default())
        .or_init(|_| Probe::default);
    let family = family.build().expect("it is built");
    let pool = system.dynamic_supervisor("pool").build();
    let pool = pool.expect("it is built");
    let x = pool.start_child(diary.child("x")).await;
    let x = x.expect("it starts");
    assert_eq!(family.at("1").work(push(1)).await, Ok(0));
    assert_eq!(x.work(push(1)).await, Ok(0));
    (family, pool)
}

// R1: a tree that is refused touches nothing: who lived before goes on, and can be given to another
#[tokio::test(start_paused = true)]
async fn a_refused_tree_touches_nothing() {
    let ((system, _events), diary) = (system(), Diary::default());
    let (family, pool) = lively(&system, &diary).await;
    let x = super::scene::child(&system, "x");
    let (one, deep) = (family.at("1"), Supervisor::one_for_one("deep"));
    let deep = deep.child(diary.child("s")).child(diary.child("s"));
    let top = Supervisor::one_for_one("top")
        .child(&family)
        .child(&pool)
        .child(Supervisor::one_for_one("inner").child(deep));
    let refused = system.supervise(top).await.expect_err("two are alike");
    assert_eq!(refused.kind(), StartErrorKind::SameChild);
    settled().await;
    assert_eq!(diary.take(), "+x");
    assert_eq!(one.work(push(2)).await, Ok(1));
    assert_eq!(family.at("2").work(push(1)).await, Ok(0));
    assert_eq!(x.work(push(2)).await, Ok(1));
    let y = pool.start_child(diary.child("y")).await;
    y.expect("it takes children");
    let top = Supervisor::one_for_one("top").child(&family).child(&pool);
    system.supervise(top).await.expect("nothing is wrong");
    assert_eq!(seen(&one).await, [1, 2]);
    assert_eq!(seen(&x).await, [1, 2]);
    assert_eq!(system.shutdown().await.expect("all is saved").stopped, 4);
}

// R1, R3: a tree that comes after the shutdown is refused, and nothing of it is started or stopped
#[tokio::test(start_paused = true)]
async fn a_tree_is_refused_after_a_shutdown() {
    let ((system, _events), diary) = (system(), Diary::default());
    system.shutdown().await.expect("nothing runs");
    let inner = Supervisor::one_for_one("inner").child(diary.child("b"));
    let top = Supervisor::one_for_one("top");
    let top = top.child(diary.child("a")).child(inner);
    let refused = system.supervise(top).await.expect_err("it is shut down");
    assert_eq!(refused.kind(), StartErrorKind::NotRunning);
    settled().await;
    assert_eq!(diary.take(), "");
}

// R1: a start that nobody waits for any more and that fails stops what it has started, and gives the names back
#[tokio::test(start_paused = true)]
async fn a_failing_start_is_cleared_away_without_its_caller() {
    let ((system, _events), diary) = (system(), Diary::default());
    let held = diary.hold("+b");
    let top = Supervisor::one_for_one("top");
    let top = top
        .child(diary.child("a"))
        .child(diary.child("b").start_timeout(SECOND));
    let mut starting = Box::pin(system.supervise(top));
    assert!(poll_once(&mut starting).await.is_none());
    held.has_waiting(1).await;
    drop(starting);
    pass(2 * SECOND).await;
    settled().await;
    assert_eq!(diary.take(), "+a +b -a");
    assert!(system.find::<Probe>("a").is_none());
    let a = system.start(diary.child("a")).await.expect("it is free");
    assert_eq!(seen(&a).await, [] as [u32; 0]);
    assert_eq!(system.shutdown().await.expect("it is saved").stopped, 1);
}

// R1, R3: a tree whose start fails saves who lived before it, and both can be given to another
#[tokio::test(start_paused = true)]
async fn who_was_stopped_with_a_failed_start_can_be_started_again() {
    let ((system, _events), diary) = (system(), Diary::default());
    let (family, pool) = lively(&system, &diary).await;
    let one = family.at("1");
    diary.next("+b", panics());
    let top = Supervisor::one_for_one("top").child(&family).child(&pool);
    let failed = system.supervise(top.child(diary.child("b"))).await;
    failed.expect_err("b does not start");
    assert_eq!(one.work(push(2)).await, Err(CallError::NotRunning));
    let top = Supervisor::one_for_one("top").child(&family).child(&pool);
    system.supervise(top).await.expect("nothing is wrong");
    assert_eq!(seen(&one).await, [1]);
    let x = pool.start_child(diary.child("x")).await;
    assert_eq!(seen(&x.expect("its name is free")).await, [1]);
}
