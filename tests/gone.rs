//! The runtime or the system goes away while somebody waits: an answer comes, and never a hang.

use noex::prelude::*;
use noex::testing::{Call, FaultyAdapter, Gate};
use tokio::runtime::{Builder, Runtime};

use crate::any_store::AnyStore;
use crate::probe::{
    Hooks, ProbeClient, at, busy, hook, in_time, lone, never, poll_once, probe, push, seen,
};

fn runtime() -> Runtime {
    let mut builder = Builder::new_multi_thread();
    builder
        .worker_threads(1)
        .enable_all()
        .build()
        .expect("a runtime")
}

/// The runtime of a probe, and another one to wait on.
fn two(inline: bool) -> (Runtime, Runtime, ProbeClient) {
    let own = runtime();
    let (system, probe) = own.block_on(lone(inline));
    drop(system);
    (own, runtime(), probe)
}

// T7: callers whose handler was running, queued, or had no room are told when the runtime is shut down
#[test]
fn callers_hear_that_the_runtime_is_gone() {
    for inline in [true, false] {
        let own = runtime();
        let system = own.block_on(async { System::new(AnyStore::new()) });
        let probe = own
            .block_on(system.start(probe(inline).mailbox(1)))
            .expect("a new probe");
        runtime().block_on(async {
            let gate = Gate::new();
            let mut begun = probe.watch(at(&gate, 0));
            assert!(poll_once(&mut begun).await.is_none());
            gate.has_waiting(1).await;
            let mut queued = probe.work(push(1));
            assert!(poll_once(&mut queued).await.is_none());
            let (mut call, mut cast) = (probe.work(push(2)), probe.note(3));
            assert!(poll_once(&mut call).await.is_none());
            assert!(poll_once(&mut cast).await.is_none());
            own.shutdown_background();
            assert!(matches!(
                in_time(begun).await,
                Err(CallError::Crashed { .. })
            ));
            assert_eq!(in_time(queued).await, Err(CallError::NotRunning));
            assert_eq!(in_time(call).await, Err(CallError::NotRunning));
            assert_eq!(in_time(cast).await, Err(CallError::NotRunning));
        });
    }
}

// T7: whoever calls a server whose runtime is gone is told at once, its stop and its status too
#[test]
fn a_server_without_a_runtime_is_not_running() {
    for inline in [true, false] {
        let (own, other, probe) = two(inline);
        own.shutdown_background();
        other.block_on(async {
            let call = in_time(probe.work(push(1))).await;
            assert_eq!(call, Err(CallError::NotRunning));
            assert_eq!(in_time(probe.note(1)).await, Err(CallError::NotRunning));
            assert!(in_time(probe.status()).await.is_err());
            assert!(in_time(probe.checkpoint()).await.is_err());
            in_time(probe.stop()).await.expect("it is over");
        });
    }
}

// T7: the first to notice may be who stops, asks for the status, or wants a checkpoint
#[test]
fn a_stop_without_a_runtime_does_not_hang() {
    for inline in [true, false] {
        for first in 0..3 {
            let (own, other, probe) = two(inline);
            own.shutdown_background();
            other.block_on(async {
                let failed = match first {
                    0 => in_time(probe.stop()).await.is_err(),
                    1 => in_time(probe.status()).await.is_err(),
                    _ => in_time(probe.checkpoint()).await.is_err(),
                };
                assert!(failed);
            });
        }
    }
}

// T2: whoever waits for a stop or a checkpoint when the runtime goes is told that nothing is sure
#[test]
fn a_stop_under_way_hears_that_the_runtime_is_gone() {
    for inline in [true, false] {
        for hook_hangs in [true, false] {
            let own = runtime();
            let store = FaultyAdapter::new(AnyStore::new());
            let system = own.block_on(async { System::new(store.clone()) });
            let mut hooks = Hooks::default();
            if hook_hangs {
                hooks.terminate = Some(hook(never));
            }
            let probe = own
                .block_on(system.start(probe(inline).env(hooks)))
                .expect("a new probe");
            let held = store.hold(Call::Write);
            runtime().block_on(async {
                let mut checkpoint = Box::pin(probe.checkpoint());
                assert!(poll_once(&mut checkpoint).await.is_none());
                held.has_waiting(1).await;
                let mut stop = Box::pin(probe.stop());
                assert!(poll_once(&mut stop).await.is_none());
                own.shutdown_background();
                assert!(in_time(stop).await.is_err());
                assert!(in_time(checkpoint).await.is_err());
            });
        }
    }
}

// T7: a start under way when the runtime goes ends in an error
#[test]
fn a_start_under_way_hears_that_the_runtime_is_gone() {
    for inline in [true, false] {
        let own = runtime();
        let store = FaultyAdapter::new(AnyStore::new());
        let system = own.block_on(async { System::new(store.clone()) });
        let held = store.hold(Call::Claim);
        runtime().block_on(async {
            let mut start = Box::pin(system.start(probe(inline)));
            assert!(poll_once(&mut start).await.is_none());
            held.has_waiting(1).await;
            own.shutdown_background();
            assert!(in_time(start).await.is_err());
        });
    }
}

// T8: dropping the system stops nothing: its servers go on as long as the runtime does
#[tokio::test]
async fn servers_outlive_the_handles_to_their_system() {
    for inline in [true, false] {
        let (system, probe) = lone(inline).await;
        let (gate, holding) = busy(&probe).await;
        let mut queued = probe.work(push(1));
        assert!(poll_once(&mut queued).await.is_none());
        drop(system);
        gate.open();
        assert_eq!(in_time(queued).await, Ok(0));
        assert_eq!(holding.await.expect("no panic"), Ok(0));
        assert_eq!(seen(&probe).await, [1]);
        probe.stop().await.expect("it is saved");
    }
}
