//! Old versions of a state, read and converted, with noex's own words where a type does not fit.

use std::fmt::Display;

use serde::de::DeserializeOwned;

use crate::persist::migrate::{self, LoadError};
use crate::persist::persistent::Decoder;

/// A type that an old record can be read as.
#[diagnostic::on_unimplemented(
    message = "old version `{Self}` cannot be read from a record",
    label = "not `Stored`",
    note = "write `#[derive(Stored)]` on it"
)]
pub trait OldVersion: DeserializeOwned {}

#[diagnostic::do_not_recommend]
impl<T: DeserializeOwned> OldVersion for T {}

/// A version that can be taken to the next one.
#[diagnostic::on_unimplemented(
    message = "no conversion from `{Self}` to `{Next}`",
    label = "the next version cannot be made from it",
    note = "write `impl From<{Self}> for {Next}`, or `TryFrom` with an error that can be displayed"
)]
pub trait Precedes<Next>: Sized {
    /// Takes the state from version `from` to version `to`.
    fn convert(self, from: u32, to: u32) -> Result<Next, LoadError>;
}

#[diagnostic::do_not_recommend]
impl<Old, Next: TryFrom<Old, Error: Display>> Precedes<Next> for Old {
    fn convert(self, from: u32, to: u32) -> Result<Next, LoadError> {
        migrate::step(self, from, to)
    }
}

/// Takes a state of version `from` to version `to`.
pub fn step<Old: Precedes<Next>, Next>(old: Old, from: u32, to: u32) -> Result<Next, LoadError> {
    old.convert(from, to)
}

/// Reads a record of an old version.
pub fn decode_old<T: OldVersion>(record: Decoder<'_>) -> Result<T, LoadError> {
    Ok(record.decode()?)
}

/// Reads a record of the current version.
pub fn decode_current<T: DeserializeOwned>(record: Decoder<'_>) -> Result<T, LoadError> {
    Ok(record.decode()?)
}
