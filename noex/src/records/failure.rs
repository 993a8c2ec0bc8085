//! What is wrong with a record: the error with its key, and a word for its cause to count by.

use std::fmt;

use serde::{Serialize, Serializer};

use crate::error::Chain;
use crate::persist::PersistenceError;
use crate::store::Key;

/// A record that today's program could not go on with, or that could not be written as today's.
#[derive(Clone, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Failure {
    /// A start, or the next save, would fail in this way.
    #[error(transparent)]
    Record(#[from] PersistenceError),
    /// The state was loaded, and the check refused it.
    #[error("the state of `{key}` does not pass the check: {message}")]
    Check {
        /// The record's key.
        key: Key,
        /// What the check said.
        message: String,
    },
}

/// What a failure comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Cause {
    /// A newer program wrote the record.
    Newer,
    /// It holds fields that the program does not know.
    UnknownFields,
    /// Another kind of server's record has a key under the prefix.
    OtherKind,
    /// Its bytes cannot be trusted.
    Damaged,
    /// Its state does not fit the type of its version.
    Undecodable,
    /// A step to today's version fails, or is missing.
    Migration,
    /// The check refused the state.
    Check,
    /// The migrated state cannot be encoded, or not so that it can be read again.
    Unencodable,
    /// The store failed, or would not take the migrated record.
    Store,
}

impl Failure {
    /// The key of the record.
    #[must_use]
    pub fn key(&self) -> &Key {
        match self {
            Self::Record(error) => error.key(),
            Self::Check { key, .. } => key,
        }
    }

    /// What it comes from.
    #[must_use]
    pub fn cause(&self) -> Cause {
        match self {
            Self::Check { .. } => Cause::Check,
            Self::Record(error) => cause(error),
        }
    }
}

fn cause(error: &PersistenceError) -> Cause {
    match error {
        PersistenceError::NewerFormat { .. } | PersistenceError::NewerVersion { .. } => {
            Cause::Newer
        }
        PersistenceError::UnknownFields { .. } => Cause::UnknownFields,
        PersistenceError::OtherKind { .. } => Cause::OtherKind,
        PersistenceError::Undecodable { .. } => Cause::Undecodable,
        PersistenceError::Migration { .. } | PersistenceError::NoMigration { .. } => {
            Cause::Migration
        }
        PersistenceError::Encode { .. } => Cause::Unencodable,
        PersistenceError::Store { .. } => Cause::Store,
        // What else there is concerns starts and hooks, and does not come from reading a record.
        _ => Cause::Damaged,
    }
}

impl fmt::Display for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Newer => "newer than the program",
            Self::UnknownFields => "with unknown fields",
            Self::OtherKind => "of another kind",
            Self::Damaged => "damaged",
            Self::Undecodable => "undecodable",
            Self::Migration => "without a way to today's version",
            Self::Check => "refused by the check",
            Self::Unencodable => "not to be encoded",
            Self::Store => "left open by the store",
        })
    }
}

/// The key, the cause, and the error with its sources in one line.
impl Serialize for Failure {
    fn serialize<Z: Serializer>(&self, serializer: Z) -> Result<Z::Ok, Z::Error> {
        #[derive(Serialize)]
        struct Told<'a> {
            key: &'a str,
            cause: Cause,
            error: String,
        }
        let told = Told {
            key: self.key().as_str(),
            cause: self.cause(),
            error: Chain(self).to_string(),
        };
        told.serialize(serializer)
    }
}
