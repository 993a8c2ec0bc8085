//! Children that come and go.

use noex::prelude::*;
use noex::{
    Backoff, DynamicSupervisor, EventStream, Intensity, Restart, StartErrorKind, Supervisor,
};

use super::scene::{
    Diary, SECOND, child, crash, crash_to_the_end, given_up, hangs, panics, restarted, settled,
    system,
};
use crate::counter::pass;
use crate::probe::{Probe, poll_once, push, seen};

fn dynamic() -> (System, EventStream, DynamicSupervisor, Diary) {
    let (system, events) = system();
    let builder = system.dynamic_supervisor("pool");
    let pool = builder.intensity(Intensity::new(3, 60 * SECOND)).build();
    (system, events, pool.expect("it is built"), Diary::default())
}

// R1, R2: a child that crashes is restarted by itself, and its client keeps working
#[tokio::test(start_paused = true)]
async fn a_dynamic_child_is_restarted() {
    let (_system, mut events, pool, diary) = dynamic();
    let a = pool.start_child(diary.child("a")).await.expect("it starts");
    let b = pool.start_child(diary.child("b")).await.expect("it starts");
    a.work(push(1)).await.expect("it runs");
    a.checkpoint().await.expect("it is saved");
    crash(&a).await;
    assert_eq!(a.work(push(2)).await, Ok(1));
    assert_eq!(restarted(&mut events, "a").await, 2);
    assert_eq!(b.work(push(1)).await, Ok(0));
    assert_eq!(diary.take(), "+a +b +a");
    let counts = pool.count_children();
    assert_eq!((counts.all, counts.up), (2, 2));
    let restarts: Vec<_> = pool.children().iter().map(|child| child.restarts).collect();
    assert_eq!(restarts, [1, 0]);
}

// R1: who does not come back is no child any more, and its name is free
#[tokio::test(start_paused = true)]
async fn who_does_not_come_back_is_gone() {
    let (system, mut events, pool, diary) = dynamic();
    for (kind, crashes, returns) in [
        (Restart::Permanent, true, true),
        (Restart::Permanent, false, true),
        (Restart::Transient, true, true),
        (Restart::Transient, false, false),
        (Restart::Temporary, true, false),
        (Restart::Temporary, false, false),
    ] {
        pass(100 * SECOND).await;
        let spec = diary.child("a").restart(kind);
        let a = pool.start_child(spec).await.expect("it starts");
        if crashes {
            crash(&a).await;
        } else {
            a.stop().await.expect("it stops");
        }
        settled().await;
        assert_eq!(pool.count_children().all, usize::from(returns));
        if returns {
            restarted(&mut events, "a").await;
            pool.terminate_child(&a.id()).await.expect("it stops");
        }
        assert_eq!(a.work(push(1)).await, Err(CallError::NotRunning));
        assert!(system.find::<Probe>("a").is_none());
        assert!(pool.terminate_child(&a.id()).await.is_err());
    }
}

// R1: a child that does not start is no child, its name is free, and it costs no restart
#[tokio::test(start_paused = true)]
async fn a_child_that_does_not_start_is_none() {
    let (_system, _events, pool, diary) = dynamic();
    for _ in 0..5 {
        diary.next("+a", panics());
        let error = pool.start_child(diary.child("a")).await;
        assert_eq!(
            error.err().map(|error| error.kind()),
            Some(StartErrorKind::Panicked)
        );
        assert_eq!(pool.count_children().all, 0);
    }
    pool.start_child(diary.child("a")).await.expect("it starts");
    let error = pool.start_child(diary.child("a")).await;
    assert_eq!(
        error.err().map(|error| error.kind()),
        Some(StartErrorKind::NameTaken)
    );
    assert_eq!(pool.count_children().all, 1);
}

// R1: a restart that fails is tried again, a killed start is counted once; one too many gives up, saving the others
#[tokio::test(start_paused = true)]
async fn a_dynamic_supervisor_gives_up() {
    let (system, mut events, pool, diary) = dynamic();
    let a = pool.start_child(diary.child("a")).await.expect("it starts");
    let b = pool.start_child(diary.child("b")).await.expect("it starts");
    b.work(push(1)).await.expect("it runs");
    diary.next("+a", panics());
    let held = diary.hold("+a");
    crash(&a).await;
    held.has_waiting(1).await;
    let killed = a.stop_with(Stop::normally().within(SECOND)).await;
    assert!(killed.is_err());
    restarted(&mut events, "a").await;
    settled().await;
    assert_eq!(pool.count_children().up, 2);
    crash(&a).await;
    assert_eq!(given_up(&mut events).await, "pool");
    let reason = pool.ended().await;
    assert!(reason.to_string().contains("too many restarts"), "{reason}");
    let late = pool.start_child(diary.child("c")).await;
    assert_eq!(
        late.err().map(|error| error.kind()),
        Some(StartErrorKind::NotRunning)
    );
    let b = system.start(diary.child("b")).await.expect("it is free");
    assert_eq!(seen(&b).await, [1]);
    assert_eq!(a.work(push(1)).await, Err(CallError::NotRunning));
}

