//! Epochs that are never given twice, not even after a crash.
//!
//! They are reserved on the disk in blocks, so that most claims write nothing.

use crate::store::Epoch;

const BLOCK: i64 = 1024;

/// The epochs of one store.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::store) struct Epochs {
    last: i64,
    reserved: i64,
}

impl Epochs {
    /// Begins after all that were ever reserved.
    pub(in crate::store) const fn new(reserved: i64) -> Self {
        Self {
            last: reserved,
            reserved,
        }
    }

    /// Gives the next epoch after `stored` and all others, and what has to be reserved for it, if anything.
    pub(in crate::store) fn give(&mut self, stored: Option<Epoch>) -> (Epoch, Option<i64>) {
        let stored = stored.map_or(0, |epoch| i64::try_from(epoch.get()).unwrap_or(i64::MAX));
        self.last = self.last.max(stored).saturating_add(1);
        let reserve = (self.last > self.reserved).then(|| self.last.saturating_add(BLOCK));
        self.reserved = reserve.unwrap_or(self.reserved);
        (Epoch::new(self.last.unsigned_abs()), reserve)
    }

    /// What is reserved on the disk.
    pub(in crate::store) const fn reserved(&self) -> i64 {
        self.reserved
    }

    /// Forgets a reservation that did not reach the disk; what was given stays given.
    pub(in crate::store) const fn reserved_only(&mut self, reserved: i64) {
        self.reserved = reserved;
    }
}

#[cfg(test)]
mod tests;
