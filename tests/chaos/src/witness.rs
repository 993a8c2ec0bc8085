//! The store's witness: it stands between the faults and the store, and writes down what really took effect.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll, Waker};

use noex::store::{
    Abilities, Claim, Claimed, Key, Loaded, NodeId, Page, Query, StorageAdapter, StoreError, Write,
};
use noex::testing::SharedNode;

use crate::ledger::Ledger;

/// One machine's way to the store.
pub(crate) struct Witness {
    node: SharedNode,
    ledger: Arc<Ledger>,
    severed: AtomicBool,
}

impl Witness {
    pub(crate) fn new(node: SharedNode, ledger: Arc<Ledger>) -> Self {
        Self {
            node,
            ledger,
            severed: AtomicBool::new(false),
        }
    }

    /// Lets nothing through any more: the machine has lost its power.
    pub(crate) fn sever(&self) {
        self.severed.store(true, Ordering::SeqCst);
    }

    fn check(&self) -> Result<(), StoreError> {
        if self.severed.load(Ordering::SeqCst) {
            return Err(StoreError::Closed);
        }
        Ok(())
    }
}

impl StorageAdapter for Witness {
    async fn load(&self, key: &Key) -> Result<Option<Loaded>, StoreError> {
        self.check()?;
        self.node.load(key).await
    }

    async fn write(&self, write: Write) -> Result<(), StoreError> {
        self.check()?;
        self.ledger
            .write(&write, || at_once(self.node.write(write.clone())))
    }

    async fn list(&self, query: Query) -> Result<Page, StoreError> {
        self.check()?;
        self.node.list(query).await
    }

    async fn claim(&self, key: &Key, node: NodeId, by: &str) -> Result<Claimed, StoreError> {
        self.check()?;
        self.ledger
            .claim(key.as_str(), || at_once(self.node.claim(key, node, by)))
    }

    async fn release(&self, key: &Key, claim: Claim) -> Result<(), StoreError> {
        self.check()?;
        self.node.release(key, claim).await
    }

    fn abilities(&self) -> Abilities {
        self.node.abilities()
    }
}

/// The outcome of a future that does not wait.
fn at_once<T>(future: impl Future<Output = T>) -> T {
    let mut future = std::pin::pin!(future);
    match future
        .as_mut()
        .poll(&mut Context::from_waker(Waker::noop()))
    {
        Poll::Ready(output) => output,
        Poll::Pending => unreachable!("a store in memory does not wait"),
    }
}
