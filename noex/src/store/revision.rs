//! How far a record has come: the epoch of the claim it was written under, and the number of the write.

use std::fmt;

use serde::{Deserialize, Serialize};

/// The number of a claim. A store never gives one twice for a key, not even after the record was deleted.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize,
)]
pub struct Epoch(u64);

impl Epoch {
    /// The epoch of this number.
    #[must_use]
    pub const fn new(number: u64) -> Self {
        Self(number)
    }

    /// The number of the epoch.
    #[must_use]
    pub const fn get(self) -> u64 {
        self.0
    }

    /// The epoch after this one.
    #[must_use]
    pub const fn next(self) -> Self {
        Self(self.0.saturating_add(1))
    }
}

impl fmt::Display for Epoch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// A record's place in its life. Revisions only ever rise, first by epoch, then by number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Revision {
    /// The epoch of the claim the record was written under.
    pub epoch: Epoch,
    /// The number of the write in the record's life: that of the replaced record + 1.
    pub number: u64,
}

impl Revision {
    /// The revision with this epoch and number.
    #[must_use]
    pub const fn new(epoch: Epoch, number: u64) -> Self {
        Self { epoch, number }
    }

    /// The revision of the next write under `epoch`; the first one has the number 1.
    #[must_use]
    pub fn after(known: Option<Self>, epoch: Epoch) -> Self {
        let number = known.map_or(0, |revision| revision.number);
        Self {
            epoch,
            number: number.saturating_add(1),
        }
    }
}

impl fmt::Display for Revision {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.epoch, self.number)
    }
}
