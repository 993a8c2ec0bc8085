//! One change of one key.

use super::{Claim, Key, Record, Revision};

/// Replaces the `expected` revision by `record`, or changes nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Write {
    /// The key to change.
    pub key: Key,
    /// The revision this write replaces; `None` if there must be no record.
    pub expected: Option<Revision>,
    /// What is stored from now on; `None` deletes.
    pub record: Option<Record>,
    /// The claim this write is made under; `None` works only on a key nobody holds.
    pub claim: Option<Claim>,
    /// Whether the claim ends with this write.
    pub last: bool,
}

impl Write {
    /// Stores `record` in place of the `expected` revision.
    #[must_use]
    pub const fn put(key: Key, expected: Option<Revision>, record: Record) -> Self {
        Self {
            key,
            expected,
            record: Some(record),
            claim: None,
            last: false,
        }
    }

    /// Deletes the record of the `expected` revision, and with it the claim on its key.
    ///
    /// With `None` it only ends the claim of a key that was never stored.
    #[must_use]
    pub fn delete(key: Key, expected: impl Into<Option<Revision>>) -> Self {
        Self {
            key,
            expected: expected.into(),
            record: None,
            claim: None,
            last: false,
        }
    }

    /// The same write, made under `claim`.
    #[must_use]
    pub fn under(mut self, claim: Claim) -> Self {
        self.claim = Some(claim);
        self
    }

    /// The same write, which also gives its claim back.
    #[must_use]
    pub fn last(mut self) -> Self {
        self.last = true;
        self
    }

    /// Whether nobody holds the key once this write has taken effect.
    #[must_use]
    pub fn ends_claim(&self) -> bool {
        self.last || self.record.is_none()
    }
}
