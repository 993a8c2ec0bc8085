//! What an operator does to a record that is parked: export it, adopt an edited one, put it aside.
//!
//! Each change is made under a claim of its own, so a live server's record is out of reach, in a task of its own, so it
//! is not left half done; and what it replaces is copied aside first.

mod error;
mod hold;

use std::sync::Arc as StdArc;

use tokio::sync::oneshot;

pub use error::{AdoptError, QuarantineError};

use self::hold::{Held, hold};
use super::Parked;
use crate::persist::RecordMeta;
use crate::persist::mend::{Edited, Exported, Judge, Sound};
use crate::persist::quarantine;
use crate::persist::writer::StoreHandle;
use crate::store::{Key, StoreError, Write};
use crate::sync::Arc;
use crate::system::{Inner, System};

/// Who holds a key and wrote a record, in words.
const OPERATOR: &str = "an operator";

impl System {
    /// The record under `key` as it is stored, damaged or not; of any key, parked or live.
    ///
    /// # Errors
    ///
    /// The store could not be read, or the system has none.
    pub async fn export(&self, key: &Key) -> Result<Option<Exported>, StoreError> {
        let store = self.inner.store_to_mend()?;
        let loaded = store.adapter.load(key).await?;
        Ok(loaded.map(|loaded| Exported::of(key, loaded.record)))
    }

    /// Stores an edited record, or state, in place of the one under `key`, and lets what is parked there start again.
    ///
    /// It is stored only if the parked server could be started from it: it is decoded, and migrated, by the server's own
    /// type. It gets the next revision and a checksum, and its age begins anew; the record that it replaces is copied to
    /// `:quarantine:{key}@{revision}` first. What is returned is what is said of the new record.
    ///
    /// ```
    /// use noex::persist::Edited;
    /// use noex::prelude::*;
    ///
    /// # async fn example(system: System) -> Result<(), Box<dyn std::error::Error>> {
    /// for parked in system.parked() {
    ///     println!("{parked}");
    ///     let Some(key) = &parked.key else { continue };
    ///     let Some(stored) = system.export(key).await? else { continue };
    ///     let Some(state) = stored.state else { continue };
    ///     system.adopt(key, Edited::state(state.replace("\"copper\":-1", "\"copper\":0"))).await?;
    /// }
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// Nothing is parked there, a live server has the key, the edit is refused, or the store failed. The server stays
    /// parked then, and unless the store does not know whether it did it, the record is as it was.
    ///
    /// # Cancel safety
    ///
    /// The adoption goes on when this future is dropped.
    pub async fn adopt(&self, key: &Key, edited: Edited) -> Result<RecordMeta, AdoptError> {
        let (inner, key) = (self.inner.clone(), key.clone());
        let gone = AdoptError::gone(&key);
        self.inner
            .in_a_task(async move { inner.adopt(&key, &edited).await })
            .await
            .unwrap_or(Err(gone))
    }

    /// Puts the record under `key` aside, as `:quarantine:{key}@{revision}`, and lets what is parked there start again:
    /// from a new state, or as not stored. The key of the copy, which nobody deletes by himself; none where nothing was
    /// stored.
    ///
    /// # Errors
    ///
    /// Nothing is parked there, a live server has the key, or the store failed. The server stays parked then, and the
    /// record is where it was, or its copy is there.
    ///
    /// # Cancel safety
    ///
    /// It goes on when this future is dropped.
    pub async fn quarantine(&self, key: &Key) -> Result<Option<Key>, QuarantineError> {
        let (inner, key) = (self.inner.clone(), key.clone());
        let gone = QuarantineError::gone(&key);
        self.inner
            .in_a_task(async move { inner.put_aside(&key).await })
            .await
            .unwrap_or(Err(gone))
    }
}

