//! What is known of a server's saves without asking the server: noted by its saver, read by whoever looks on.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::SystemTime;

use super::PersistenceError;
use super::record::RecordMeta;
use crate::error::Chain;
use crate::store::Revision;
use crate::system::processes::{LastSave, SaveFailure, Saves};

/// The account of one incarnation's saves. Its lock is held for a moment only.
#[derive(Default)]
pub(crate) struct Account {
    noted: Mutex<Noted>,
}

#[derive(Default)]
struct Noted {
    saved: Option<(Revision, SystemTime)>,
    unsaved_since: Option<SystemTime>,
    failure: Option<Box<Failure>>,
}

struct Failure {
    at: SystemTime,
    error: PersistenceError,
    /// Whether the state has been saved since.
    is_over: bool,
}

impl Account {
    /// The record is known to be durable.
    pub(crate) fn saved(&self, meta: &RecordMeta) {
        self.noted().saved = Some((meta.revision, meta.saved_at));
    }

    /// The state may differ from its record since `at`, if it did not before.
    pub(crate) fn unsaved(&self, at: SystemTime) {
        self.noted().unsaved_since.get_or_insert(at);
    }

    /// What was to be saved is durable; only what `has_changed` since then is not.
    pub(crate) fn well(&self, has_changed: bool) {
        let mut noted = self.noted();
        // A change that came after the save is no older than the record.
        let saved_at = noted.saved.map(|(_, at)| at);
        noted.unsaved_since = noted.unsaved_since.max(saved_at).filter(|_| has_changed);
        if let Some(failure) = &mut noted.failure {
            failure.is_over = true;
        }
    }

    /// A save failed.
    pub(crate) fn failed(&self, error: &PersistenceError, at: SystemTime) {
        let failure = Failure {
            at,
            error: error.clone(),
            is_over: false,
        };
        self.noted().failure = Some(Box::new(failure));
    }

    /// What a look from outside is told.
    pub(crate) fn to_saves(&self) -> Saves {
        let noted = self.noted();
        let failure = noted.failure.as_deref();
        Saves {
            last: noted.saved.map(|(revision, at)| LastSave { revision, at }),
            unsaved_since: noted.unsaved_since,
            degraded: failure.is_some_and(|failure| !failure.is_over),
            failure: failure.map(|failure| SaveFailure {
                at: failure.at,
                message: Chain(&failure.error).to_string(),
            }),
        }
    }

    fn noted(&self) -> MutexGuard<'_, Noted> {
        self.noted.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
