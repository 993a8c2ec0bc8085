//! Claiming the key of a server that starts: a claim that nobody waits for any more is given back.

use std::sync::Arc as StdArc;

use tokio::sync::oneshot;

use super::Slot;
use crate::error::StartError;
use crate::persist::PersistenceError;
use crate::persist::held::Hold;
use crate::persist::lease::Lease;
use crate::persist::saver::report;
use crate::persist::writer::{Claiming, StoreHandle};
use crate::server::GenServer;
use crate::store::{Claimed, Key, Record, StoreError};
use crate::system::settings::Persisting;

impl<S: GenServer> Slot<S> {
    /// Claims the key in a task of its own, so that a claim that comes too late is given back.
    pub(super) async fn claim(
        &self,
        incarnation: u32,
        persisting: &Persisting,
        key: &Key,
    ) -> Result<(StdArc<Lease>, Option<Record>), StartError> {
        let turn = persisting.store.turn_to_claim(key).await;
        let (claimed, answer) = oneshot::channel();
        let (store, key_of_task, by) = (persisting.store.clone(), key.clone(), self.label());
        self.system.runtime.spawn(async move {
            let hold = store.hold(&key_of_task).await;
            let result = store.adapter.claim(&key_of_task, store.node, &by).await;
            let unheard =
                result.map(|claimed| Unheard::new(key_of_task, claimed, store, hold, turn));
            // Whether nobody waits any more or the answer is never taken out: the key is given back.
            let _ = claimed.send(unheard);
        });
        let result = answer.await.map_err(|_| StartError::NotRunning)?;
        match result {
            Ok(unheard) => self.hold(incarnation, unheard),
            Err(StoreError::Held { key, holder }) => {
                Err(StartError::KeyInUse { key, by: holder.by })
            }
            Err(source) => Err(Self::unreachable_store(key, source)),
        }
    }

    /// Leaves the lease with the server's life, unless that has ended meanwhile: a kill happens before or after.
    fn hold(
        &self,
        incarnation: u32,
        unheard: Unheard,
    ) -> Result<(StdArc<Lease>, Option<Record>), StartError> {
        let mut life = self.life();
        if !self.is_live(incarnation) || life.is_over() {
            return Err(StartError::NotRunning);
        }
        let (lease, record) = unheard.hear();
        life.lease = Some(lease.clone());
        Ok((lease, record))
    }

    fn unreachable_store(key: &Key, source: StoreError) -> StartError {
        let source = PersistenceError::Store {
            key: key.clone(),
            source,
        };
        if let Some(persistence) = S::persistence() {
            report(persistence.on_error, &source);
        }
        StartError::Restore { source }
    }
}

/// A claim on its way to the start that asked for it; dropped before it was heard of, it is given back.
struct Unheard {
    given: Option<(StdArc<Lease>, Option<Record>)>,
    /// Goes after the key was given back, if it is: the next claim of it waits for that.
    _turn: Claiming,
}

impl Unheard {
    fn new(
        key: Key,
        claimed: Claimed,
        store: StdArc<StoreHandle>,
        hold: Option<Hold>,
        turn: Claiming,
    ) -> Self {
        let Claimed { claim, record, .. } = claimed;
        Self {
            given: Some((Lease::new(key, claim, store, hold), record)),
            _turn: turn,
        }
    }

    fn hear(mut self) -> (StdArc<Lease>, Option<Record>) {
        match self.given.take() {
            Some(given) => given,
            None => unreachable!("a claim is heard of once"),
        }
    }
}

impl Drop for Unheard {
    fn drop(&mut self) {
        if let Some((lease, _)) = self.given.take() {
            drop(lease.release_when_settled());
        }
    }
}
