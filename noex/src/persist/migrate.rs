//! Steps from one version of a stored state to the next, as generated code takes them.
//!
//! Which steps there are is known while compiling; here is what one of them does and how it fails. A panic in a
//! conversion is contained by whoever loads.

#[cfg(test)]
mod tests;

use std::fmt::Display;

use super::codec::DecodeError;

/// Why a stored state did not become a state of the current version.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum LoadError {
    /// The bytes do not fit the type of their version.
    #[error("the stored state does not fit its type")]
    Decode {
        /// Where and why.
        source: DecodeError,
    },
    /// They hold fields that the type of their version does not know.
    #[error("the stored state holds unknown fields: {}", names.join(", "))]
    UnknownFields {
        /// The paths of the fields.
        names: Vec<String>,
    },
    /// A conversion from one version to the next failed.
    #[error("the migration from version {from} to version {to} failed: {message}")]
    Migration {
        /// The version it starts from.
        from: u32,
        /// The version it leads to.
        to: u32,
        /// What the conversion said.
        message: String,
    },
    /// They are of a version newer than the code.
    #[error("version {found} is newer than version {known} of the code")]
    NewerVersion {
        /// The version of the record.
        found: u32,
        /// The version of the code.
        known: u32,
    },
    /// They are of a version from which no step leads on.
    #[error("no migration leads from version {found} to version {known}")]
    NoMigration {
        /// The version of the record.
        found: u32,
        /// The version of the code.
        known: u32,
    },
}

impl From<DecodeError> for LoadError {
    fn from(error: DecodeError) -> Self {
        match error {
            DecodeError::UnknownFields { names } => Self::UnknownFields { names },
            source => Self::Decode { source },
        }
    }
}

/// Takes a state of version `from` to version `to`.
#[doc(hidden)]
pub fn step<Old, New>(old: Old, from: u32, to: u32) -> Result<New, LoadError>
where
    New: TryFrom<Old, Error: Display>,
{
    New::try_from(old).map_err(|error| failed(from, to, &error))
}

/// The failure for a record of a version that generated code has no arm for.
#[doc(hidden)]
#[must_use]
pub fn unknown_version(found: u32, known: u32) -> LoadError {
    if found > known {
        LoadError::NewerVersion { found, known }
    } else {
        LoadError::NoMigration { found, known }
    }
}

/// A version newer than the code's is refused before a byte of its state is read.
#[doc(hidden)]
pub fn check_version(found: u32, known: u32) -> Result<(), LoadError> {
    if found > known {
        Err(unknown_version(found, known))
    } else {
        Ok(())
    }
}

fn failed(from: u32, to: u32, error: &dyn Display) -> LoadError {
    LoadError::Migration {
        from,
        to,
        message: error.to_string(),
    }
}
