//! The writer: the one way from servers to a store. What comes while a batch is being written is the next batch.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

use tokio::sync::{oneshot, watch};

use super::held::{Held, Hold, KeepsOut};
use super::lease::Lease;
use crate::store::{Key, NodeId, Ownership, Store, StoreError, Write};
use crate::sync::Runtime;

/// A store as a system holds it.
pub(crate) struct StoreHandle {
    pub(crate) adapter: Store,
    pub(crate) node: NodeId,
    pub(super) runtime: Runtime,
    ownership: Ownership,
    /// Who holds a key; none where the store keeps that itself.
    held: Option<Arc<Held>>,
    waiting: Mutex<Waiting>,
    /// The leases that are being given back; a runtime that is shut down leaves some behind.
    leaving: Mutex<HashMap<Key, Weak<Lease>>>,
    /// The claims on their way to the store: what ends with each of them.
    claiming: Mutex<HashMap<Key, watch::Receiver<()>>>,
}

/// The only claim of a key on its way; dropped once its answer is somebody's, or was given back.
pub(crate) struct Claiming {
    store: Arc<StoreHandle>,
    key: Key,
    _until: watch::Sender<()>,
}

impl Drop for Claiming {
    fn drop(&mut self) {
        self.store.claiming().remove(&self.key);
    }
}

#[derive(Default)]
struct Waiting {
    writes: Vec<Submitted>,
    /// Whether a task is committing batches.
    committing: bool,
}

struct Submitted {
    write: Write,
    result: oneshot::Sender<Result<(), StoreError>>,
}

impl StoreHandle {
    pub(crate) fn new(adapter: Store, node: NodeId, runtime: Runtime) -> Arc<Self> {
        let ownership = adapter.abilities().ownership;
        Arc::new(Self {
            ownership,
            held: (ownership == Ownership::Unchecked).then(Arc::default),
            adapter,
            node,
            runtime,
            waiting: Mutex::default(),
            leaving: Mutex::default(),
            claiming: Mutex::default(),
        })
    }

    /// Who the store lets write a key.
    pub(crate) fn ownership(&self) -> Ownership {
        self.ownership
    }

    /// Notes that a server is about to claim `key`, where the store does not keep claims.
    pub(crate) async fn hold(&self, key: &Key) -> Option<Hold> {
        match &self.held {
            Some(held) => Some(held.hold(key).await),
            None => None,
        }
    }

