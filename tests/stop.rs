//! Graceful stops: what still runs, what is saved, what is deleted, what is told.

use std::sync::atomic::Ordering;
use std::time::Duration;

use noex::prelude::*;
use noex::testing::{Call, FaultyAdapter, Gate};
use noex::{Event, ExitReason, StopError};

use crate::any_store::AnyStore;
use crate::probe::{
    Hooks, Probe, at, busy, count_terminated, hook, in_time, lone, never, poll_once, probe, push,
    seen, stored, terminated, until,
};

const SECOND: Duration = Duration::from_secs(1);

// T1: messages sent before a stop run first, then the state is saved; later calls fail at once
#[tokio::test]
async fn what_was_sent_before_a_stop_runs_first() {
    for inline in [true, false] {
        let store = AnyStore::new();
        let system = System::new(store.clone());
        let probe = system.start(probe(inline)).await.expect("a new probe");
        let (gate, holding) = busy(&probe).await;
        probe.note(1).await.expect("it runs");
        let mut call = probe.work(push(2));
        assert!(poll_once(&mut call).await.is_none());
        let mut stop = Box::pin(probe.stop());
        assert!(poll_once(&mut stop).await.is_none());
        assert_eq!(probe.work(push(3)).await, Err(CallError::NotRunning));
        assert_eq!(probe.note(4).await, Err(CallError::NotRunning));
        gate.open();
        in_time(stop).await.expect("it is saved");
        assert_eq!(holding.await.expect("no panic"), Ok(0));
        assert_eq!(call.await, Ok(1));
        assert_eq!(
            probe.look(Box::new(|_, _| 0)).await,
            Err(CallError::NotRunning)
        );
        assert_eq!(stored(&store).await, Some(vec![1, 2]));
    }
}

// T1: what waits for room when the stop comes was sent before it, and runs
#[tokio::test]
async fn what_waits_for_room_at_a_stop_runs_first() {
    for inline in [true, false] {
        let store = AnyStore::new();
        let system = System::new(store.clone());
        let probe = system
            .start(probe(inline).mailbox(1))
            .await
            .expect("a new probe");
        let (gate, holding) = busy(&probe).await;
        probe.note(1).await.expect("there is room for one");
        let (mut cast, mut call) = (probe.note(2), probe.work(push(3)));
        assert!(poll_once(&mut cast).await.is_none());
        assert!(poll_once(&mut call).await.is_none());
        let mut stop = Box::pin(probe.stop());
        assert!(poll_once(&mut stop).await.is_none());
        gate.open();
        in_time(stop).await.expect("it is saved");
        assert_eq!(holding.await.expect("no panic"), Ok(0));
        assert_eq!((cast.await, call.await), (Ok(()), Ok(2)));
        assert_eq!(stored(&store).await, Some(vec![1, 2, 3]));
    }
}

// T1: messages run for at most half the deadline; the rest are refused, and the state is saved
#[tokio::test(start_paused = true)]
async fn what_has_not_begun_by_half_the_deadline_is_refused() {
    for inline in [true, false] {
        let store = AnyStore::new();
        let system = System::new(store.clone());
        let probe = system.start(probe(inline)).await.expect("a new probe");
        let sleep = |n| {
            Box::pin(async move {
                tokio::time::sleep(2 * SECOND).await;
                n
            })
        };
        let mut calls: Vec<_> = (0..4).map(|n| probe.wait(sleep(n))).collect();
        for call in &mut calls {
            assert!(poll_once(call).await.is_none());
        }
        probe
            .stop_with(Stop::normally().within(6 * SECOND))
            .await
            .expect("it is saved");
        let mut answers = Vec::new();
        for call in calls {
            answers.push(call.await);
        }
        let refused = Err(CallError::NotRunning);
        assert_eq!(answers, [Ok(0), Ok(0), refused.clone(), refused]);
        assert_eq!(stored(&store).await, Some(vec![0, 1]));
    }
}

