//! How a call to a store can fail.

use std::error::Error;
use std::fmt;
use std::io;
use std::sync::Arc;

use super::{Holder, Key, Revision};

/// Why a store did not do what it was asked.
///
/// After every variant but [`Uncertain`](Self::Uncertain) nothing has changed. An [`io::Error`] becomes
/// `Uncertain` by `?`, since whoever does not know what happened must not say that nothing did.
#[derive(Debug, Clone, thiserror::Error)]
#[non_exhaustive]
pub enum StoreError {
    /// What is stored is not what the write expected, or its claim no longer stands.
    #[error("`{key}` was not written: {mismatch}")]
    Conflict {
        /// The key of the write.
        key: Key,
        /// What did not fit.
        mismatch: Mismatch,
    },
    /// Somebody else holds the key.
    #[error("`{key}` is held by {holder}")]
    Held {
        /// The key that was claimed.
        key: Key,
        /// Who holds it.
        holder: Holder,
    },
    /// The key cannot be stored.
    #[error("`{key}` is not a key: {reason}", key = key.escape_debug())]
    InvalidKey {
        /// The text that was to be a key.
        key: Arc<str>,
        /// What is wrong with it.
        reason: Arc<str>,
    },
    /// The record is larger than the store takes.
    #[error("the record of `{key}` has {size} bytes, the store takes {max}")]
    TooLarge {
        /// The key of the write.
        key: Key,
        /// The bytes of the record.
        size: usize,
        /// The most bytes the store takes.
        max: usize,
    },
    /// The store was closed.
    #[error("the store is closed")]
    Closed,
    /// The store did not do it, and is sure of that.
    #[error("the store refused: {message}")]
    Rejected {
        /// What happened, in one line.
        message: Arc<str>,
        /// The error of the store's own library.
        source: Option<Arc<dyn Error + Send + Sync>>,
    },
    /// The store may or may not have done it: load to find out.
    #[error("it is not known whether the store did it: {message}")]
    Uncertain {
        /// What happened, in one line.
        message: Arc<str>,
        /// The error of the store's own library.
        source: Option<Arc<dyn Error + Send + Sync>>,
    },
}

impl StoreError {
    /// The refusal of a write to `key` that expected another revision than the one `found` there.
    #[must_use]
    pub fn conflict(key: &Key, found: Option<Revision>) -> Self {
        Self::Conflict {
            key: key.clone(),
            mismatch: Mismatch::Revision { found },
        }
    }

    /// The refusal of a write to `key` whose claim is not the one of the `holder`, or does not stand any more.
    ///
    /// A store that keeps claims looks at them before it looks at the revision; [`Claims`](super::Claims) does both.
    ///
    /// ```
    /// use noex::store::{Key, StoreError};
    ///
    /// let error = StoreError::claim_conflict(&Key::new("orders:17")?, None);
    /// assert_eq!(error.to_string(), "`orders:17` was not written: its claim has ended");
    /// # Ok::<(), StoreError>(())
    /// ```
    #[must_use]
    pub fn claim_conflict(key: &Key, holder: Option<&Holder>) -> Self {
        Self::Conflict {
            key: key.clone(),
            mismatch: Mismatch::Claim {
                holder: holder.cloned(),
            },
        }
    }

    /// A call that certainly changed nothing.
    #[must_use]
    pub fn rejected(error: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        let source: Arc<dyn Error + Send + Sync> = error.into().into();
        Self::Rejected {
            message: source.to_string().into(),
            source: Some(source),
        }
    }

    /// A call that may or may not have taken effect.
    #[must_use]
    pub fn uncertain(error: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        let source: Arc<dyn Error + Send + Sync> = error.into().into();
        Self::Uncertain {
            message: source.to_string().into(),
            source: Some(source),
        }
    }

    /// The same error of a call that has no effect to be uncertain about.
    #[cfg(any(feature = "file", feature = "sqlite"))]
    pub(crate) fn certain(self) -> Self {
        match self {
            Self::Uncertain { message, source } => Self::Rejected { message, source },
            other => other,
        }
    }

    /// Whether the call may have taken effect after all.
    #[must_use]
    pub const fn is_uncertain(&self) -> bool {
        matches!(self, Self::Uncertain { .. })
    }
}

impl From<io::Error> for StoreError {
    fn from(error: io::Error) -> Self {
        Self::uncertain(error)
    }
}

/// What did not fit about a write.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Mismatch {
    /// Another revision is stored than the expected one.
    Revision {
        /// What is stored, `None` for nothing.
        found: Option<Revision>,
    },
    /// The write's claim is not the one the key is held by.
    Claim {
        /// Who holds the key, `None` for nobody.
        holder: Option<Holder>,
    },
}

impl fmt::Display for Mismatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Revision { found: Some(found) } => write!(f, "revision {found} is stored"),
            Self::Revision { found: None } => f.write_str("no record is stored"),
            Self::Claim {
                holder: Some(holder),
            } => write!(f, "it is held by {holder}"),
            Self::Claim { holder: None } => f.write_str("its claim has ended"),
        }
    }
}
