//! The last save after a write of which the store never said whether it was stored.

use noex::prelude::*;
use noex::testing::{Call, Fault, FaultyAdapter, Gate};

use crate::any_store::AnyStore;
use crate::probe::{Probe, ProbeClient, in_time, poll_once, probe, stored};

/// A probe with a first record.
async fn saved(store: &FaultyAdapter<AnyStore>, inline: bool) -> (System, ProbeClient) {
    let system = System::new(store.clone());
    let probe = system.start(probe(inline)).await.expect("a new probe");
    probe.note(1).await.expect("it runs");
    probe.checkpoint().await.expect("it is saved");
    (system, probe)
}

/// Has a second state stored without the server's ever getting to know.
async fn save_unheard(store: &FaultyAdapter<AnyStore>, probe: &ProbeClient) {
    store.next(Call::Write, Fault::AnsweredTooLate);
    for _ in 0..3 {
        store.next(Call::Load, Fault::Rejected);
    }
    probe.note(2).await.expect("it runs");
    probe.checkpoint().await.expect_err("nobody knows");
    probe.note(3).await.expect("it runs");
}

// T1, P7: the last save replaces what an unclear write has stored after all
#[tokio::test(start_paused = true)]
async fn the_last_save_replaces_what_was_stored_unheard() {
    for inline in [true, false] {
        let store = FaultyAdapter::new(AnyStore::new());
        let (_system, probe) = saved(&store, inline).await;
        save_unheard(&store, &probe).await;
        in_time(probe.stop()).await.expect("it is saved");
        assert_eq!(stored(store.inner()).await, Some(vec![1, 2, 3]));
    }
}

// T4, T5: a deletion deletes what an unclear write has stored after all
#[tokio::test(start_paused = true)]
async fn a_deletion_deletes_what_was_stored_unheard() {
    for inline in [true, false] {
        let store = FaultyAdapter::new(AnyStore::new());
        let (_system, probe) = saved(&store, inline).await;
        save_unheard(&store, &probe).await;
        let stop = probe.stop_with(Stop::deleting_state());
        in_time(stop).await.expect("it is deleted");
        assert!(store.inner().is_empty());
    }
}

// T1, P3: an unclear write that is stored while the last one is on its way does not replace the last state
#[tokio::test(start_paused = true)]
async fn the_last_save_replaces_what_is_stored_late() {
    for inline in [true, false] {
        let store = FaultyAdapter::new(AnyStore::new());
        let (_system, probe) = saved(&store, inline).await;
        let last = Gate::new();
        for fault in [Fault::Delayed, Fault::Lost, Fault::Lost] {
            store.next(Call::Write, fault);
        }
        store.next(Call::Write, Fault::Held(last.clone()));
        probe.note(2).await.expect("it runs");
        probe.checkpoint().await.expect_err("nobody knows");
        probe.note(3).await.expect("it runs");
        let mut stop = Box::pin(probe.stop());
        assert!(poll_once(&mut stop).await.is_none());
        in_time(last.has_waiting(1)).await;
        assert!(store.deliver().await.iter().all(Result::is_ok));
        last.open();
        in_time(stop).await.expect("it is saved");
        assert_eq!(stored(store.inner()).await, Some(vec![1, 2, 3]));
    }
}

// T1, P3: nor does the store keep it where the last state is again the one that was saved before it
#[tokio::test(start_paused = true)]
async fn the_last_save_undoes_what_was_stored_unheard() {
    for inline in [true, false] {
        let store = FaultyAdapter::new(AnyStore::new());
        let (_system, probe) = saved(&store, inline).await;
        save_unheard(&store, &probe).await;
        let back = Box::new(|probe: &mut Probe, _: &mut Cx<Probe>| {
            probe.seen.truncate(1);
            0
        });
        probe.work(back).await.expect("it runs");
        in_time(probe.stop()).await.expect("it is saved");
        assert_eq!(stored(store.inner()).await, Some(vec![1]));
    }
}
