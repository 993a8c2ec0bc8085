//! Keys whose servers crash again and again right after they were restored: they are parked, and their bytes kept.
//!
//! Which crash counts, and when it is enough, are decisions of values; the restoring and the crashing are the slot's.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use tokio::time::Instant;

use crate::persist::lease::Restoration;
use crate::store::Revision;
use crate::sync::{Mutex, MutexGuard, lock};

/// A key that is not started any more, since its server crashed again and again.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Parked {
    /// The key, without the family's prefix.
    pub key: String,
    /// The revision from which each of the crashed incarnations was restored; it is still stored.
    pub revision: Revision,
    /// How many there were.
    pub crashes: u32,
    /// What the last of them said.
    pub message: Arc<str>,
}

/// When a key is parked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Patience {
    /// So many crashes; none parks nothing.
    pub(super) crashes: u32,
    /// Each within so long of restoring the same revision.
    pub(super) within: Duration,
}

/// The crashes of a family's servers, by name.
pub(super) struct Parking {
    patience: Patience,
    keys: Mutex<HashMap<Arc<str>, Crashes>>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Crashes {
    revision: Revision,
    count: u32,
    message: Arc<str>,
}

impl Patience {
    /// Three crashes, each within a minute.
    pub(super) const USUAL: Self = Self {
        crashes: 3,
        within: Duration::from_mins(1),
    };

    /// What is known of a key after a crash at `now`; nothing, where the crash does not tell against its record.
    fn after(
        self,
        known: Option<&Crashes>,
        restored: Option<Restoration>,
        now: Instant,
        message: &Arc<str>,
    ) -> Option<Crashes> {
        let Restoration { revision, at } = restored?;
        if now.saturating_duration_since(at) > self.within {
            return None;
        }
        let again = known.filter(|known| known.revision == revision);
        Some(Crashes {
            revision,
            count: again.map_or(0, |known| known.count).saturating_add(1),
            message: message.clone(),
        })
    }

    fn is_over(self, crashes: &Crashes) -> bool {
        self.crashes > 0 && crashes.count >= self.crashes
    }
}

impl Parking {
    pub(super) fn new(patience: Patience) -> Self {
        Self {
            patience,
            keys: Mutex::default(),
        }
    }

    /// Notes a crash; the key, if it is parked from now on.
    pub(super) fn note(
        &self,
        name: &Arc<str>,
        restored: Option<Restoration>,
        now: Instant,
        message: &Arc<str>,
    ) -> Option<Parked> {
        let mut keys = self.keys();
        let known = keys.get(name);
        let Some(crashes) = self.patience.after(known, restored, now, message) else {
            keys.remove(name);
            return None;
        };
        let parked = self.parked(name, &crashes);
        keys.insert(name.clone(), crashes);
        parked
    }

    /// The key, if it is parked.
    pub(super) fn find(&self, name: &str) -> Option<Parked> {
        self.parked(name, self.keys().get(name)?)
    }

    pub(super) fn list(&self) -> Vec<Parked> {
        let keys = self.keys();
        let parked = keys
            .iter()
            .filter_map(|(name, crashes)| self.parked(name, crashes));
        parked.collect()
    }

    /// Forgets the crashes of a key; whether it was parked.
    pub(super) fn forget(&self, name: &str) -> bool {
        let forgotten = self.keys().remove(name);
        forgotten.is_some_and(|crashes| self.patience.is_over(&crashes))
    }

    fn parked(&self, name: &str, crashes: &Crashes) -> Option<Parked> {
        self.patience.is_over(crashes).then(|| Parked {
            key: name.to_owned(),
            revision: crashes.revision,
            crashes: crashes.count,
            message: crashes.message.clone(),
        })
    }

    fn keys(&self) -> MutexGuard<'_, HashMap<Arc<str>, Crashes>> {
        lock(&self.keys)
    }
}
