//! A store in front of a store, which fails as it is told to.
//!
//! Nothing here waits for time: whoever is held waits at a [`Gate`], and what is late comes when it is delivered.

mod effects;
mod script;

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::watch;

use super::Gate;
use crate::store::{StorageAdapter, StoreError, Write};
pub use script::{Call, Fault};
use script::{Counts, Script};

/// Wraps any adapter, counts the calls to it, and does to them what its script says; clones share all of it.
///
/// ```
/// use noex::store::{Key, MemoryAdapter, StorageAdapter, StoreError};
/// use noex::testing::{Call, Fault, FaultyAdapter};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), StoreError> {
/// let store = FaultyAdapter::new(MemoryAdapter::new());
/// store.next(Call::Load, Fault::Rejected);
/// assert!(store.load(&Key::new("cart")?).await.is_err());
/// assert!(store.load(&Key::new("cart")?).await.is_ok());
/// assert_eq!(store.loads(), 2);
/// # Ok(())
/// # }
/// ```
pub struct FaultyAdapter<A> {
    shared: Arc<Shared<A>>,
}

struct Shared<A> {
    inner: A,
    script: Mutex<Script>,
    counts: watch::Sender<Counts>,
}

impl<A: StorageAdapter> FaultyAdapter<A> {
    /// A store that does what `inner` does, until it is told otherwise.
    #[must_use]
    pub fn new(inner: A) -> Self {
        let (script, counts) = (Mutex::default(), watch::Sender::default());
        Self {
            shared: Arc::new(Shared {
                inner,
                script,
                counts,
            }),
        }
    }

    /// The store behind it.
    #[must_use]
    pub fn inner(&self) -> &A {
        &self.shared.inner
    }

    /// Does this to the next call of the kind; said several times, to the ones after it.
    pub fn next(&self, call: Call, fault: Fault) {
        self.script().next(call, fault);
    }

    /// Does this to every call of the kind for which nothing else was said.
    pub fn always(&self, call: Call, fault: Fault) {
        self.script().always(call, fault);
    }

    /// Holds every call of the kind at the gate that is returned.
    #[must_use]
    pub fn hold(&self, call: Call) -> Gate {
        let gate = Gate::new();
        self.always(call, Fault::Held(gate.clone()));
        gate
    }

    /// Forgets every fault that has not happened yet.
    pub fn heal(&self) {
        self.script().heal();
    }

    /// How many writes are yet to be delivered.
    #[must_use]
    pub fn undelivered(&self) -> usize {
        self.script().undelivered.len()
    }

    /// Delivers the writes that were delayed or doubled, oldest first, and says what the store made of each.
    pub async fn deliver(&self) -> Vec<Result<(), StoreError>> {
        let writes = std::mem::take(&mut self.script().undelivered);
        let mut results = Vec::with_capacity(writes.len());
        for write in writes {
            results.push(self.inner().write(write).await);
        }
        results
    }

    /// How many calls of the kind were begun; a batch counts each of its writes.
    #[must_use]
    pub fn calls(&self, call: Call) -> usize {
        self.shared.counts.borrow().begun(call)
    }

    /// How many writes were begun.
    #[must_use]
    pub fn writes(&self) -> usize {
        self.calls(Call::Write)
    }

    /// How many loads were begun; a claim is none.
    #[must_use]
    pub fn loads(&self) -> usize {
        self.calls(Call::Load)
    }

    /// How many bytes of records were to be written.
    #[must_use]
    pub fn bytes(&self) -> usize {
        self.shared.counts.borrow().bytes
    }

    /// Waits until this many calls of the kind were answered.
    pub async fn answered(&self, call: Call, count: usize) {
        let mut counts = self.shared.counts.subscribe();
        // The sender is held by `self`, so the channel outlives the wait.
        drop(
            counts
                .wait_for(|counts| counts.answered(call) >= count)
                .await,
        );
    }

    fn script(&self) -> MutexGuard<'_, Script> {
        self.shared
            .script
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    fn count_bytes(&self, write: &Write) {
        let size = write.record.as_ref().map_or(0, |record| record.bytes.len());
        self.shared
            .counts
            .send_modify(|counts| counts.bytes += size);
    }

    fn begin(&self, call: Call) -> (Option<Fault>, Answered<'_>) {
        self.shared.counts.send_modify(|counts| counts.begin(call));
        (
            self.script().take(call),
            Answered {
                counts: &self.shared.counts,
                call,
            },
        )
    }
}

struct Answered<'a> {
    counts: &'a watch::Sender<Counts>,
    call: Call,
}

impl Drop for Answered<'_> {
    fn drop(&mut self) {
        self.counts.send_modify(|counts| counts.answer(self.call));
    }
}

impl<A> Clone for FaultyAdapter<A> {
    fn clone(&self) -> Self {
        Self {
            shared: Arc::clone(&self.shared),
        }
    }
}

impl<A: fmt::Debug> fmt::Debug for FaultyAdapter<A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FaultyAdapter")
            .field("inner", &self.shared.inner)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
