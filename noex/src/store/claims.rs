//! Who holds which key, and the rules by which a write is let through.
//!
//! Embedded stores keep this table in memory under their process lock. The rules are plain functions of values, so
//! that a model can leave each one out and see what is lost.

use std::collections::HashMap;

use super::{Claim, Epoch, Holder, Key, Mismatch, NodeId, Revision, StoreError, Write};

/// The claims on one store.
#[derive(Debug, Default)]
pub(crate) struct Claims {
    held: HashMap<Key, Holder>,
}

impl Claims {
    /// Who holds the key.
    pub(crate) fn holder(&self, key: &Key) -> Option<&Holder> {
        self.held.get(key)
    }

    /// Gives the key to a node; `epoch` must be one this store never gave before.
    pub(crate) fn claim(
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

    /// Whether the key can be claimed.
    pub(crate) fn check_free(&self, key: &Key) -> Result<(), StoreError> {
        let Some(holder) = self.held.get(key) else {
            return Ok(());
        };
        Err(StoreError::Held {
            key: key.clone(),
            holder: holder.clone(),
        })
    }

    /// Ends a claim if it still stands.
    pub(crate) fn release(&mut self, key: &Key, claim: Claim) {
        if self
            .held
            .get(key)
            .is_some_and(|holder| holder.claim == claim)
        {
            self.held.remove(key);
        }
    }

    /// Whether a write may replace what was `found`.
    pub(crate) fn check(&self, write: &Write, found: Option<Revision>) -> Result<(), StoreError> {
        check_shape(write)?;
        check_claim(write, self.holder(&write.key))
            .and_then(|()| check_revision(write, found))
            .map_err(|mismatch| StoreError::Conflict {
                key: write.key.clone(),
                mismatch,
            })
    }

    /// Follows a write that took effect.
    pub(crate) fn settle(&mut self, write: &Write) {
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
    pub(crate) fn clear(&mut self) {
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
