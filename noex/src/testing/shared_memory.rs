//! A store in memory that two systems use as two machines would.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::store::shelf::Shelf;
use crate::store::{
    Abilities, Claim, Claimed, Durability, Key, Loaded, NodeId, Ownership, Page, Query, Record,
    StorageAdapter, StoreError, Write,
};

/// The store all nodes reach.
///
/// ```
/// use noex::store::{Key, NodeId, StorageAdapter, StoreError};
/// use noex::testing::SharedMemory;
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), StoreError> {
/// let shared = SharedMemory::new();
/// let (here, there) = (shared.node(), shared.node());
/// let key = Key::new("cart")?;
/// let claimed = here.claim(&key, NodeId::new(1), "cart on the first machine").await?;
/// assert!(there.claim(&key, NodeId::new(2), "cart on the second").await.is_err());
///
/// let taken = shared.take_over(&key, NodeId::new(2), "cart on the second");
/// assert!(taken.claim.epoch > claimed.claim.epoch);
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Default)]
pub struct SharedMemory {
    shelf: Arc<Mutex<Shelf>>,
}

impl SharedMemory {
    /// An empty store.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// One machine's way to the store.
    #[must_use]
    pub fn node(&self) -> SharedNode {
        SharedNode {
            shared: self.clone(),
        }
    }

    /// Gives a key to another server, whoever holds it: what happens when a lease runs out unnoticed.
    #[must_use]
    pub fn take_over(&self, key: &Key, node: NodeId, by: &str) -> Claimed {
        self.lock().take_over(key, node, by)
    }

    /// Ends the claim on a key, whoever holds it.
    pub fn end_claim(&self, key: &Key) {
        self.lock().end_claim(key);
    }

    /// Who holds a key.
    #[must_use]
    pub fn holder(&self, key: &Key) -> Option<crate::store::Holder> {
        self.lock().holder(key)
    }

    /// Every record, by key.
    #[must_use]
    pub fn records(&self) -> BTreeMap<Key, Record> {
        self.lock().records().clone()
    }

    fn lock(&self) -> MutexGuard<'_, Shelf> {
        self.shelf.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for SharedMemory {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SharedMemory")
            .field("records", &self.lock().records().len())
            .finish()
    }
}

/// The adapter of one machine; see [`SharedMemory`].
#[derive(Debug, Clone)]
pub struct SharedNode {
    shared: SharedMemory,
}

impl StorageAdapter for SharedNode {
    async fn load(&self, key: &Key) -> Result<Option<Loaded>, StoreError> {
        Ok(self.shared.lock().load(key))
    }

    async fn write(&self, write: Write) -> Result<(), StoreError> {
        self.shared.lock().write(write)
    }

    async fn list(&self, query: Query) -> Result<Page, StoreError> {
        Ok(self.shared.lock().list(&query))
    }

    async fn claim(&self, key: &Key, node: NodeId, by: &str) -> Result<Claimed, StoreError> {
        self.shared.lock().claim(key, node, by)
    }

    async fn release(&self, key: &Key, claim: Claim) -> Result<(), StoreError> {
        self.shared.lock().release(key, claim);
        Ok(())
    }

    fn abilities(&self) -> Abilities {
        Abilities::new(
            Durability::Memory,
            "kept in this process alone, shared by its nodes",
        )
        .ownership(Ownership::Shared)
    }
}

#[cfg(test)]
mod tests;
