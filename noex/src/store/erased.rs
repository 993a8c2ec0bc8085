//! One type for every store: the adapter trait once more, with boxed futures.

use std::pin::Pin;
use std::sync::Arc;

use super::{
    Abilities, Claim, Claimed, Key, Loaded, NodeId, Page, Query, StorageAdapter, StoreError, Write,
};

/// Any store, as the runtime holds it.
pub(crate) type Store = Arc<dyn ErasedAdapter>;

/// Makes any adapter a [`Store`].
pub(crate) fn erase(adapter: impl StorageAdapter) -> Store {
    Arc::new(adapter)
}

type Answer<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// [`StorageAdapter`] for trait objects, see there what each method means; the runtime writes in batches alone.
pub(crate) trait ErasedAdapter: Send + Sync + 'static {
    fn load<'a>(&'a self, key: &'a Key) -> Answer<'a, Result<Option<Loaded>, StoreError>>;
    fn list(&self, query: Query) -> Answer<'_, Result<Page, StoreError>>;
    fn write_all(&self, writes: Vec<Write>) -> Answer<'_, Vec<Result<(), StoreError>>>;
    fn claim<'a>(
        &'a self,
        key: &'a Key,
        node: NodeId,
        by: &'a str,
    ) -> Answer<'a, Result<Claimed, StoreError>>;
    fn release<'a>(&'a self, key: &'a Key, claim: Claim) -> Answer<'a, Result<(), StoreError>>;
    fn abilities(&self) -> Abilities;
    #[allow(dead_code, reason = "so far the end of the last clone closes a store")]
    fn close(&self) -> Answer<'_, Result<(), StoreError>>;
}

impl<A: StorageAdapter> ErasedAdapter for A {
    fn load<'a>(&'a self, key: &'a Key) -> Answer<'a, Result<Option<Loaded>, StoreError>> {
        Box::pin(StorageAdapter::load(self, key))
    }

    fn list(&self, query: Query) -> Answer<'_, Result<Page, StoreError>> {
        Box::pin(StorageAdapter::list(self, query))
    }

    fn write_all(&self, writes: Vec<Write>) -> Answer<'_, Vec<Result<(), StoreError>>> {
        Box::pin(StorageAdapter::write_all(self, writes))
    }

    fn claim<'a>(
        &'a self,
        key: &'a Key,
        node: NodeId,
        by: &'a str,
    ) -> Answer<'a, Result<Claimed, StoreError>> {
        Box::pin(StorageAdapter::claim(self, key, node, by))
    }

    fn release<'a>(&'a self, key: &'a Key, claim: Claim) -> Answer<'a, Result<(), StoreError>> {
        Box::pin(StorageAdapter::release(self, key, claim))
    }

    fn abilities(&self) -> Abilities {
        StorageAdapter::abilities(self)
    }

    fn close(&self) -> Answer<'_, Result<(), StoreError>> {
        Box::pin(StorageAdapter::close(self))
    }
}
