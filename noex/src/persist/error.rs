//! What can go wrong with a server's stored state, as `on_error`, the events and the starter get it.
//!
//! Plain data that can be cloned and outlives the server; each failure of an operation on a record is one of these.

#[cfg(test)]
mod tests;

use std::time::Duration;

use super::codec::{DecodeError, EncodeError};
use super::migrate::LoadError;
use super::record::RecordError;
use crate::store::{Key, StoreError};

/// What went wrong with the stored state of a server.
#[derive(Clone, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum PersistenceError {
    /// The record was too old; it is not restored, or was deleted.
    #[error("the record of `{key}` is {} old, its `max_age` is {}", span(*age), span(*max_age))]
    Stale {
        /// The record's key.
        key: Key,
        /// The time since it was last saved or refreshed.
        age: Duration,
        /// The limit it is past.
        max_age: Duration,
    },
    /// No client had sent the server a message for too long; the record is not restored, or was deleted.
    #[error("the record of `{key}` has been idle for {}, its `max_idle` is {}", span(*idle), span(*max_idle))]
    Idle {
        /// The record's key.
        key: Key,
        /// The time since the last message of a client.
        idle: Duration,
        /// The limit it is past.
        max_idle: Duration,
    },
    /// The record was saved in the future: a clock was set back. It counts as just saved.
    #[error("the record of `{key}` was saved {} in the future: a clock was set back", span(*by))]
    ClockSkew {
        /// The record's key.
        key: Key,
        /// How far in the future.
        by: Duration,
    },
    /// Bytes of the record were changed, lost or added, or it belongs to another key.
    #[error("the record of `{key}` cannot be trusted")]
    Damaged {
        /// The record's key.
        key: Key,
        /// What is wrong with it.
        source: RecordError,
    },
    /// The record was written in a form this release does not know yet.
    #[error("the record of `{key}` was written by a newer noex")]
    NewerFormat {
        /// The record's key.
        key: Key,
        /// The form found and the one known.
        source: RecordError,
    },
    /// The record is another kind of server's.
    #[error(
        "the record of `{key}` is of kind `{found}`, not `{expected}`; if the type was renamed, write `#[persist(kind = \"{found}\")]` on it"
    )]
    OtherKind {
        /// The record's key.
        key: Key,
        /// The kind in the record.
        found: String,
        /// The kind of the server.
        expected: String,
    },
    /// The record is of a newer version of the state than the code.
    #[error("the record of `{key}` has version {found}, newer than version {known} of the code")]
    NewerVersion {
        /// The record's key.
        key: Key,
        /// The version of the record.
        found: u32,
        /// The version of the code.
        known: u32,
    },
    /// The record is of a version that no step of the migration starts from.
    #[error(
        "the record of `{key}` has version {found}, from which no migration leads to version {known}"
    )]
    NoMigration {
        /// The record's key.
        key: Key,
        /// The version of the record.
        found: u32,
        /// The version of the code.
        known: u32,
    },
    /// The record holds fields the code does not know, which the next save would drop.
    #[error(
        "the record of `{key}` holds unknown fields: {}; if they are gone for good, raise `version` and add a migration",
        names.join(", ")
    )]
    UnknownFields {
        /// The record's key.
        key: Key,
        /// The paths of the fields.
        names: Vec<String>,
    },
    /// A step from one version to the next failed.
    #[error(
        "the record of `{key}` could not be migrated from version {from} to version {to}: {message}"
    )]
    Migration {
        /// The record's key.
        key: Key,
        /// The version the step starts from.
        from: u32,
        /// The version it leads to.
        to: u32,
        /// What the conversion said.
        message: String,
    },
    /// The stored state does not fit the state's type.
    #[error("the record of `{key}` could not be decoded")]
    Undecodable {
        /// The record's key.
        key: Key,
        /// Where and why.
        source: DecodeError,
    },
    /// The state cannot be stored as it is.
    #[error("the state of `{key}` could not be encoded")]
    Encode {
        /// The record's key.
        key: Key,
        /// Where and why.
        source: EncodeError,
    },
    /// The store failed.
    #[error("the store failed for `{key}`")]
    Store {
        /// The record's key.
        key: Key,
        /// What the store said.
        source: StoreError,
    },
    /// Somebody else has the right to write this record now; the server ends.
    #[error("the record of `{key}` was taken over by another owner")]
    Fenced {
        /// The record's key.
        key: Key,
    },
    /// A hook failed or panicked.
    #[error("the hook `{hook}` of `{key}` failed: {message}")]
    Hook {
        /// The record's key.
        key: Key,
        /// The hook's option, such as `before_persist`.
        hook: &'static str,
        /// What it said.
        message: String,
    },
    /// An unreadable record was copied out of the way; the server starts afresh.
    #[error("the unreadable record of `{key}` was copied to `{copy}`: {reason}")]
    Quarantined {
        /// The record's key.
        key: Key,
        /// The key of the copy.
        copy: Key,
        /// Why it was unreadable.
        reason: String,
    },
}

