//! The trait every store implements.

use std::sync::Arc;

use super::{
    Abilities, Claim, Claimed, Epoch, Key, Loaded, NodeId, Page, Query, StoreError, Write,
};

/// A store of records by key.
///
/// Calls for one key take effect in the order in which their futures were first polled, those that were dropped
/// unfinished too. A clone, or an `Arc` of an adapter, is the same store.
///
/// The three methods without a default are enough for a store that keeps no claims; `async fn` implements them. The
/// guide's page [`adapters`](crate::guide::adapters) has one that keeps claims and outlives its process, and says how
/// to have it judged.
///
/// ```
/// use std::{collections::BTreeMap, sync::Mutex};
/// use noex::store::{Key, Loaded, Page, Query, Record, StorageAdapter, StoreError, Write};
///
/// #[derive(Default)]
/// struct Shelf(Mutex<BTreeMap<Key, Record>>);
///
/// impl StorageAdapter for Shelf {
///     async fn load(&self, key: &Key) -> Result<Option<Loaded>, StoreError> {
///         Ok(self.0.lock().unwrap().get(key).cloned().map(Loaded::new))
///     }
///
///     async fn write(&self, write: Write) -> Result<(), StoreError> {
///         let mut records = self.0.lock().unwrap();
///         let found = records.get(&write.key).map(|record| record.revision);
///         if found != write.expected {
///             return Err(StoreError::conflict(&write.key, found));
///         }
///         match write.record {
///             Some(record) => records.insert(write.key, record),
///             None => records.remove(&write.key),
///         };
///         Ok(())
///     }
///
///     async fn list(&self, query: Query) -> Result<Page, StoreError> {
///         let records = self.0.lock().unwrap();
///         let keys = records.keys().filter(|key| key.as_str().starts_with(&*query.prefix));
///         Ok(Page::new(keys.cloned().collect(), None))
///     }
/// }
/// ```
pub trait StorageAdapter: Send + Sync + 'static {
    /// The newest acknowledged record: never a replica's or a cache's.
    ///
    /// # Cancel safety
    /// Dropping the future loses nothing.
    fn load(&self, key: &Key) -> impl Future<Output = Result<Option<Loaded>, StoreError>> + Send;

    /// Replaces the `expected` revision by the record (none deletes), or changes nothing. Once it has returned, the
    /// change is as durable as [`abilities`](Self::abilities) says.
    ///
    /// A write that was [`Uncertain`](StoreError::Uncertain) and turns out to be stored may have left its claim
    /// standing, though it was to end it; giving the claim back is right in either case.
    ///
    /// # Cancel safety
    /// A write that was polled once may take effect after its future was dropped.
    fn write(&self, write: Write) -> impl Future<Output = Result<(), StoreError>> + Send;

    /// The keys with a prefix, in pages. A key stored from the first page to the last is given exactly once.
    ///
    /// # Cancel safety
    /// Dropping the future loses nothing.
    fn list(&self, query: Query) -> impl Future<Output = Result<Page, StoreError>> + Send;

    /// Writes to different keys, each of which succeeds or fails by itself: one result for each, in order.
    ///
    /// By default one after the other. No key comes twice.
    ///
    /// # Cancel safety
    /// Each of the writes may take effect, or not, after the future was dropped.
    fn write_all(
        &self,
        writes: Vec<Write>,
    ) -> impl Future<Output = Vec<Result<(), StoreError>>> + Send {
        async move {
            let mut results = Vec::with_capacity(writes.len());
            for write in writes {
                results.push(self.write(write).await);
            }
            results
        }
    }

    /// Takes the right to write a key and loads its record in one step; `by` says who holds it, for others to read.
    /// Whoever comes while it is held, the same node included, is refused with [`StoreError::Held`].
    ///
    /// By default the epoch after the stored one, with nobody refused ([`Ownership::Unchecked`](super::Ownership)).
    ///
    /// # Cancel safety
    /// A claim that was polled once may be held after its future was dropped.
    fn claim(
        &self,
        key: &Key,
        node: NodeId,
        by: &str,
    ) -> impl Future<Output = Result<Claimed, StoreError>> + Send {
        let _ = by;
        async move {
            let record = self.load(key).await?.map(|loaded| loaded.record);
            let stored = record
                .as_ref()
                .map_or(Epoch::default(), |record| record.revision.epoch);
            Ok(Claimed::new(Claim::new(node, stored.next()), record))
        }
    }

    /// Gives a claim back without writing; a claim that no longer stands is none to give back, and no error.
    ///
    /// # Cancel safety
    /// The claim may end after the future was dropped.
    fn release(
        &self,
        key: &Key,
        claim: Claim,
    ) -> impl Future<Output = Result<(), StoreError>> + Send {
        let _ = (key, claim);
        async { Ok(()) }
    }

    /// What the store can promise, as found when it was opened.
    fn abilities(&self) -> Abilities {
        Abilities::default()
    }

    /// Finishes what was begun and gives everything back; closing twice is fine. What is called afterwards works, or
    /// fails with [`StoreError::Closed`].
    ///
    /// # Cancel safety
    /// The store may be closed after the future was dropped.
    fn close(&self) -> impl Future<Output = Result<(), StoreError>> + Send {
        async { Ok(()) }
    }
}

impl<T: StorageAdapter> StorageAdapter for Arc<T> {
    fn load(&self, key: &Key) -> impl Future<Output = Result<Option<Loaded>, StoreError>> + Send {
        (**self).load(key)
    }

    fn write(&self, write: Write) -> impl Future<Output = Result<(), StoreError>> + Send {
        (**self).write(write)
    }

    fn list(&self, query: Query) -> impl Future<Output = Result<Page, StoreError>> + Send {
        (**self).list(query)
    }

    fn write_all(
        &self,
        writes: Vec<Write>,
    ) -> impl Future<Output = Vec<Result<(), StoreError>>> + Send {
        (**self).write_all(writes)
    }

    fn claim(
        &self,
        key: &Key,
        node: NodeId,
        by: &str,
    ) -> impl Future<Output = Result<Claimed, StoreError>> + Send {
        (**self).claim(key, node, by)
    }

    fn release(
        &self,
        key: &Key,
        claim: Claim,
    ) -> impl Future<Output = Result<(), StoreError>> + Send {
        (**self).release(key, claim)
    }

    fn abilities(&self) -> Abilities {
        (**self).abilities()
    }

    fn close(&self) -> impl Future<Output = Result<(), StoreError>> + Send {
        (**self).close()
    }
}
