//! Who holds which key, and the rules by which a write is let through.
//!
//! Embedded stores keep this table in memory under their process lock, those of others like ours. The rules are plain
//! functions of values, so that a model can leave each one out and see what is lost.

use std::collections::HashMap;

use super::{Claim, Epoch, Holder, Key, Mismatch, NodeId, Revision, StoreError, Write};

/// The claims on a store that belongs to one process at a time, kept in its memory: who holds which key, and which
/// writes are let through.
///
/// An adapter that says [`Ownership::Process`](super::Ownership::Process) keeps one under the same lock as its records.
/// It judges each write by [`check`](Self::check) before anything is changed, and reports it to
/// [`settle`](Self::settle) once it is stored. Claims end with the process; what has to outlive it are the epochs,
/// and those are the adapter's to keep. The guide's page [`adapters`](crate::guide::adapters) has a whole one.
///
/// ```
/// use noex::store::{Claims, Epoch, Key, NodeId, Record, Revision, StoreError, Write};
///
/// let mut claims = Claims::new();
/// let (key, node) = (Key::new("orders:17")?, NodeId::new(1));
/// let claim = claims.claim(&key, node, "order 17", Epoch::new(5))?;
/// assert!(claims.claim(&key, node, "another", Epoch::new(6)).is_err());
///
/// let record = Record::new(Revision::after(None, claim.epoch), "Order", "{}");
/// let write = Write::put(key.clone(), None, record);
/// assert!(claims.check(&write, None).is_err()); // it names no claim
/// let write = write.under(claim).last();
/// claims.check(&write, None)?;
/// // .. it is stored ..
/// claims.settle(&write); // and was the last one of its claim
/// assert_eq!(claims.holder(&key), None);
/// # Ok::<(), StoreError>(())
/// ```
#[derive(Debug, Default)]
pub struct Claims {
    held: HashMap<Key, Holder>,
}

impl Claims {
    /// Nobody holds anything.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Who holds the key.
    #[must_use]
    pub fn holder(&self, key: &Key) -> Option<&Holder> {
        self.held.get(key)
    }

    /// Gives the key to a node, or fails with [`StoreError::Held`].
    ///
    /// The `epoch` has to be above all that this store ever gave, before its process began and to records that are
    /// deleted by now, too: it is what tells a late write from a new one.
    pub fn claim(
        &mut self,
        key: &Key,
        node: NodeId,
        by: &str,
        epoch: Epoch,
    ) -> Result<Claim, StoreError> {
        self.check_free(key)?;
        let claim = Claim::new(node, epoch);
        self.held.insert(key.clone(), Holder::new(claim, by));
        Ok(claim)
    }

    /// Whether the key can be claimed; else [`StoreError::Held`].
    pub fn check_free(&self, key: &Key) -> Result<(), StoreError> {
        let Some(holder) = self.held.get(key) else {
            return Ok(());
        };
        Err(StoreError::Held {
            key: key.clone(),
            holder: holder.clone(),
        })
    }

    /// Ends a claim if it still stands.
    pub fn release(&mut self, key: &Key, claim: Claim) {
        if self
            .held
            .get(key)
            .is_some_and(|holder| holder.claim == claim)
        {
            self.held.remove(key);
        }
    }

    /// Whether a write may replace what was `found` under its key.
    ///
    /// A write that contradicts itself, whose revision does not rise or is not of its claim's epoch, is
    /// [`Rejected`](StoreError::Rejected). Then the claim is looked at: it has to be the one the key is held by, and
    /// where nobody holds it there has to be none. The revision comes last: the expected one has to be the one that was
    /// found. Either is else a [`Conflict`](StoreError::Conflict).
    pub fn check(&self, write: &Write, found: Option<Revision>) -> Result<(), StoreError> {
        check_shape(write)?;
        check_claim(write, self.holder(&write.key))
            .and_then(|()| check_revision(write, found))
            .map_err(|mismatch| StoreError::Conflict {
                key: write.key.clone(),
                mismatch,
            })
    }

    /// Follows a write that took effect: with a delete, or a last write, its claim ends.
    pub fn settle(&mut self, write: &Write) {
        if write.ends_claim() {
            self.held.remove(&write.key);
        }
    }

    /// Sets who holds a key, as it was before a call that took no effect after all, or as a takeover leaves it.
    #[cfg(any(feature = "file", feature = "sqlite", feature = "testing"))]
    pub(crate) fn set_holder(&mut self, key: &Key, holder: Option<Holder>) {
        match holder {
            Some(holder) => self.held.insert(key.clone(), holder),
            None => self.held.remove(key),
        };
    }

    /// Ends every claim.
    pub fn clear(&mut self) {
        self.held.clear();
    }
}

/// The write names the claim the key is held by, or none where nobody holds it.
pub(crate) fn check_claim(write: &Write, holder: Option<&Holder>) -> Result<(), Mismatch> {
    if write.claim == holder.map(|holder| holder.claim) {
        return Ok(());
    }
    Err(Mismatch::Claim {
        holder: holder.cloned(),
    })
}

/// The write replaces what its author knew.
pub(crate) fn check_revision(write: &Write, found: Option<Revision>) -> Result<(), Mismatch> {
    if write.expected == found {
        Ok(())
    } else {
        Err(Mismatch::Revision { found })
    }
}

/// The write, by itself, keeps revisions rising, and is of its claim's epoch.
fn check_shape(write: &Write) -> Result<(), StoreError> {
    let Some(record) = &write.record else {
        return Ok(());
    };
    if write
        .expected
        .is_some_and(|expected| record.revision <= expected)
    {
        return Err(StoreError::rejected(format!(
            "revision {} of `{}` does not rise",
            record.revision, write.key
        )));
    }
    if write
        .claim
        .is_some_and(|claim| record.revision.epoch != claim.epoch)
    {
        return Err(StoreError::rejected(format!(
            "revision {} of `{}` is not of its claim's epoch",
            record.revision, write.key
        )));
    }
    Ok(())
}

#[cfg(test)]
mod model_tests;
#[cfg(test)]
mod tests;
