//! A store in front of a store, which fails as it is told to.
//!
//! Nothing here waits for time: whoever is held waits at a [`Gate`], and what is late comes when it is delivered.

mod script;

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::watch;

use super::Gate;
use crate::store::{
    Abilities, Claim, Claimed, Key, Loaded, NodeId, Page, Query, Record, StorageAdapter,
    StoreError, Write,
};
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

    /// What becomes of a call that changes nothing in a way worth losing, or that has no record to damage.
    async fn plainly<T>(
        &self,
        call: Call,
        work: impl Future<Output = Result<T, StoreError>>,
    ) -> Result<T, StoreError> {
        let (fault, _answered) = self.begin(call);
        plainly(fault, work).await
    }

    async fn faulty_write(&self, fault: Fault, write: Write) -> Result<(), StoreError> {
        match fault {
            Fault::Delayed => {
                self.script().undelivered.push(write);
                Err(lost())
            }
            Fault::Doubled => {
                self.script().undelivered.push(write.clone());
                self.inner().write(write).await
            }
            fault => plainly(Some(fault), self.inner().write(write)).await,
        }
    }
}

async fn plainly<T>(
    fault: Option<Fault>,
    work: impl Future<Output = Result<T, StoreError>>,
) -> Result<T, StoreError> {
    match fault {
        Some(Fault::Rejected) => Err(StoreError::rejected("a fault of the test's")),
        Some(Fault::Fails(error)) => Err(error),
        Some(Fault::Lost | Fault::Delayed) => Err(lost()),
        Some(Fault::AnsweredTooLate) => {
            drop(work.await);
            Err(lost())
        }
        Some(Fault::Held(gate)) => {
            gate.pass().await;
            work.await
        }
        Some(Fault::AnswerHeld(gate)) => {
            let result = work.await;
            gate.pass().await;
            result
        }
        Some(Fault::Doubled | Fault::Damaged { .. } | Fault::Torn { .. }) | None => work.await,
    }
}

fn lost() -> StoreError {
    StoreError::uncertain("a fault of the test's")
}

fn damage(record: Option<&mut Record>, fault: Option<&Fault>) {
    let Some(record) = record else { return };
    match fault {
        Some(Fault::Damaged { byte }) => {
            let flip = |(at, found)| if at == *byte { found ^ 1 } else { found };
            record.bytes = record.bytes.iter().copied().enumerate().map(flip).collect();
        }
        Some(Fault::Torn { bytes }) => record.bytes.truncate(*bytes),
        _ => {}
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

impl<A: StorageAdapter> StorageAdapter for FaultyAdapter<A> {
    async fn load(&self, key: &Key) -> Result<Option<Loaded>, StoreError> {
        let (fault, _answered) = self.begin(Call::Load);
        let mut loaded = plainly(fault.clone(), self.inner().load(key)).await?;
        damage(
            loaded.as_mut().map(|loaded| &mut loaded.record),
            fault.as_ref(),
        );
        Ok(loaded)
    }

    async fn write(&self, write: Write) -> Result<(), StoreError> {
        self.count_bytes(&write);
        let (fault, _answered) = self.begin(Call::Write);
        match fault {
            Some(fault) => self.faulty_write(fault, write).await,
            None => self.inner().write(write).await,
        }
    }

    async fn write_all(&self, writes: Vec<Write>) -> Vec<Result<(), StoreError>> {
        if self.script().concerns(Call::Write) {
            let mut results = Vec::with_capacity(writes.len());
            for write in writes {
                results.push(self.write(write).await);
            }
            return results;
        }
        for write in &writes {
            self.count_bytes(write);
        }
        let _answered: Vec<_> = writes.iter().map(|_| self.begin(Call::Write)).collect();
        self.inner().write_all(writes).await
    }

    async fn list(&self, query: Query) -> Result<Page, StoreError> {
        self.plainly(Call::List, self.inner().list(query)).await
    }

    async fn claim(&self, key: &Key, node: NodeId, by: &str) -> Result<Claimed, StoreError> {
        let (fault, _answered) = self.begin(Call::Claim);
        let mut claimed = plainly(fault.clone(), self.inner().claim(key, node, by)).await?;
        damage(claimed.record.as_mut(), fault.as_ref());
        Ok(claimed)
    }

    async fn release(&self, key: &Key, claim: Claim) -> Result<(), StoreError> {
        self.plainly(Call::Release, self.inner().release(key, claim))
            .await
    }

    fn abilities(&self) -> Abilities {
        self.inner().abilities()
    }

    async fn close(&self) -> Result<(), StoreError> {
        self.plainly(Call::Close, self.inner().close()).await
    }
}

#[cfg(test)]
mod tests;
