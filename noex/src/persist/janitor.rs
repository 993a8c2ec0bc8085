//! Deleting what has expired: one round over the records of a kind, each compared before it is deleted.
//!
//! When a round is due is the system's business (`system::cleanup`).

use std::sync::Arc;

use super::PersistenceError;
use super::config::PersistConfig;
use super::expiry::{Believed, Limits, Past, expired};
use super::record::{millis, unseal};
use super::writer::StoreHandle;
use crate::store::{Key, Loaded, Ownership, Page, Query, StoreError, Write};

/// How many records are looked at before those of them that have expired are deleted, in one batch.
const TOGETHER: usize = 64;

/// One round over the records of a kind.
#[derive(Debug)]
pub(crate) struct Round {
    pub(crate) kind: Arc<str>,
    /// Today's limits.
    pub(crate) limits: Limits,
    pub(crate) believed: Believed,
}

impl Round {
    /// Deletes what has expired; `tell` hears of each, with its age and its limit.
    ///
    /// # Errors
    ///
    /// The first failure of the store; what could be deleted all the same was.
    pub(crate) async fn run(
        &self,
        store: &Arc<StoreHandle>,
        tell: impl Fn(PersistenceError) + Sync,
    ) -> Result<(), StoreError> {
        let now = millis::unix_ms(self.believed.wall());
        let mut query = Query::all().kind(self.kind.clone()).expires_before(now);
        let mut outcome = Ok(());
        loop {
            let Page { keys, next, .. } = store.adapter.list(query.clone()).await?;
            for keys in keys.chunks(TOGETHER) {
                self.clean(store, keys, &tell, &mut outcome).await;
            }
            let Some(cursor) = next else { return outcome };
            query = query.after(cursor);
        }
    }

    async fn clean(
        &self,
        store: &Arc<StoreHandle>,
        keys: &[Key],
        tell: impl Fn(PersistenceError),
        outcome: &mut Result<(), StoreError>,
    ) {
        let mut expired = self.expired_of(store, keys, outcome).await;
        if expired.is_empty() {
            return;
        }
        let keeps_out = store.keep_out().await;
        if keeps_out.is_some() {
            // Without claims, only what is seen now is sure to be nobody's.
            let keys: Vec<_> = expired.into_iter().map(|(write, _)| write.key).collect();
            expired = self.expired_of(store, &keys, outcome).await;
        }
        delete(store, expired, tell, outcome).await;
        drop(keeps_out);
    }

    async fn expired_of(
        &self,
        store: &StoreHandle,
        keys: &[Key],
        outcome: &mut Result<(), StoreError>,
    ) -> Vec<(Write, Past)> {
        let mut expired = Vec::new();
        for key in keys {
            match store.adapter.load(key).await {
                Ok(Some(_)) if store.is_held(key) => {}
                Ok(Some(loaded)) => expired.extend(self.judge(key, &loaded)),
                Ok(None) => {}
                Err(error) => note(outcome, error),
            }
        }
        expired
    }

    /// The deletion of a record that has expired: of this kind, sound, and nobody's.
    fn judge(&self, key: &Key, loaded: &Loaded) -> Option<(Write, Past)> {
        if loaded.holder.is_some() {
            return None;
        }
        // What is damaged is told of when its server starts, and kept until then.
        let meta = unseal(&loaded.record.bytes, key).ok()?.meta;
        if meta.kind != self.kind {
            return None;
        }
        let past = expired(self.believed.ages(&meta), Limits::of(&meta), self.limits)?;
        Some((Write::delete(key.clone(), loaded.record.revision), past))
    }
}

async fn delete(
    store: &Arc<StoreHandle>,
    expired: Vec<(Write, Past)>,
    tell: impl Fn(PersistenceError),
    outcome: &mut Result<(), StoreError>,
) {
    let (writes, reasons): (Vec<_>, Vec<_>) = expired
        .into_iter()
        .map(|(write, past)| (write.clone(), past.into_error(write.key)))
        .unzip();
    let answers = store.write_all(writes).await;
    for (answer, reason) in answers.into_iter().zip(reasons) {
        match answer {
            Ok(()) => tell(reason),
            // It may have been done all the same.
            Err(StoreError::Uncertain { .. }) if is_gone(store, reason.key()).await => tell(reason),
            // It was saved, deleted or claimed since it was looked at.
            Err(StoreError::Conflict { .. } | StoreError::Held { .. }) => {}
            Err(error) => note(outcome, error),
        }
    }
}

async fn is_gone(store: &StoreHandle, key: &Key) -> bool {
    matches!(store.adapter.load(key).await, Ok(None))
}

/// Keeps the first failure.
fn note(outcome: &mut Result<(), StoreError>, error: StoreError) {
    if outcome.is_ok() {
        *outcome = Err(error);
    }
}

impl PersistConfig {
    /// Today's limits for records that nobody is known to hold.
    ///
    /// A store that keeps no claims does not tell a live server's record from any other, and the activity of a live
    /// server may not have reached it yet.
    pub(crate) fn cleanup_limits(&self, ownership: Ownership) -> Limits {
        let limits = self.limits();
        if ownership != Ownership::Unchecked {
            return limits;
        }
        let max_idle = limits
            .max_idle
            .map(|limit| limit.saturating_add(self.interval.unwrap_or(limit)));
        Limits { max_idle, ..limits }
    }
}