    /// Lets no server claim a key for a while, where the store does not keep claims.
    pub(crate) async fn keep_out(&self) -> Option<KeepsOut<'_>> {
        match &self.held {
            Some(held) => Some(held.keep_out().await),
            None => None,
        }
    }

    /// Whether a server of this system is known to hold `key` although the store does not say so.
    pub(crate) fn is_held(&self, key: &Key) -> bool {
        self.held.as_ref().is_some_and(|held| held.is_held(key))
    }

    /// Writes with the next batch.
    ///
    /// # Errors
    ///
    /// What the store answered; `Uncertain` where it gave no answer.
    pub(crate) async fn write(self: &Arc<Self>, write: Write) -> Result<(), StoreError> {
        answer_of(self.submit(write)).await
    }

    /// Deletes the record of a key that no server of this system has, once it was given back; whether there was one.
    pub(crate) async fn delete_stored(self: &Arc<Self>, key: &Key) -> Result<bool, StoreError> {
        let _turn = self.turn_to_claim(key).await;
        let Some(loaded) = self.adapter.load(key).await? else {
            return Ok(false);
        };
        let delete = Write::delete(key.clone(), loaded.record.revision);
        self.write(delete).await?;
        Ok(true)
    }

    /// Writes with the next batch, all of them: one answer for each, in order.
    pub(crate) async fn write_all(
        self: &Arc<Self>,
        writes: Vec<Write>,
    ) -> Vec<Result<(), StoreError>> {
        let submitted: Vec<_> = writes.into_iter().map(|write| self.submit(write)).collect();
        let mut answers = Vec::with_capacity(submitted.len());
        for answer in submitted {
            answers.push(answer_of(answer).await);
        }
        answers
    }

    /// Waits until whoever had the key in this system, and is over, has given it back, also where its claim is still on
    /// the way; then nobody else's claim is.
    pub(crate) async fn turn_to_claim(self: &Arc<Self>, key: &Key) -> Claiming {
        loop {
            self.given_back(key).await;
            match self.begin_claim(key) {
                Ok(turn) => return turn,
                // It ends when its sender is dropped, and with it the other one's turn.
                Err(mut other) => drop(other.changed().await),
            }
        }
    }

    fn begin_claim(self: &Arc<Self>, key: &Key) -> Result<Claiming, watch::Receiver<()>> {
        let mut claiming = self.claiming();
        if let Some(other) = claiming.get(key) {
            return Err(other.clone());
        }
        let (until, ended) = watch::channel(());
        claiming.insert(key.clone(), ended);
        Ok(Claiming {
            store: self.clone(),
            key: key.clone(),
            _until: until,
        })
    }

    fn claiming(&self) -> MutexGuard<'_, HashMap<Key, watch::Receiver<()>>> {
        self.claiming.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits until whoever had the key in this system, and is over, has given it back.
    pub(crate) async fn given_back(&self, key: &Key) {
        loop {
            let leaving = self.leaving().get(key).and_then(Weak::upgrade);
            match leaving {
                Some(lease) => lease.left().await,
                None => return,
            }
        }
    }

    pub(super) fn note_leaving(&self, lease: &Arc<Lease>) {
        self.leaving()
            .insert(lease.key.clone(), Arc::downgrade(lease));
    }

    pub(super) fn note_left(&self, lease: &Lease) {
        let mut leaving = self.leaving();
        let is_it = |left: &Weak<Lease>| std::ptr::eq(left.as_ptr(), lease);
        if leaving.get(&lease.key).is_some_and(is_it) {
            leaving.remove(&lease.key);
        }
    }

    fn leaving(&self) -> MutexGuard<'_, HashMap<Key, Weak<Lease>>> {
        self.leaving.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn submit(self: &Arc<Self>, write: Write) -> oneshot::Receiver<Result<(), StoreError>> {
        let (result, answer) = oneshot::channel();
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        waiting.writes.push(Submitted { write, result });
        if !std::mem::replace(&mut waiting.committing, true) {
            let store = self.clone();
            self.runtime
                .spawn(async move { store.commit_batches().await });
        }
        answer
    }

    async fn commit_batches(&self) {
        let committing = Committing { store: self };
        while let Some(batch) = self.next_batch() {
            let (writes, results): (Vec<_>, Vec<_>) = batch
                .into_iter()
                .map(|submitted| (submitted.write, submitted.result))
                .unzip();
            let answers = self.adapter.write_all(writes).await;
            for (result, answer) in results.into_iter().zip(answers) {
                // Whoever submitted the write may have been dropped with its runtime.
                let _ = result.send(answer);
            }
        }
        std::mem::forget(committing);
    }

    /// What has come meanwhile; with nothing, the task ends.
    fn next_batch(&self) -> Option<Vec<Submitted>> {
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        waiting.committing = !waiting.writes.is_empty();
        waiting
            .committing
            .then(|| std::mem::take(&mut waiting.writes))
    }
}

async fn answer_of(answer: oneshot::Receiver<Result<(), StoreError>>) -> Result<(), StoreError> {
    answer
        .await
        .unwrap_or_else(|_| Err(StoreError::uncertain("the store gave no answer")))
}

/// Lets the next write start a new task if an adapter panicked under this one.
struct Committing<'a> {
    store: &'a StoreHandle,
}

impl Drop for Committing<'_> {
    fn drop(&mut self) {
        let mut waiting = self
            .store
            .waiting
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        waiting.committing = false;
        waiting.writes.clear();
    }
}
