//! Incarnations that were killed and whose code may still be running: what they do no longer counts.

use std::collections::HashSet;

use crate::slot::running::Running;
use crate::sync::{AtomicBool, Mutex, MutexGuard, Ordering, lock};

/// The killed incarnations of a system, by the address of their slot and their number.
#[derive(Default)]
pub(crate) struct Killed {
    incarnations: Mutex<HashSet<(usize, u32)>>,
    /// Whether there is any: most of the time there is none, and every message asks.
    any: AtomicBool,
}

impl Killed {
    /// Whether the running handler belongs to an incarnation that was killed.
    #[inline]
    pub(crate) fn has(&self, running: Running) -> bool {
        self.any.load(Ordering::Acquire)
            && self.lock().contains(&(running.slot, running.incarnation))
    }

    pub(crate) fn note(&self, slot: usize, incarnation: u32) {
        let mut incarnations = self.lock();
        incarnations.insert((slot, incarnation));
        self.any.store(true, Ordering::Release);
    }

    /// Forgets an incarnation whose code has come to its end.
    pub(crate) fn forget(&self, slot: usize, incarnation: u32) {
        let mut incarnations = self.lock();
        incarnations.remove(&(slot, incarnation));
        self.any.store(!incarnations.is_empty(), Ordering::Release);
    }

    /// Forgets every incarnation of a slot that is gone.
    pub(crate) fn forget_slot(&self, slot: usize) {
        if self.any.load(Ordering::Acquire) {
            let mut incarnations = self.lock();
            incarnations.retain(|(other, _)| *other != slot);
            self.any.store(!incarnations.is_empty(), Ordering::Release);
        }
    }

    fn lock(&self) -> MutexGuard<'_, HashSet<(usize, u32)>> {
        lock(&self.incarnations)
    }
}
