//! How a save came out that had left the server.

use crate::persist::PersistenceError;
use crate::persist::settle::Settled;
use crate::store::{Record, StoreError, Write};

/// How a save came out.
#[derive(Debug)]
pub(crate) enum Outcome {
    /// It is durable.
    Saved {
        /// Of its state; none where that has to be written again even if nothing changes.
        fingerprint: Option<u128>,
    },
    /// The state is what is stored: nothing was written.
    Unchanged,
    /// The state could not be encoded: nothing was written.
    NotEncoded(PersistenceError),
    /// It was given up: trying the same again would not help, or not soon enough.
    Failed {
        error: StoreError,
        /// What may be stored all the same.
        unclear: Option<Record>,
    },
    /// The key belongs to another.
    Fenced,
}

/// What is ready to be written.
pub(crate) struct Ready {
    pub(crate) write: Write,
    /// Of its state.
    pub(crate) fingerprint: Option<u128>,
}

impl Outcome {
    /// How the write of a state with this fingerprint came out.
    pub(crate) fn of(settled: Settled, fingerprint: Option<u128>) -> Self {
        match settled {
            Settled::Saved => Self::Saved { fingerprint },
            Settled::Failed { error, unclear } => Self::Failed { error, unclear },
            Settled::Fenced => Self::Fenced,
        }
    }

    /// The store failed before anything was written.
    pub(crate) fn not_read(error: StoreError) -> Self {
        Self::Failed {
            error,
            unclear: None,
        }
    }
}
