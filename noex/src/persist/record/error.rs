//! Why a byte string is not the record that was asked for.

use crate::store::Key;

/// Why a stored byte string could not be read as the record of its key.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RecordError {
    /// A byte of it was changed, lost or added.
    #[error("the record is damaged: {reason}")]
    Damaged {
        /// What is wrong with it.
        reason: String,
    },
    /// It is whole, but belongs to another key.
    #[error("the record belongs to the key `{found}`")]
    Foreign {
        /// The key in the record.
        found: Key,
    },
    /// It was written in a form that this release does not know yet.
    #[error("the record has format {found}, the newest known here is {known}")]
    NewerFormat {
        /// The format of the record.
        found: u32,
        /// The newest format this release reads.
        known: u32,
    },
    /// Its reader has to know features that this release does not know yet.
    #[error("the record needs features not known here: {}", features.join(", "))]
    UnknownFeatures {
        /// Their names.
        features: Vec<String>,
    },
}

impl RecordError {
    pub(crate) fn damaged(reason: impl Into<String>) -> Self {
        Self::Damaged {
            reason: reason.into(),
        }
    }
}
