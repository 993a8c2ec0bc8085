//! The right of an operator to change one record: claimed like a server's, given back whatever happens.

use std::sync::Arc;

use super::OPERATOR;
use crate::persist::held::KeepsOut;
use crate::persist::lease::Lease;
use crate::persist::settle::{self, Before, Settled};
use crate::persist::writer::StoreHandle;
use crate::store::{Claim, Epoch, Holder, Key, NodeId, Record, StoreError, Write};

/// A key that no server has meanwhile.
pub(super) struct Held<'a> {
    pub(super) store: &'a Arc<StoreHandle>,
    /// What is stored under it.
    pub(super) record: Option<Record>,
    lease: Releases,
    /// Where the store keeps no claims.
    _keeps_out: Option<KeepsOut<'a>>,
}

/// Gives the claim back, also where an adapter panics.
struct Releases {
    lease: Arc<Lease>,
    is_over: bool,
}

/// Claims `key`, unless a server has it.
pub(super) async fn hold<'a>(
    store: &'a Arc<StoreHandle>,
    key: &Key,
) -> Result<Held<'a>, StoreError> {
    store.given_back(key).await;
    let keeps_out = store.keep_out().await;
    if store.is_held(key) {
        return Err(held_here(key, store.node));
    }
    let claimed = store.adapter.claim(key, store.node, OPERATOR).await?;
    let lease = Lease::new(key.clone(), claimed.claim, store.clone(), None);
    // What fails is told soon, instead of being tried for ever, and who starts meanwhile waits.
    lease.leave();
    Ok(Held {
        store,
        record: claimed.record,
        lease: Releases {
            lease,
            is_over: false,
        },
        _keeps_out: keeps_out,
    })
}

/// What a store with claims would say.
fn held_here(key: &Key, node: NodeId) -> StoreError {
    let claim = Claim::new(node, Epoch::default());
    StoreError::Held {
        key: key.clone(),
        holder: Holder::new(claim, "a live server of this system"),
    }
}

impl Held<'_> {
    pub(super) fn lease(&self) -> &Arc<Lease> {
        &self.lease.lease
    }

    /// Makes the one change for which it is held, and ends the claim with it.
    pub(super) async fn write(
        &self,
        write: Write,
        random: impl Fn() -> u64,
    ) -> Result<(), StoreError> {
        let lease = self.lease();
        let write = write.under(lease.claim).last();
        match settle::write(lease, write, Before::default(), random, drop).await {
            Settled::Saved => Ok(()),
            Settled::Failed { error, unclear } => Err(match unclear {
                Some(_) if !error.is_uncertain() => StoreError::uncertain(error),
                _ => error,
            }),
            Settled::Fenced => Err(StoreError::claim_conflict(&lease.key, None)),
        }
    }

    pub(super) async fn give_back(mut self) {
        self.lease().release().await;
        self.lease.is_over = true;
    }
}

impl Drop for Releases {
    fn drop(&mut self) {
        if !self.is_over {
            drop(self.lease.clone().release_when_settled());
        }
    }
}