// T1, T8: `terminate` runs once, its changes are saved, and name and key are free when `stop` returns
#[tokio::test]
async fn a_stop_ends_in_order() {
    for inline in [true, false] {
        let store = AnyStore::new();
        let system = System::new(store.clone());
        let mut events = system.events();
        let hooks = Hooks {
            terminate: Some(std::sync::Arc::new(|probe, _| {
                probe.seen.push(9);
                Box::pin(async { 0 })
            })),
            ..Hooks::default()
        };
        let ended = hooks.terminated.clone();
        let spec = probe(inline).env(hooks);
        let probe = system.start(spec.clone()).await.expect("a new probe");
        probe.stop().await.expect("it is saved");
        assert_eq!(ended.load(Ordering::SeqCst), 1);
        let order: Vec<_> = std::iter::from_fn(|| events.try_next())
            .filter_map(|event| match event {
                Event::Saved { .. } => Some("saved"),
                Event::Terminated {
                    reason: ExitReason::Stopped,
                    ..
                } => Some("terminated"),
                _ => None,
            })
            .collect();
        assert_eq!(order, ["saved", "terminated"]);
        let again = system.start(spec).await.expect("name and key are free");
        assert_eq!(seen(&again).await, [9]);
        assert_eq!(probe.work(push(1)).await, Err(CallError::NotRunning));
    }
}

// T8: stopping twice is fine, at once or one after the other, and the end is said once
#[tokio::test]
async fn stopping_twice_is_fine() {
    for inline in [true, false] {
        let (system, probe) = lone(inline).await;
        let mut events = system.events();
        let (first, second) = tokio::join!(probe.stop(), probe.stop());
        first.expect("it is saved");
        second.expect("it is saved");
        probe.stop().await.expect("it has stopped");
        assert_eq!(count_terminated(&mut events), 1);
    }
}

// T8: a stop goes on when nobody waits for it
#[tokio::test]
async fn a_dropped_stop_goes_on() {
    for inline in [true, false] {
        let (system, probe) = lone(inline).await;
        let mut events = system.events();
        let mut stop = Box::pin(probe.stop());
        assert!(poll_once(&mut stop).await.is_none());
        drop(stop);
        let (_, reason) = in_time(crate::probe::terminated(&mut events)).await;
        assert_eq!(reason, ExitReason::Stopped);
    }
}

// T8: dropping every client stops nothing
#[tokio::test]
async fn a_server_outlives_its_clients() {
    for inline in [true, false] {
        let (system, probe) = lone(inline).await;
        let mut events = system.events();
        probe.note(1).await.expect("it runs");
        drop(probe);
        tokio::task::yield_now().await;
        let probe = system.find::<Probe>("probe").expect("it is there");
        assert_eq!(seen(&probe).await, [1]);
        assert_eq!(count_terminated(&mut events), 0);
    }
}

// T9: one server's stop does not disturb the store that others use
#[tokio::test]
async fn a_stop_leaves_the_store_to_others() {
    for inline in [true, false] {
        let memory = AnyStore::new();
        let store = FaultyAdapter::new(memory.clone());
        let system = System::new(store.clone());
        let one = system.start(probe(inline)).await.expect("a new probe");
        let other = system
            .start(probe(inline).name("other"))
            .await
            .expect("a new probe");
        one.stop().await.expect("it is saved");
        other.note(1).await.expect("it runs");
        other.checkpoint().await.expect("it is saved");
        assert_eq!(store.calls(Call::Close), 0);
        system.shutdown().await.expect("it is saved");
        assert_eq!(store.calls(Call::Close), 1);
        assert_eq!(memory.len(), 2);
    }
}

