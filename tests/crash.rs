//! Panics: what they end, what they leave alone, and what whoever waits is told.

use std::sync::atomic::Ordering;

use noex::prelude::*;
use noex::testing::{Call, FaultyAdapter, Gate};
use noex::{CheckpointError, ExitReason, StartError, StopError};

use crate::any_store::AnyStore;
use crate::probe::{
    Errand, Hooks, Probe, ProbeMsg, at, count_terminated, hook, in_time, lone, poll_once, probe,
    push, seen, stored, terminated,
};

fn crashed<E>(message: &str) -> CallError<E> {
    CallError::Crashed {
        message: message.into(),
    }
}

fn panics() -> Errand {
    Box::pin(async { panic!("after waiting") })
}

// T7: a panic on `&mut self` ends the server without a save, and tells its caller the message
#[tokio::test]
async fn a_panic_that_may_have_changed_the_state_is_a_crash() {
    for inline in [true, false] {
        for waits in [true, false] {
            let store = AnyStore::new();
            let system = System::new(store.clone());
            let mut events = system.events();
            let probe = system.start(probe(inline)).await.expect("a new probe");
            probe.note(1).await.expect("it runs");
            probe.checkpoint().await.expect("it is saved");
            probe.note(2).await.expect("it runs");
            let (called, message) = if waits {
                (probe.wait(panics()).await, "after waiting")
            } else {
                let job = Box::new(|_: &mut Probe, _: &mut Cx<Probe>| panic!("at once"));
                (probe.work(job).await, "at once")
            };
            assert_eq!(called, Err(crashed(message)));
            let (_, reason) = terminated(&mut events).await;
            let expected = ExitReason::Crashed {
                message: message.into(),
            };
            assert_eq!(reason, expected);
            assert_eq!(probe.work(push(3)).await, Err(CallError::NotRunning));
            assert_eq!(stored(&store).await, Some(vec![1]));
        }
    }
}

// T7, T4: a crash deletes nothing, whatever a stop would
#[tokio::test]
async fn a_crash_deletes_nothing() {
    for inline in [true, false] {
        let store = AnyStore::new();
        let system = System::new(store.clone());
        let mut events = system.events();
        let deleting = noex::PersistOptions::new().delete_on_stop(true);
        let spec = probe(inline).persist(deleting);
        let probe = system.start(spec).await.expect("a new probe");
        probe.note(1).await.expect("it runs");
        probe.checkpoint().await.expect("it is saved");
        assert!(probe.wait(panics()).await.is_err());
        terminated(&mut events).await;
        assert_eq!(stored(&store).await, Some(vec![1]));
    }
}

// T7: a panic on `&self` harms only its call
#[tokio::test]
async fn a_panic_that_only_read_harms_only_its_call() {
    for inline in [true, false] {
        let (system, probe) = lone(inline).await;
        probe.note(1).await.expect("it runs");
        let look = Box::new(|_: &Probe, _: &mut Cx<Probe>| panic!("at once"));
        assert_eq!(probe.look(look).await, Err(crashed("at once")));
        assert_eq!(probe.watch(panics()).await, Err(crashed("after waiting")));
        let gate = Gate::new();
        let late = at(&gate, 0);
        let mut late = probe.watch(Box::pin(async move {
            late.await;
            panic!("late")
        }));
        assert!(poll_once(&mut late).await.is_none());
        gate.open();
        assert_eq!(in_time(late).await, Err(crashed("late")));
        assert_eq!(seen(&probe).await, [1]);
        assert_eq!(system.shutdown().await.expect("it is saved").stopped, 1);
    }
}

// T7: a panic under a handler that answers later reaches its caller, too; the other replies it kept are dropped
#[tokio::test]
async fn a_panic_before_a_deferred_reply_is_told() {
    for inline in [true, false] {
        let (_system, probe) = lone(inline).await;
        let mut kept = probe.promise(Box::new(|probe, reply, _| probe.held.push(reply)));
        assert!(poll_once(&mut kept).await.is_none());
        let panics = probe.promise(Box::new(|_, reply, _| {
            let _reply = reply;
            panic!("with the reply in hand")
        }));
        assert_eq!(
            in_time(panics).await,
            Err(crashed("with the reply in hand"))
        );
        assert_eq!(in_time(kept).await, Err(CallError::NoReply));
    }
}