// R1: a child is terminated or restarted by hand while it waits for its delay, starts or runs
#[tokio::test(start_paused = true)]
async fn a_dynamic_child_by_hand_at_each_moment() {
    for terminates in [true, false] {
        for moment in 0..3 {
            let (system, _events) = system();
            let diary = Diary::default();
            let pool = system.dynamic_supervisor("pool");
            let pool = pool.delay(Backoff::new(4 * SECOND, 4 * SECOND)).build();
            let pool = pool.expect("it is built");
            let a = pool.start_child(diary.child("a")).await.expect("it starts");
            a.work(push(1)).await.expect("it runs");
            a.checkpoint().await.expect("it is saved");
            if moment > 0 {
                crash_to_the_end(&a).await;
            }
            if moment == 2 {
                let held = diary.hold("+a");
                held.has_waiting(1).await;
                tokio::spawn(async move {
                    pass(SECOND).await;
                    held.open();
                });
            }
            if terminates {
                pool.terminate_child(&a.id()).await.expect("it stops");
            } else {
                pool.restart_child(&a.id()).await.expect("it restarts");
            }
            pass(20 * SECOND).await;
            let up = usize::from(!terminates);
            let counts = pool.count_children();
            assert_eq!((counts.all, counts.up), (up, up), "{terminates} {moment}");
            if terminates {
                assert!(system.find::<Probe>("a").is_none());
                let a = pool
                    .start_child(diary.child("a"))
                    .await
                    .expect("it is free");
                assert_eq!(seen(&a).await, [1]);
            } else {
                assert_eq!(seen(&a).await, [1]);
            }
        }
    }
}

// R1: whoever asks and goes away leaves no child half stopped
#[tokio::test(start_paused = true)]
async fn who_goes_away_leaves_nothing_half_done() {
    let (system, mut events, pool, diary) = dynamic();
    let a = pool.start_child(diary.child("a")).await.expect("it starts");
    let farewell = diary.hold("-a");
    let id = a.id();
    assert!(
        poll_once(&mut Box::pin(pool.restart_child(&id)))
            .await
            .is_none()
    );
    farewell.has_waiting(1).await;
    farewell.open();
    restarted(&mut events, "a").await;
    settled().await;
    assert_eq!(pool.count_children().up, 1);
    diary.hold("-a").open();
    assert!(
        poll_once(&mut Box::pin(pool.terminate_child(&id)))
            .await
            .is_none()
    );
    settled().await;
    assert_eq!(pool.count_children().all, 0);
    assert!(system.find::<Probe>("a").is_none());
    assert!(
        poll_once(&mut Box::pin(pool.start_child(diary.child("b"))))
            .await
            .is_none()
    );
    settled().await;
    assert_eq!(pool.count_children().up, 1);
}

// R3: all children stop at the same time, each within its own deadline, all within a total one
#[tokio::test(start_paused = true)]
async fn dynamic_children_stop_side_by_side() {
    let (system, _events, pool, diary) = dynamic();
    for name in ["a", "b", "c"] {
        let child = pool
            .start_child(diary.child(name))
            .await
            .expect("it starts");
        child.work(push(1)).await.expect("it runs");
        diary.next(
            &format!("-{name}"),
            if name == "b" {
                hangs()
            } else {
                super::scene::well()
            },
        );
    }
    let begun = tokio::time::Instant::now();
    let error = system
        .shutdown_within(2 * SECOND)
        .await
        .expect_err("one hangs");
    assert!(begun.elapsed() <= 2 * SECOND);
    assert_eq!((error.stopped, error.failed.len()), (3, 1));
    assert_eq!(diary.take(), "+a +b +c -a -b -c");
    assert!(pool.ended().await.is_graceful());
}

// R1: as a child it takes none before its turn; halted, its children come back with their clients
#[tokio::test(start_paused = true)]
async fn a_supervised_dynamic_supervisor_brings_its_children_back() {
    let (system, mut events, pool, diary) = dynamic();
    let top = Supervisor::one_for_all("top")
        .child(diary.child("top"))
        .child(&pool);
    let early = pool.start_child(diary.child("a")).await;
    let early_up = early.is_ok();
    let handle = system.supervise(top).await.expect("they start");
    let a = match early {
        Ok(a) => a,
        Err(_) => pool.start_child(diary.child("a")).await.expect("it starts"),
    };
    assert!(early_up || pool.count_children().up == 1);
    a.work(push(1)).await.expect("it runs");
    diary.take();
    crash(&child(&system, "top")).await;
    restarted(&mut events, "a").await;
    settled().await;
    assert_eq!(diary.take(), "-a +top +a");
    assert_eq!(seen(&a).await, [1]);
    handle.terminate_child("pool").await.expect("it stops");
    assert!(pool.start_child(diary.child("b")).await.is_err());
    assert!(system.find::<Probe>("a").is_none());
    handle.restart_child("pool").await.expect("it starts");
    pool.start_child(diary.child("b")).await.expect("it starts");
    diary.take();
    handle.stop().await.expect("they stop");
    assert_eq!(diary.take(), "-b -top");
}

// R1: a dynamic supervisor that gives up is restarted by its own, with the children it had
#[tokio::test(start_paused = true)]
async fn a_dynamic_supervisor_that_gave_up_is_restarted() {
    let (system, mut events, pool, diary) = dynamic();
    let top = Supervisor::rest_for_one("top")
        .child(&pool)
        .child(diary.child("after"));
    system.supervise(top).await.expect("they start");
    let a = pool.start_child(diary.child("a")).await.expect("it starts");
    let b = pool.start_child(diary.child("b")).await.expect("it starts");
    b.work(push(1)).await.expect("it runs");
    for _ in 0..3 {
        crash(&a).await;
        restarted(&mut events, "a").await;
    }
    diary.take();
    crash(&a).await;
    assert_eq!(given_up(&mut events).await, "pool");
    restarted(&mut events, "after").await;
    settled().await;
    assert_eq!(seen(&b).await, [1]);
    assert_eq!(a.work(push(1)).await, Ok(0));
    assert_eq!(pool.count_children().up, 2);
}