// T6: a hung handler is killed at the deadline, and named by the stop and by the shutdown
#[tokio::test(start_paused = true)]
async fn a_hung_handler_is_killed() {
    for inline in [true, false] {
        for shutdown in [true, false] {
            let memory = AnyStore::new();
            let system = System::new(memory.clone());
            let mut events = system.events();
            let hooks = Hooks::default();
            let ended = hooks.terminated.clone();
            let spec = probe(inline).env(hooks).shutdown_timeout(3 * SECOND);
            let probe = system.start(spec).await.expect("a new probe");
            let mut hung = probe.wait(never()).timeout(60 * SECOND);
            assert!(poll_once(&mut hung).await.is_none());
            let begun = tokio::time::Instant::now();
            let error = if shutdown {
                let report = system.shutdown().await.expect_err("one hangs");
                report.failed.into_iter().next().expect("it is named")
            } else {
                probe.stop().await.expect_err("it hangs")
            };
            assert_eq!(begun.elapsed().as_secs(), 3);
            assert_eq!(
                error.to_string(),
                "Probe `probe` was killed: it did not stop within 3s"
            );
            assert!(matches!(hung.await, Err(CallError::Crashed { .. })));
            assert_eq!(
                (count_terminated(&mut events), ended.load(Ordering::SeqCst)),
                (1, 0)
            );
            assert!(memory.is_empty());
        }
    }
}

// T6: a hung store forfeits the last save, and a hung `terminate` too
#[tokio::test(start_paused = true)]
async fn a_hung_store_or_hook_is_not_waited_for() {
    for inline in [true, false] {
        for hook_hangs in [true, false] {
            let store = FaultyAdapter::new(AnyStore::new());
            let system = System::new(store.clone());
            let mut events = system.events();
            let mut hooks = Hooks::default();
            if hook_hangs {
                hooks.terminate = Some(hook(never));
            }
            let held = store.hold(Call::Write);
            let probe = system
                .start(probe(inline).env(hooks))
                .await
                .expect("a new probe");
            let error = probe.stop().await.expect_err("it hangs");
            assert!(matches!(error, StopError::Killed { .. }), "{error:?}");
            let killed = |event: &Event| match event {
                Event::Terminated { reason, .. } => Some(reason.clone()),
                _ => None,
            };
            let reason = until(&mut events, killed).await;
            assert_eq!(reason, ExitReason::Killed { after: 5 * SECOND });
            held.open();
        }
    }
}

// T6: what a killed handler held is dropped, and its futures with it
#[tokio::test(start_paused = true)]
async fn a_killed_handler_leaves_nothing_behind() {
    for inline in [true, false] {
        let (_system, probe) = lone(inline).await;
        let kept = std::sync::Arc::new(());
        let (of_state, of_future) = (kept.clone(), kept.clone());
        let planted = probe.work(Box::new(move |probe, cx| {
            probe.kept.push(Box::new(of_state));
            let future = async move {
                std::future::pending::<()>().await;
                drop(of_future);
                0
            };
            cx.spawn(future, |n| crate::probe::ProbeMsg::Hear { n });
            0
        }));
        assert_eq!(planted.await, Ok(0));
        let mut hung = probe.wait(at(&Gate::new(), 0));
        assert!(poll_once(&mut hung).await.is_none());
        assert!(probe.stop().await.is_err());
        tokio::time::sleep(SECOND).await;
        assert_eq!(std::sync::Arc::strong_count(&kept), 1);
    }
}

// R3: a server that was being started when its system was shut down is not left running
#[tokio::test(flavor = "multi_thread", worker_threads = 3)]
async fn nothing_started_during_a_shutdown_is_left() {
    for _ in 0..200 {
        let system = System::new(AnyStore::new());
        let starting = system.clone();
        let start = tokio::spawn(async move { starting.start(probe(true)).await });
        in_time(system.shutdown()).await.expect("nothing is lost");
        if let Ok(probe) = in_time(start).await.expect("no panic") {
            assert_eq!(probe.note(1).await, Err(CallError::NotRunning));
        }
    }
}

// T9: a shutdown ends the streams of events, once all that happened was told
#[tokio::test(start_paused = true)]
async fn events_end_with_a_shutdown() {
    let (system, probe) = lone(true).await;
    let (mut events, mut other) = (system.events(), system.events());
    probe.stop().await.expect("it stops");
    system.shutdown().await.expect("it saves");
    terminated(&mut events).await;
    assert!(in_time(events.next()).await.is_none());
    assert!(in_time(system.events().next()).await.is_none());
    drop(system);
    terminated(&mut other).await;
    assert!(in_time(other.next()).await.is_none());
}