// T7: a reply of an earlier call that a panic drops is told, too
#[tokio::test]
async fn a_panic_with_anothers_reply_is_told() {
    for inline in [true, false] {
        let (_system, probe) = lone(inline).await;
        let mut kept = probe.promise(Box::new(|probe, reply, _| probe.held.push(reply)));
        assert!(poll_once(&mut kept).await.is_none());
        let panics = probe.work(Box::new(|probe, _| {
            let _reply = probe.held.pop();
            panic!("with another's reply")
        }));
        assert_eq!(panics.await, Err(crashed("with another's reply")));
        assert_eq!(in_time(kept).await, Err(crashed("with another's reply")));
    }
}

// T7: a panic in a future given to `cx.spawn` is a crash
#[tokio::test]
async fn a_panic_beside_the_server_is_a_crash() {
    for inline in [true, false] {
        let store = AnyStore::new();
        let system = System::new(store.clone());
        let mut events = system.events();
        let probe = system.start(probe(inline)).await.expect("a new probe");
        let spawning = probe.work(Box::new(|_, cx| {
            cx.spawn(panics(), |n| ProbeMsg::Hear { n });
            0
        }));
        assert_eq!(spawning.await, Ok(0));
        let (_, reason) = terminated(&mut events).await;
        assert_eq!(
            reason,
            ExitReason::Crashed {
                message: "after waiting".into()
            }
        );
        assert!(store.is_empty());
    }
}

// T7: whoever waits in the mailbox of a server that crashes is told that his call did not run
#[tokio::test]
async fn calls_queued_behind_a_crash_have_not_run() {
    for inline in [true, false] {
        let (_system, probe) = lone(inline).await;
        let gate = Gate::new();
        let late = at(&gate, 0);
        let mut crash = probe.wait(Box::pin(async move {
            late.await;
            panic!("late")
        }));
        assert!(poll_once(&mut crash).await.is_none());
        gate.has_waiting(1).await;
        let mut queued = probe.work(push(1));
        assert!(poll_once(&mut queued).await.is_none());
        gate.open();
        assert_eq!(in_time(crash).await, Err(crashed("late")));
        assert_eq!(in_time(queued).await, Err(CallError::NotRunning));
    }
}

// T7: whoever waits for a checkpoint when the server crashes is told
#[tokio::test]
async fn a_checkpoint_under_way_hears_of_the_crash() {
    for inline in [true, false] {
        let store = FaultyAdapter::new(AnyStore::new());
        let system = System::new(store.clone());
        let probe = system.start(probe(inline)).await.expect("a new probe");
        let held = store.hold(Call::Write);
        let waiter = probe.clone();
        let checkpoint = tokio::spawn(async move { waiter.checkpoint().await });
        held.has_waiting(1).await;
        assert!(probe.wait(panics()).await.is_err());
        let error = in_time(checkpoint).await.expect("no panic");
        assert!(matches!(
            error,
            Err(CheckpointError::Call(CallError::Crashed { .. }))
        ));
        held.open();
    }
}

// T8: a panic in `terminate` is a crash: it is told, nothing is saved, and the end is said once
#[tokio::test]
async fn a_panic_in_terminate_is_told() {
    for inline in [true, false] {
        let store = AnyStore::new();
        let system = System::new(store.clone());
        let mut events = system.events();
        let hooks = Hooks {
            terminate: Some(hook(panics)),
            ..Hooks::default()
        };
        let ended = hooks.terminated.clone();
        let probe = system
            .start(probe(inline).env(hooks))
            .await
            .expect("a new probe");
        let stopped = probe.stop().await;
        assert!(
            matches!(stopped, Err(StopError::Crashed { message, .. }) if &*message == "after waiting")
        );
        assert_eq!(ended.load(Ordering::SeqCst), 1);
        assert_eq!(count_terminated(&mut events), 1);
        assert!(store.is_empty());
    }
}

// T8: `terminate` does not run after a panic or a failed start, and the name is free again
#[tokio::test]
async fn terminate_does_not_run_after_a_panic_or_a_failed_start() {
    for inline in [true, false] {
        let system = System::new(AnyStore::new());
        let mut events = system.events();
        let hooks = Hooks {
            on_start: Some(hook(panics)),
            ..Hooks::default()
        };
        let ended = hooks.terminated.clone();
        let failed = system.start(probe(inline).env(hooks.clone())).await;
        assert!(
            matches!(failed, Err(StartError::Panicked { message, .. }) if &*message == "after waiting")
        );
        assert_eq!(count_terminated(&mut events), 0);
        let hooks = Hooks {
            on_start: None,
            ..hooks
        };
        let probe = system
            .start(probe(inline).env(hooks))
            .await
            .expect("the name is free");
        assert!(probe.wait(panics()).await.is_err());
        terminated(&mut events).await;
        assert_eq!(ended.load(Ordering::SeqCst), 0);
        assert_eq!(count_terminated(&mut events), 0);
    }
}
