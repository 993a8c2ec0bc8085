//! A lease: one incarnation's right to write its key, given back once its writes are settled.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use tokio::sync::{Notify, oneshot};

use super::writer::StoreHandle;
use crate::store::{Claim, Key};

/// The claim of one incarnation, and whether a write under it is still on its way.
pub(crate) struct Lease {
    pub(crate) key: Key,
    pub(crate) claim: Claim,
    pub(crate) store: Arc<StoreHandle>,
    writing: AtomicBool,
    /// The server is ending: a failed write is not tried again for ever.
    closing: AtomicBool,
    ended: AtomicBool,
    changed: Notify,
}

impl Lease {
    pub(crate) fn new(key: Key, claim: Claim, store: Arc<StoreHandle>) -> Arc<Self> {
        Arc::new(Self {
            key,
            claim,
            store,
            writing: AtomicBool::new(false),
            closing: AtomicBool::new(false),
            ended: AtomicBool::new(false),
            changed: Notify::new(),
        })
    }

    pub(crate) fn begin_write(&self) {
        self.writing.store(true, Ordering::SeqCst);
    }

    pub(crate) fn end_write(&self) {
        self.writing.store(false, Ordering::SeqCst);
        self.changed.notify_waiters();
    }

    /// The claim has ended with a last write or a deletion, or belongs to another.
    pub(super) fn claim_ended(&self) {
        self.ended.store(true, Ordering::SeqCst);
    }

    pub(crate) fn close(&self) {
        self.closing.store(true, Ordering::SeqCst);
        self.changed.notify_waiters();
    }

    /// From here on a failed write is tried again for as long as the server lives.
    pub(crate) fn reopen(&self) {
        self.closing.store(false, Ordering::SeqCst);
    }

    /// Ends once the server is ending.
    pub(super) async fn closing(&self) {
        self.wait_until(|lease| lease.closing.load(Ordering::SeqCst))
            .await;
    }

    pub(super) fn is_closing(&self) -> bool {
        self.closing.load(Ordering::SeqCst)
    }

    /// Waits for the write on its way, then gives the claim back.
    pub(crate) async fn release(&self) {
        self.close();
        self.wait_until(|lease| !lease.writing.load(Ordering::SeqCst))
            .await;
        if self.ended.swap(true, Ordering::SeqCst) {
            return;
        }
        if let Err(error) = self.store.adapter.release(&self.key, self.claim).await {
            tracing::warn!(key = %self.key, %error, "a key could not be given back");
        }
    }

    /// The same, in a task of its own, which goes on whether or not somebody waits for what is returned.
    pub(crate) fn release_when_settled(self: Arc<Self>) -> oneshot::Receiver<()> {
        let (done, released) = oneshot::channel();
        let store = self.store.clone();
        store.runtime.spawn(async move {
            self.release().await;
            let _ = done.send(());
        });
        released
    }

    async fn wait_until(&self, condition: impl Fn(&Self) -> bool) {
        loop {
            let changed = self.changed.notified();
            if condition(self) {
                return;
            }
            changed.await;
        }
    }
}
