//! Trees that are not started: what was there before them stays as it was.

use noex::prelude::*;
use noex::{DynamicSupervisor, Family, StartErrorKind, Supervisor};

use super::scene::{Diary, settled, system};
use crate::probe::{Hooks, Probe, push, seen};

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
