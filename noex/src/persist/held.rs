//! The keys that a system's servers hold, where their store does not keep that itself.
//!
//! A store without claims does not tell a live server's record from any other, so a janitor asks here before it deletes.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::{RwLock, RwLockWriteGuard};

use crate::store::Key;

/// The keys that are held in one store.
#[derive(Default)]
pub(crate) struct Held {
    keys: Mutex<HashMap<Key, usize>>,
    /// Held for writing while records are deleted, so that no server starts from one of them meanwhile.
    deleting: RwLock<()>,
}

/// Dropped when its key is no longer held.
pub(crate) struct Hold {
    held: Arc<Held>,
    key: Key,
}

/// While this is there, no further key is held.
pub(crate) type KeepsOut<'a> = RwLockWriteGuard<'a, ()>;

impl Held {
    /// Holds `key`, once no deletion is under way.
    pub(crate) async fn hold(self: &Arc<Self>, key: &Key) -> Hold {
        let deleting = self.deleting.read().await;
        *self.keys().entry(key.clone()).or_default() += 1;
        drop(deleting);
        Hold {
            held: self.clone(),
            key: key.clone(),
        }
    }

    /// Waits until nobody is just beginning to hold a key, and keeps it so.
    pub(crate) async fn keep_out(&self) -> KeepsOut<'_> {
        self.deleting.write().await
    }

    pub(crate) fn is_held(&self, key: &Key) -> bool {
        self.keys().contains_key(key)
    }

    fn keys(&self) -> MutexGuard<'_, HashMap<Key, usize>> {
        self.keys.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Hold {
    fn drop(&mut self) {
        let mut keys = self.held.keys();
        if let Some(count) = keys.get_mut(&self.key) {
            *count -= 1;
            if *count == 0 {
                keys.remove(&self.key);
            }
        }
    }
}
