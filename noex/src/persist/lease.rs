//! A lease: one incarnation's right to write its key, given back once its writes are settled.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};

use tokio::sync::{Notify, oneshot};
use tokio::time::Instant;

use super::account::Account;
use super::age::retry_delay;
use super::held::Hold;
use super::writer::StoreHandle;
use crate::store::{Claim, Key, Revision, StoreError};

/// The claim of one incarnation, and whether a write under it is still on its way.
pub(crate) struct Lease {
    pub(crate) key: Key,
    pub(crate) claim: Claim,
    pub(crate) store: Arc<StoreHandle>,
    writing: AtomicBool,
    /// The server is ending: a failed write is not tried again for ever.
    closing: AtomicBool,
    ended: AtomicBool,
    /// Nothing of it is under way any more.
    left: AtomicBool,
    changed: Notify,
    _hold: Option<Hold>,
    restoration: OnceLock<Restoration>,
    pub(crate) account: Account,
}

/// From what an incarnation was restored, and when.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Restoration {
    pub(crate) revision: Revision,
    pub(crate) at: Instant,
}

impl Lease {
    pub(crate) fn new(
        key: Key,
        claim: Claim,
        store: Arc<StoreHandle>,
        hold: Option<Hold>,
    ) -> Arc<Self> {
        Arc::new(Self {
            key,
            claim,
            store,
            writing: AtomicBool::new(false),
            closing: AtomicBool::new(false),
            ended: AtomicBool::new(false),
            left: AtomicBool::new(false),
            changed: Notify::new(),
            _hold: hold,
            restoration: OnceLock::new(),
            account: Account::default(),
        })
    }

    /// Notes from what its incarnation was restored.
    pub(crate) fn note_restored(&self, restoration: Restoration) {
        let _ = self.restoration.set(restoration);
    }

    pub(crate) fn restoration(&self) -> Option<Restoration> {
        self.restoration.get().copied()
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

    /// Waits for the write on its way, then gives the claim back. If the store does not take it, a task of its own tries
    /// again: nobody else would.
    pub(crate) async fn release(self: &Arc<Self>) {
        self.leave();
        self.wait_until(|lease| !lease.writing.load(Ordering::SeqCst))
            .await;
        if let Err(error) = self.give_back().await {
            tracing::warn!(key = %self.key, %error, "a key could not be given back at once");
            let lease = self.clone();
            self.store
                .runtime
                .spawn(async move { lease.give_back_later().await });
        }
    }

    /// The same, in a task of its own, which goes on whether or not somebody waits for what is returned.
    pub(crate) fn release_when_settled(self: Arc<Self>) -> oneshot::Receiver<()> {
        self.leave();
        let (done, released) = oneshot::channel();
        let store = self.store.clone();
        store.runtime.spawn(async move {
            self.release().await;
            let _ = done.send(());
        });
        released
    }

    /// From here on the next one of the key waits for this lease.
    pub(crate) fn leave(self: &Arc<Self>) {
        self.close();
        if !self.ended.load(Ordering::SeqCst) || self.writing.load(Ordering::SeqCst) {
            self.store.note_leaving(self);
        }
    }

    async fn give_back(&self) -> Result<(), StoreError> {
        if !self.ended.load(Ordering::SeqCst) {
            match self.store.adapter.release(&self.key, self.claim).await {
                // A store that was closed holds no claims.
                Ok(()) | Err(StoreError::Closed) => {}
                Err(error) => return Err(error),
            }
            self.claim_ended();
        }
        self.store.note_left(self);
        self.left.store(true, Ordering::SeqCst);
        self.changed.notify_waiters();
        Ok(())
    }

    async fn give_back_later(&self) {
        for attempt in 0.. {
            tokio::time::sleep(retry_delay(attempt, self.claim.epoch.get())).await;
            if self.give_back().await.is_ok() {
                return;
            }
        }
    }

    /// Ends once the claim was given back.
    pub(super) async fn left(&self) {
        self.wait_until(|lease| lease.left.load(Ordering::SeqCst))
            .await;
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
