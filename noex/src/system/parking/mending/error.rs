//! Why an operator's change was not made.

use std::sync::Arc;

use crate::persist::PersistenceError;
use crate::store::{Key, StoreError};

/// Why an edited record was not adopted. The server stays parked.
#[derive(Clone, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum AdoptError {
    /// Nothing is parked under the key.
    #[error("nothing is parked under `{key}`")]
    NotParked {
        /// The key.
        key: Key,
    },
    /// A live server has the key.
    #[error("the key `{key}` is in use by {by}")]
    InUse {
        /// The key.
        key: Key,
        /// Its holder, as the store knows it.
        by: Arc<str>,
    },
    /// The server could not be started from it.
    #[error("the edited record of `{}` is refused", source.key())]
    Refused {
        /// What a start would say of it.
        source: PersistenceError,
    },
    /// The store failed. After [`StoreError::Uncertain`] either record may be there, and the replaced one is in
    /// quarantine; after any other the record is as it was. Adopting it again is safe.
    #[error("the edited record of `{key}` could not be stored")]
    Store {
        /// The key.
        key: Key,
        /// What the store said.
        source: StoreError,
    },
}

/// Why a record was not put aside. The server stays parked.
#[derive(Clone, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum QuarantineError {
    /// Nothing is parked under the key.
    #[error("nothing is parked under `{key}`")]
    NotParked {
        /// The key.
        key: Key,
    },
    /// A live server has the key.
    #[error("the key `{key}` is in use by {by}")]
    InUse {
        /// The key.
        key: Key,
        /// Its holder, as the store knows it.
        by: Arc<str>,
    },
    /// The store failed. The record is where it was, or its copy is there; doing it again is safe.
    #[error("the record of `{key}` could not be put aside")]
    Store {
        /// The key.
        key: Key,
        /// What the store said.
        source: StoreError,
    },
}

impl AdoptError {
    pub(super) fn store(key: &Key, source: StoreError) -> Self {
        let key = key.clone();
        match source {
            StoreError::Held { holder, .. } => Self::InUse { key, by: holder.by },
            source => Self::Store { key, source },
        }
    }

    pub(super) fn gone(key: &Key) -> Self {
        Self::store(key, no_runtime())
    }
}

impl QuarantineError {
    pub(super) fn store(key: &Key, source: StoreError) -> Self {
        let key = key.clone();
        match source {
            StoreError::Held { holder, .. } => Self::InUse { key, by: holder.by },
            source => Self::Store { key, source },
        }
    }

    pub(super) fn gone(key: &Key) -> Self {
        Self::store(key, no_runtime())
    }
}

fn no_runtime() -> StoreError {
    StoreError::uncertain("the runtime was shut down")
}
