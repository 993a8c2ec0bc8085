//! The last save of a stop, or the deletion instead of it.

mod unclear;

use noex::prelude::*;
use noex::testing::{Call, Fault, FaultyAdapter, Gate};
use noex::{PersistOptions, StopError};

use crate::any_store::AnyStore;
use crate::probe::{count_terminated, in_time, poll_once, probe, stored};

// T1: the last save comes after a write in flight, and has the last state
#[tokio::test]
async fn the_last_save_follows_the_one_in_flight() {
    for inline in [true, false] {
        let memory = AnyStore::new();
        let store = FaultyAdapter::new(memory.clone());
        let system = System::new(store.clone());
        let probe = system.start(probe(inline)).await.expect("a new probe");
        let held = Gate::new();
        store.next(Call::Write, Fault::Held(held.clone()));
        probe.note(1).await.expect("it runs");
        let mut checkpoint = Box::pin(probe.checkpoint());
        assert!(poll_once(&mut checkpoint).await.is_none());
        held.has_waiting(1).await;
        probe.note(2).await.expect("it runs");
        let mut stop = Box::pin(probe.stop());
        assert!(poll_once(&mut stop).await.is_none());
        assert_eq!(seen_or_refused(&probe).await, Err(CallError::NotRunning));
        held.open();
        in_time(stop).await.expect("it is saved");
        checkpoint.await.expect("it was saved");
        assert_eq!(store.writes(), 2);
        assert_eq!(stored(&memory).await, Some(vec![1, 2]));
    }
}

async fn seen_or_refused(probe: &crate::probe::ProbeClient) -> Result<u32, CallError> {
    probe.look(Box::new(|_, _| 0)).await
}

// T2: a failed last save is returned by `stop`, and the store keeps what it had
#[tokio::test(start_paused = true)]
async fn a_failed_last_save_is_returned() {
    for inline in [true, false] {
        for fault in [Fault::Rejected, Fault::Lost] {
            let memory = AnyStore::new();
            let store = FaultyAdapter::new(memory.clone());
            let system = System::new(store.clone());
            let mut events = system.events();
            let probe = system.start(probe(inline)).await.expect("a new probe");
            probe.note(1).await.expect("it runs");
            probe.checkpoint().await.expect("it is saved");
            probe.note(2).await.expect("it runs");
            store.always(Call::Write, fault);
            let error = probe.stop().await.expect_err("the store refuses");
            assert!(matches!(error, StopError::Unsaved { .. }), "{error:?}");
            assert_eq!(count_terminated(&mut events), 1);
            store.heal();
            assert_eq!(stored(&memory).await, Some(vec![1]));
        }
    }
}

// T2: a failed last save is in the report of the shutdown, beside the servers that were saved
#[tokio::test(start_paused = true)]
async fn a_failed_last_save_is_reported_by_the_shutdown() {
    for inline in [true, false] {
        let store = FaultyAdapter::new(AnyStore::new());
        let system = System::new(store.clone());
        let one = system.start(probe(inline)).await.expect("a new probe");
        let other = system
            .start(probe(inline).name("other"))
            .await
            .expect("a new probe");
        one.note(1).await.expect("it runs");
        other.checkpoint().await.expect("it is saved");
        store.always(Call::Write, Fault::Rejected);
        let error = system.shutdown().await.expect_err("one is not saved");
        assert_eq!(error.stopped, 2);
        let [StopError::Unsaved { server, .. }] = error.failed.as_slice() else {
            panic!("{error:?}");
        };
        assert_eq!(&**server, "Probe `probe`");
    }
}

// T3: without `save_on_stop` there is no last save: the store keeps the last one made before
#[tokio::test]
async fn a_stop_that_does_not_save_keeps_the_last_save() {
    for inline in [true, false] {
        let memory = AnyStore::new();
        let system = System::new(memory.clone());
        let spec = probe(inline).persist(PersistOptions::new().save_on_stop(false));
        let probe = system.start(spec).await.expect("a new probe");
        probe.note(1).await.expect("it runs");
        probe.checkpoint().await.expect("it is saved");
        probe.note(2).await.expect("it runs");
        probe.stop().await.expect("nothing is to be saved");
        assert_eq!(stored(&memory).await, Some(vec![1]));
    }
}

// T4, T5: `delete_on_stop`, or one stop that says so, deletes the record, and a write in flight cannot bring it back
#[tokio::test(start_paused = true)]
async fn a_deleting_stop_leaves_nothing() {
    for inline in [true, false] {
        for deletes in [true, false] {
            let memory = AnyStore::new();
            let store = FaultyAdapter::new(memory.clone());
            let system = System::new(store.clone());
            let options = PersistOptions::new()
                .save_on_stop(false)
                .delete_on_stop(deletes);
            let probe = system
                .start(probe(inline).persist(options))
                .await
                .expect("a new probe");
            probe.note(1).await.expect("it runs");
            probe.checkpoint().await.expect("it is saved");
            let held = Gate::new();
            store.next(Call::Write, Fault::Delayed);
            store.next(Call::Write, Fault::Held(held.clone()));
            probe.note(2).await.expect("it runs");
            let mut checkpoint = Box::pin(probe.checkpoint());
            assert!(poll_once(&mut checkpoint).await.is_none());
            held.has_waiting(1).await;
            let mut stop = Box::pin(async {
                if deletes {
                    probe.stop().await
                } else {
                    probe.stop_with(Stop::deleting_state()).await
                }
            });
            assert!(poll_once(&mut stop).await.is_none());
            held.open();
            in_time(stop).await.expect("it is deleted");
            assert!(memory.is_empty());
            assert_eq!(store.undelivered(), 1);
            assert!(store.deliver().await.iter().all(Result::is_err));
            assert!(memory.is_empty());
        }
    }
}

// T4, T2: a deletion that fails is returned
#[tokio::test(start_paused = true)]
async fn a_failed_deletion_is_returned() {
    for inline in [true, false] {
        let memory = AnyStore::new();
        let store = FaultyAdapter::new(memory.clone());
        let system = System::new(store.clone());
        let probe = system.start(probe(inline)).await.expect("a new probe");
        probe.checkpoint().await.expect("it is saved");
        store.always(Call::Write, Fault::Rejected);
        let error = probe
            .stop_with(Stop::deleting_state())
            .await
            .expect_err("the store refuses");
        assert!(matches!(error, StopError::Unsaved { .. }), "{error:?}");
        assert_eq!(memory.len(), 1);
    }
}

// T5: one stop may do without the last save
#[tokio::test]
async fn one_stop_may_not_save() {
    for inline in [true, false] {
        let memory = AnyStore::new();
        let system = System::new(memory.clone());
        let probe = system.start(probe(inline)).await.expect("a new probe");
        probe.note(1).await.expect("it runs");
        probe
            .stop_with(Stop::without_saving())
            .await
            .expect("nothing is to be saved");
        assert!(memory.is_empty());
    }
}
