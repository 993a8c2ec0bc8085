//! Timers, and what else a server sets going: none of it outlives its incarnation.

use std::sync::Arc;
use std::time::Duration;

use noex::prelude::*;
use noex::testing::{Call, FaultyAdapter, Gate};

use crate::any_store::AnyStore;
use crate::probe::{Hooks, Probe, ProbeMsg, at, in_time, lone, poll_once, push, seen};

const SECOND: Duration = Duration::from_secs(1);

// M4: a `send_interval` has at most one tick queued, and goes on after a stall
#[tokio::test(start_paused = true)]
async fn at_most_one_tick_is_queued() {
    for inline in [true, false] {
        let (_system, probe) = lone(inline).await;
        let ticking = probe.work(Box::new(|_, cx| {
            cx.send_interval(SECOND, || ProbeMsg::Hear { n: 1 });
            0
        }));
        assert_eq!(ticking.await, Ok(0));
        tokio::time::sleep(Duration::from_millis(3500)).await;
        assert_eq!(seen(&probe).await, [1; 3]);
        let gate = Gate::new();
        let holding = tokio::spawn(probe.watch(at(&gate, 0)).timeout(60 * SECOND).owned());
        gate.has_waiting(1).await;
        tokio::time::sleep(10 * SECOND).await;
        gate.open();
        assert_eq!(holding.await.expect("no panic"), Ok(0));
        assert_eq!(seen(&probe).await, [1; 4]);
        tokio::time::sleep(2 * SECOND).await;
        assert_eq!(seen(&probe).await, [1; 6]);
    }
}

// M4: a cancelled timer sends nothing more
#[tokio::test(start_paused = true)]
async fn a_cancelled_timer_is_silent() {
    for inline in [true, false] {
        let (_system, probe) = lone(inline).await;
        let ticking = probe.work(Box::new(|_, cx| {
            let once = cx.send_after(SECOND, ProbeMsg::Hear { n: 1 });
            let often = cx.send_interval(3 * SECOND, || ProbeMsg::Hear { n: 2 });
            cx.spawn(tokio::time::sleep(4 * SECOND), move |()| {
                often.cancel();
                ProbeMsg::Hear { n: 3 }
            });
            once.cancel();
            0
        }));
        assert_eq!(ticking.await, Ok(0));
        tokio::time::sleep(20 * SECOND).await;
        assert_eq!(seen(&probe).await, [2, 3]);
    }
}

// M4: timers, futures and streams stop with their incarnation: the next one hears nothing of them
#[tokio::test(start_paused = true)]
async fn the_next_incarnation_hears_no_old_timers() {
    for inline in [true, false] {
        for crashes in [true, false] {
            let system = System::builder()
                .store(AnyStore::new())
                .inline(inline)
                .build();
            let probes = system.family::<Probe>("probes");
            let probes = probes.env(Hooks::default());
            let probes = probes.or_init(|_| Probe::default as fn() -> Probe).build();
            let one = probes.expect("a family").at("one");
            let dropped = Arc::new(());
            let held = dropped.clone();
            let ticking = one.work(Box::new(move |_, cx| {
                cx.send_interval(SECOND, || ProbeMsg::Hear { n: 1 });
                cx.send_after(SECOND, ProbeMsg::Hear { n: 2 });
                let future = async move {
                    tokio::time::sleep(SECOND).await;
                    drop(held);
                };
                cx.spawn(future, |()| ProbeMsg::Hear { n: 3 });
                0
            }));
            assert_eq!(ticking.await, Ok(0));
            if crashes {
                let panics = one.wait(Box::pin(async { panic!("a crash") }));
                assert!(panics.await.is_err());
            } else {
                one.stop().await.expect("it is saved");
            }
            assert_eq!(in_time(one.work(push(9))).await, Ok(0));
            assert_eq!(Arc::strong_count(&dropped), 1);
            tokio::time::sleep(20 * SECOND).await;
            assert_eq!(seen(&one).await, [9]);
        }
    }
}

// M4: nor of those that come due while the old incarnation is giving its key back
#[tokio::test(start_paused = true)]
async fn no_timer_fires_between_two_incarnations() {
    for inline in [true, false] {
        let store = FaultyAdapter::new(AnyStore::new());
        let system = System::builder()
            .store(store.clone())
            .inline(inline)
            .build();
        let probes = system.family::<Probe>("probes").env(Hooks::default());
        let probes = probes.or_init(|_| Probe::default as fn() -> Probe).build();
        let one = probes.expect("a family").at("one");
        let ticking = one.work(Box::new(|_, cx| {
            cx.send_interval(SECOND, || ProbeMsg::Hear { n: 1 });
            0
        }));
        assert_eq!(ticking.await, Ok(0));
        let held = store.hold(Call::Release);
        assert!(
            one.wait(Box::pin(async { panic!("a crash") }))
                .await
                .is_err()
        );
        held.has_waiting(1).await;
        let mut next = one.work(push(9)).timeout(60 * SECOND);
        assert!(poll_once(&mut next).await.is_none());
        tokio::time::sleep(3 * SECOND).await;
        held.open();
        assert_eq!(in_time(next).await, Ok(0));
        assert_eq!(seen(&one).await, [9]);
    }
}