impl PersistenceError {
    /// The key of the record it is about.
    #[must_use]
    pub fn key(&self) -> &Key {
        match self {
            Self::Stale { key, .. }
            | Self::Idle { key, .. }
            | Self::ClockSkew { key, .. }
            | Self::Damaged { key, .. }
            | Self::NewerFormat { key, .. }
            | Self::OtherKind { key, .. }
            | Self::NewerVersion { key, .. }
            | Self::NoMigration { key, .. }
            | Self::UnknownFields { key, .. }
            | Self::Migration { key, .. }
            | Self::Undecodable { key, .. }
            | Self::Encode { key, .. }
            | Self::Store { key, .. }
            | Self::Fenced { key }
            | Self::Hook { key, .. }
            | Self::Quarantined { key, .. } => key,
        }
    }

    /// Whether `on_unreadable = "quarantine"` applies: what a newer release wrote, and what may be whole behind a
    /// store that fails, is never moved aside.
    pub(crate) fn is_unreadable(&self) -> bool {
        matches!(
            self,
            Self::Damaged { .. } | Self::Undecodable { .. } | Self::Migration { .. }
        )
    }

    /// Whether the same record is refused again, whatever the store and the hooks do.
    pub(crate) fn is_permanent(&self) -> bool {
        match self {
            Self::Damaged { .. }
            | Self::NewerFormat { .. }
            | Self::OtherKind { .. }
            | Self::NewerVersion { .. }
            | Self::NoMigration { .. }
            | Self::UnknownFields { .. }
            | Self::Migration { .. }
            | Self::Undecodable { .. }
            | Self::Store {
                source: StoreError::InvalidKey { .. },
                ..
            } => true,
            Self::Stale { .. }
            | Self::Idle { .. }
            | Self::ClockSkew { .. }
            | Self::Encode { .. }
            | Self::Store { .. }
            | Self::Fenced { .. }
            | Self::Hook { .. }
            | Self::Quarantined { .. } => false,
        }
    }

    /// Whether a server that starts afresh takes the place of the record.
    pub(crate) fn is_replaced(&self) -> bool {
        matches!(
            self,
            Self::Stale { .. } | Self::Idle { .. } | Self::Quarantined { .. }
        )
    }

    /// The failure to read the record of `key`.
    pub(crate) fn record(key: Key, source: RecordError) -> Self {
        match source {
            RecordError::NewerFormat { .. } | RecordError::UnknownFeatures { .. } => {
                Self::NewerFormat { key, source }
            }
            RecordError::Damaged { .. } | RecordError::Foreign { .. } => {
                Self::Damaged { key, source }
            }
        }
    }

    /// The failure to make a state of the record of `key`.
    pub(crate) fn load(key: Key, error: LoadError) -> Self {
        match error {
            LoadError::Decode { source } => Self::Undecodable { key, source },
            LoadError::UnknownFields { names } => Self::UnknownFields { key, names },
            LoadError::Migration { from, to, message } => Self::Migration {
                key,
                from,
                to,
                message,
            },
            LoadError::NewerVersion { found, known } => Self::NewerVersion { key, found, known },
            LoadError::NoMigration { found, known } => Self::NoMigration { key, found, known },
        }
    }
}

/// In whole seconds where there are any: an age to the nanosecond helps nobody.
fn span(duration: Duration) -> humantime::FormattedDuration {
    let whole = Duration::from_secs(duration.as_secs());
    let exact = Duration::from_millis(u64::try_from(duration.as_millis()).unwrap_or(u64::MAX));
    humantime::format_duration(if whole.is_zero() { exact } else { whole })
}
