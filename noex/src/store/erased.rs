//! One type for every store: the adapter trait once more, with boxed futures.
//!
//! A store that panics has not answered: that is an error like any other, and whoever asked goes on.

use std::future::poll_fn;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::Poll;

use super::{
    Abilities, Claim, Claimed, Key, Loaded, NodeId, Page, Query, StorageAdapter, StoreError, Write,
};
use crate::contain::contained;

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
    fn close(&self) -> Answer<'_, Result<(), StoreError>>;
}

impl<A: StorageAdapter> ErasedAdapter for A {
    fn load<'a>(&'a self, key: &'a Key) -> Answer<'a, Result<Option<Loaded>, StoreError>> {
        Box::pin(answer(move || StorageAdapter::load(self, key)))
    }

    fn list(&self, query: Query) -> Answer<'_, Result<Page, StoreError>> {
        Box::pin(answer(move || StorageAdapter::list(self, query)))
    }

    fn write_all(&self, writes: Vec<Write>) -> Answer<'_, Vec<Result<(), StoreError>>> {
        let count = writes.len();
        Box::pin(async move {
            let answered = unpanicked(|| StorageAdapter::write_all(self, writes)).await;
            let mut answers = answered.unwrap_or_else(|error| vec![Err(error); count]);
            answers.resize_with(count, || {
                Err(StoreError::uncertain("the store left the write unanswered"))
            });
            answers
        })
    }

    fn claim<'a>(
        &'a self,
        key: &'a Key,
        node: NodeId,
        by: &'a str,
    ) -> Answer<'a, Result<Claimed, StoreError>> {
        Box::pin(answer(move || StorageAdapter::claim(self, key, node, by)))
    }

    fn release<'a>(&'a self, key: &'a Key, claim: Claim) -> Answer<'a, Result<(), StoreError>> {
        Box::pin(answer(move || StorageAdapter::release(self, key, claim)))
    }

    fn abilities(&self) -> Abilities {
        StorageAdapter::abilities(self)
    }

    fn close(&self) -> Answer<'_, Result<(), StoreError>> {
        Box::pin(answer(move || StorageAdapter::close(self)))
    }
}

async fn answer<T, F>(ask: impl FnOnce() -> F) -> Result<T, StoreError>
where
    F: Future<Output = Result<T, StoreError>>,
{
    unpanicked(ask).await?
}

/// What a call to a store returns, unless it panics: at once or on being polled.
async fn unpanicked<F: Future>(ask: impl FnOnce() -> F) -> Result<F::Output, StoreError> {
    let mut asked = pin!(contained(ask).map_err(|message| panicked(&message))?);
    poll_fn(|cx| match contained(|| asked.as_mut().poll(cx)) {
        Ok(poll) => poll.map(Ok),
        Err(message) => Poll::Ready(Err(panicked(&message))),
    })
    .await
}

fn panicked(message: &str) -> StoreError {
    StoreError::uncertain(format!("the store panicked: {message}"))
}
