//! Stores that break their contract under a running server: they panic, or answer too little.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use noex::StartError;
use noex::prelude::*;
use noex::store::{
    Abilities, Claim, Claimed, Key, Loaded, NodeId, Page, Query, StorageAdapter, StoreError, Write,
};
use noex::testing::{Call, Fault, FaultyAdapter};

use crate::any_store::AnyStore;
use crate::probe::{in_time, probe, stored};

/// Panics in the next calls of a kind, as often as it is told.
#[derive(Clone)]
struct Panicking {
    inner: FaultyAdapter<AnyStore>,
    call: Call,
    left: Arc<AtomicU32>,
}

impl Panicking {
    fn in_next(call: Call) -> Self {
        Self {
            inner: FaultyAdapter::new(AnyStore::new()),
            call,
            left: Arc::default(),
        }
    }

    fn arm(&self) {
        self.left.store(1, Ordering::SeqCst);
    }

    fn step(&self, call: Call) {
        let armed = call == self.call && self.left.swap(0, Ordering::SeqCst) > 0;
        assert!(!armed, "the store was told to panic");
    }
}

impl StorageAdapter for Panicking {
    // Its body runs before there is a future.
    fn load(&self, key: &Key) -> impl Future<Output = Result<Option<Loaded>, StoreError>> + Send {
        self.step(Call::Load);
        self.inner.load(key)
    }

    async fn write(&self, write: Write) -> Result<(), StoreError> {
        self.step(Call::Write);
        self.inner.write(write).await
    }

    async fn list(&self, query: Query) -> Result<Page, StoreError> {
        self.step(Call::List);
        self.inner.list(query).await
    }

    async fn claim(&self, key: &Key, node: NodeId, by: &str) -> Result<Claimed, StoreError> {
        self.step(Call::Claim);
        self.inner.claim(key, node, by).await
    }

    async fn release(&self, key: &Key, claim: Claim) -> Result<(), StoreError> {
        self.step(Call::Release);
        self.inner.release(key, claim).await
    }

    fn abilities(&self) -> Abilities {
        self.inner.abilities()
    }
}

// P7: a store that panics over a write, or on being asked what became of it, does not end the saving
#[tokio::test(start_paused = true)]
async fn a_store_that_panics_is_written_to_again() {
    for call in [Call::Load, Call::Write] {
        let store = Panicking::in_next(call);
        let system = System::new(store.clone());
        let probe = system.start(probe(true)).await.expect("a new probe");
        store.inner.next(Call::Write, Fault::AnsweredTooLate);
        store.arm();
        probe.note(1).await.expect("it runs");
        in_time(probe.checkpoint()).await.ok();
        probe.note(2).await.expect("it runs");
        let settled = in_time(async {
            while probe.checkpoint().await.is_err() {
                tokio::time::sleep(std::time::Duration::from_secs(1)).await;
            }
        });
        settled.await;
        in_time(probe.stop()).await.expect("it is saved");
        assert_eq!(stored(store.inner.inner()).await, Some(vec![1, 2]));
    }
}

// S4: a store that panics over a claim fails the start, with an error that says so
#[tokio::test(start_paused = true)]
async fn a_store_that_panics_over_a_claim_fails_the_start() {
    let store = Panicking::in_next(Call::Claim);
    let system = System::new(store.clone());
    store.arm();
    let start = system.start(probe(true)).await;
    let Err(StartError::Restore { source }) = start else {
        panic!("it could not have been restored: {start:?}");
    };
    let text = format!("{source:?}");
    assert!(text.contains("told to panic"), "{text}");
    system
        .start(probe(true))
        .await
        .expect("the next claim is good");
}

// T1: a key that could not be given back at once is given back all the same
#[tokio::test(start_paused = true)]
async fn a_key_is_given_back_in_the_end() {
    let store = Panicking::in_next(Call::Release);
    let system = System::new(store.clone());
    for panics in [true, false] {
        // Nothing is written at the end, so the key has to be given back by itself.
        let quiet = probe(true).persist(noex::PersistOptions::new().save_on_stop(false));
        let probe = system.start(quiet).await.expect("the key is free");
        if panics {
            store.arm();
        } else {
            store.inner.next(Call::Release, Fault::Rejected);
            store.inner.next(Call::Release, Fault::Lost);
        }
        in_time(probe.stop()).await.expect("it stops");
    }
    system.start(probe(true)).await.expect("the key is free");
}
