//! A store in memory: for tests, and for state that need not outlive the process.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::shelf::Shelf;
use super::{
    Abilities, Claim, Claimed, Durability, Key, Loaded, NodeId, Ownership, Page, Query, Record,
    StorageAdapter, StoreError, Write,
};

/// Keeps records in memory, as bytes like every other store. Clones share one content, which ends with the last of
/// them; closing changes nothing.
///
/// ```
/// use noex::store::{Key, MemoryAdapter, StorageAdapter};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), noex::store::StoreError> {
/// let store = MemoryAdapter::new();
/// assert!(store.load(&Key::new("counter")?).await?.is_none());
/// assert!(store.is_empty());
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Default)]
pub struct MemoryAdapter {
    shelf: Arc<Mutex<Shelf>>,
}

impl MemoryAdapter {
    /// An empty store.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// How many records there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.lock().records().len()
    }

    /// Whether there is no record.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.lock().records().is_empty()
    }

    /// Every record, by key.
    #[must_use]
    pub fn records(&self) -> BTreeMap<Key, Record> {
        self.lock().records().clone()
    }

    /// Deletes every record. As any delete it ends the claims, so that a server which is still running is fenced at
    /// its next save.
    pub fn clear(&self) {
        self.lock().clear();
    }

    fn lock(&self) -> MutexGuard<'_, Shelf> {
        self.shelf.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A store with this content to begin with.
impl FromIterator<(Key, Record)> for MemoryAdapter {
    fn from_iter<I: IntoIterator<Item = (Key, Record)>>(records: I) -> Self {
        Self {
            shelf: Arc::new(Mutex::new(records.into_iter().collect())),
        }
    }
}

impl fmt::Debug for MemoryAdapter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MemoryAdapter")
            .field("len", &self.len())
            .finish()
    }
}

impl StorageAdapter for MemoryAdapter {
    async fn load(&self, key: &Key) -> Result<Option<Loaded>, StoreError> {
        Ok(self.lock().load(key))
    }

    async fn write(&self, write: Write) -> Result<(), StoreError> {
        self.lock().write(write)
    }

    async fn list(&self, query: Query) -> Result<Page, StoreError> {
        Ok(self.lock().list(&query))
    }

    async fn write_all(&self, writes: Vec<Write>) -> Vec<Result<(), StoreError>> {
        let mut content = self.lock();
        writes
            .into_iter()
            .map(|write| content.write(write))
            .collect()
    }

    async fn claim(&self, key: &Key, node: NodeId, by: &str) -> Result<Claimed, StoreError> {
        self.lock().claim(key, node, by)
    }

    async fn release(&self, key: &Key, claim: Claim) -> Result<(), StoreError> {
        self.lock().release(key, claim);
        Ok(())
    }

    fn abilities(&self) -> Abilities {
        Abilities::new(Durability::Memory, "kept in this process alone")
            .ownership(Ownership::Process)
    }
}

#[cfg(test)]
mod tests;