impl Inner {
    async fn adopt(&self, key: &Key, edited: &Edited) -> Result<RecordMeta, AdoptError> {
        let (parked, judge, sound) = self.judged(key, edited)?;
        let failed = |source| AdoptError::store(key, source);
        let store = self.store_to_mend().map_err(failed)?;
        let held = hold(store, key).await.map_err(failed)?;
        let adopted = if self.is_still_parked(key) {
            Some(self.replace(&held, &parked, &judge, &sound).await)
        } else {
            None
        };
        held.give_back().await;
        let not_parked = || AdoptError::NotParked { key: key.clone() };
        let meta = adopted.ok_or_else(not_parked)?.map_err(failed)?;
        self.parking.free_key(key);
        Ok(meta)
    }

    async fn put_aside(&self, key: &Key) -> Result<Option<Key>, QuarantineError> {
        let not_parked = || QuarantineError::NotParked { key: key.clone() };
        if !self.is_still_parked(key) {
            return Err(not_parked());
        }
        let failed = |source| QuarantineError::store(key, source);
        let store = self.store_to_mend().map_err(failed)?;
        let held = hold(store, key).await.map_err(failed)?;
        let copied = if self.is_still_parked(key) {
            Some(self.remove(&held).await)
        } else {
            None
        };
        held.give_back().await;
        let copy = copied.ok_or_else(not_parked)?.map_err(failed)?;
        self.parking.free_key(key);
        Ok(copy)
    }

    /// The edit, with whom it is for: the first of the servers parked under the key that could start from it.
    fn judged(
        &self,
        key: &Key,
        edited: &Edited,
    ) -> Result<(Parked, StdArc<Judge>, Sound), AdoptError> {
        let mut refusal = AdoptError::NotParked { key: key.clone() };
        for (parked, judge) in self.parking.judges(key) {
            match judge.judge(key, edited) {
                Ok(sound) => return Ok((parked, judge, sound)),
                Err(source) => refusal = AdoptError::Refused { source },
            }
        }
        Err(refusal)
    }

    /// Asked again once the key is held: a server that was retried meanwhile may have saved a newer state.
    fn is_still_parked(&self, key: &Key) -> bool {
        !self.parking.at(key).is_empty()
    }

    async fn replace(
        &self,
        held: &Held<'_>,
        parked: &Parked,
        judge: &Judge,
        sound: &Sound,
    ) -> Result<RecordMeta, StoreError> {
        let lease = held.lease();
        let stored = held.record.as_ref();
        if let Some(stored) = stored {
            quarantine::copy(held.store, &lease.key, stored).await?;
        }
        let by = (OPERATOR, parked.name.clone());
        let now = self.now().wall;
        let (meta, record) = judge.record(&lease.key, sound, lease.claim, stored, by, now);
        let replaces = stored.map(|stored| stored.revision);
        let write = Write::put(lease.key.clone(), replaces, record);
        held.write(write, || self.random()).await?;
        Ok(meta)
    }

    async fn remove(&self, held: &Held<'_>) -> Result<Option<Key>, StoreError> {
        let Some(stored) = &held.record else {
            return Ok(None);
        };
        let key = &held.lease().key;
        let copy = quarantine::copy(held.store, key, stored).await?;
        let delete = Write::delete(key.clone(), stored.revision);
        held.write(delete, || self.random()).await?;
        Ok(Some(copy))
    }

    fn store_to_mend(&self) -> Result<&StdArc<StoreHandle>, StoreError> {
        self.store()
            .ok_or_else(|| StoreError::rejected("the system has no store"))
    }

    /// The outcome of `work`, which goes on when nobody waits any more; none where the runtime is gone.
    async fn in_a_task<T: Send + 'static>(
        self: &Arc<Self>,
        work: impl Future<Output = T> + Send + 'static,
    ) -> Option<T> {
        let (done, outcome) = oneshot::channel();
        self.runtime.spawn(async move {
            let _ = done.send(work.await);
        });
        outcome.await.ok()
    }
}
