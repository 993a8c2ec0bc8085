//! Group commit: a batch is what came while the last one was written.

use std::sync::{Arc, Mutex};

use noex::prelude::*;
use noex::store::{Abilities, Claim, Claimed, Key, Loaded, NodeId, Page, Query, StoreError, Write};
use noex::testing::Gate;

use crate::any_store::AnyStore;
use crate::counter::{begin, spec, system};

/// A store that notes the size of each batch, and holds batches at a gate.
#[derive(Clone)]
pub(crate) struct Batching {
    inner: AnyStore,
    batches: Arc<Mutex<Vec<usize>>>,
    pub(crate) gate: Gate,
}

impl Batching {
    pub(crate) fn new() -> Self {
        Self {
            inner: AnyStore::new(),
            batches: Arc::default(),
            gate: Gate::new(),
        }
    }

    fn note(&self, size: usize) {
        self.batches.lock().expect("nobody panics").push(size);
    }

    pub(crate) fn batches(&self) -> Vec<usize> {
        self.batches.lock().expect("nobody panics").clone()
    }
}

impl StorageAdapter for Batching {
    async fn load(&self, key: &Key) -> Result<Option<Loaded>, StoreError> {
        self.inner.load(key).await
    }

    async fn write(&self, write: Write) -> Result<(), StoreError> {
        self.inner.write(write).await
    }

    async fn write_all(&self, writes: Vec<Write>) -> Vec<Result<(), StoreError>> {
        let keys: std::collections::BTreeSet<_> = writes.iter().map(|write| &write.key).collect();
        assert_eq!(keys.len(), writes.len(), "no key twice in a batch");
        self.note(writes.len());
        self.gate.pass().await;
        self.inner.write_all(writes).await
    }

    async fn list(&self, query: Query) -> Result<Page, StoreError> {
        self.inner.list(query).await
    }

    async fn claim(&self, key: &Key, node: NodeId, by: &str) -> Result<Claimed, StoreError> {
        self.inner.claim(key, node, by).await
    }

    async fn release(&self, key: &Key, claim: Claim) -> Result<(), StoreError> {
        self.inner.release(key, claim).await
    }

    fn abilities(&self) -> Abilities {
        self.inner.abilities()
    }
}

// P11: what comes while a batch is written is the next batch, all of it
#[tokio::test(start_paused = true)]
async fn a_batch_is_what_came_meanwhile() {
    begin();
    let store = Batching::new();
    let system = system(store.clone());
    let mut counters = Vec::new();
    for number in 0..40 {
        let counter = system.start(spec(&number.to_string())).await;
        counters.push(counter.expect("it starts"));
    }
    let mut callers = tokio::task::JoinSet::new();
    for counter in counters {
        let caller = async move { counter.checkpoint().await };
        callers.spawn(caller);
        if store.batches().is_empty() {
            store.gate.has_waiting(1).await;
        }
    }
    for _ in 0..200 {
        tokio::task::yield_now().await;
    }
    assert_eq!(store.batches(), [1]);
    store.gate.open();
    for answer in callers.join_all().await {
        answer.expect("it is saved");
    }
    assert_eq!(store.batches(), [1, 39]);
    assert_eq!(store.inner.len(), 40);
}

// P11: no timer is involved: a lone save is written at once
#[tokio::test(start_paused = true)]
async fn a_lone_save_does_not_wait_for_others() {
    begin();
    let store = Batching::new();
    store.gate.open();
    let system = system(store.clone());
    let counter = system.start(spec("a")).await.expect("it starts");
    let begun = tokio::time::Instant::now();
    counter.checkpoint().await.expect("it is saved");
    assert!(begun.elapsed().is_zero(), "paused time has not moved");
    assert_eq!(store.batches(), [1]);
}

// P11: each save of a batch has an answer of its own
#[tokio::test(start_paused = true)]
async fn each_save_of_a_batch_has_its_own_answer() {
    begin();
    let store = noex::testing::FaultyAdapter::new(AnyStore::new());
    let system = system(store.clone());
    let gate = store.hold(noex::testing::Call::Write);
    let mut callers = Vec::new();
    for name in ["first", "second", "third"] {
        let counter = system.start(spec(name)).await.expect("it starts");
        callers.push(tokio::spawn(async move { counter.checkpoint().await }));
        gate.has_waiting(1).await;
    }
    for _ in 0..50 {
        tokio::task::yield_now().await;
    }
    store.heal();
    store.next(noex::testing::Call::Write, noex::testing::Fault::Rejected);
    gate.open();
    let mut outcomes = Vec::new();
    for caller in callers {
        outcomes.push(caller.await.expect("no panic").is_ok());
    }
    assert_eq!(outcomes, [true, false, true]);
}
