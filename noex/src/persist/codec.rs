//! A state to bytes and back, for generated code and the saver: what a codec can do and how it fails.
//!
//! The one codec is strict JSON (`json.rs`); nothing here knows when or where bytes are stored.

#[cfg(test)]
mod decoding_tests;
#[cfg(test)]
mod encoding_tests;
#[cfg(test)]
mod round_trip_tests;
#[cfg(test)]
mod tests;

use serde::Serialize;
use serde::de::DeserializeOwned;
use xxhash_rust::xxh3::xxh3_128;

use super::json;
pub use super::json::Unstorable;

/// Why a state could not be made into bytes that can be read again.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum EncodeError {
    /// JSON has no way to hold a value of the state.
    #[error("`{kind}` cannot be stored as JSON: {reason}{}", at_path(path))]
    Unstorable {
        /// The kind of the state.
        kind: String,
        /// Where in it, such as `items.3.price`; empty for the state itself.
        path: String,
        /// Which value that is.
        reason: Unstorable,
    },
    /// A `Serialize` implementation within the state failed.
    #[error("`{kind}` cannot be stored: {message}{}", at_path(path))]
    Failed {
        /// The kind of the state.
        kind: String,
        /// Where in it.
        path: String,
        /// What it said.
        message: String,
    },
    /// The bytes could not be read again (checked in debug builds).
    #[error("`{kind}` could not be loaded from what was stored of it")]
    NotLoadable {
        /// The kind of the state.
        kind: String,
        /// Where and why.
        source: DecodeError,
    },
    /// The bytes read again gave another state (checked in debug builds).
    #[error(
        "`{kind}` would be loaded with another value than was stored{}",
        at_path(path)
    )]
    Changed {
        /// The kind of the state.
        kind: String,
        /// The first place that differs.
        path: String,
    },
}

/// Why bytes could not be made into a state.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum DecodeError {
    /// They hold fields the state's type does not know, and which the next save would drop.
    #[error("unknown fields: {}", names.join(", "))]
    UnknownFields {
        /// The paths of the fields, such as `items.3.discount`.
        names: Vec<String>,
    },
    /// They do not fit the state's type.
    #[error("{message}{}{}{}", at_path(path), at_byte(*at), cure(message, path))]
    Mismatch {
        /// Where in the state, such as `items.3.price`; empty for the state itself.
        path: String,
        /// How many bytes were read when it showed.
        at: usize,
        /// What was expected.
        message: String,
    },
}

/// Makes the bytes of a state; `kind` is for the error.
#[doc(hidden)]
pub fn encode<T: Serialize + ?Sized>(kind: &str, state: &T) -> Result<Vec<u8>, EncodeError> {
    json::encode(kind, state)
}

/// Makes a state of bytes, and refuses what the state could not keep.
#[doc(hidden)]
pub fn decode<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, DecodeError> {
    json::decode(bytes)
}

/// Makes sure that `bytes`, just encoded from a `T`, give the same `T` back.
#[doc(hidden)]
pub fn check_round_trip<T: Serialize + DeserializeOwned>(
    kind: &str,
    bytes: &[u8],
) -> Result<(), EncodeError> {
    let not_loadable = |source| EncodeError::NotLoadable {
        kind: kind.to_owned(),
        source,
    };
    let again = encode(kind, &decode::<T>(bytes).map_err(not_loadable)?)?;
    let difference = json::first_difference(bytes, &again).map_err(not_loadable)?;
    difference.map_or(Ok(()), |path| {
        Err(EncodeError::Changed {
            kind: kind.to_owned(),
            path,
        })
    })
}

/// Tells two encoded states apart.
#[doc(hidden)]
#[must_use]
pub fn fingerprint(bytes: &[u8]) -> u128 {
    xxh3_128(bytes)
}

/// Nothing, where nothing was read: the mistake is not there.
fn at_byte(at: usize) -> String {
    if at == 0 {
        String::new()
    } else {
        format!(" (byte {at})")
    }
}

/// What helps where a field is not there that was added since: in the state itself it is one of noex's.
fn cure(message: &str, path: &str) -> &'static str {
    if !message.starts_with("missing field ") {
        ""
    } else if path.is_empty() {
        "; write `#[persist(default)]` on it, or raise `version` and add a migration"
    } else {
        "; give it a default, or raise `version` and add a migration"
    }
}

fn at_path(path: &str) -> String {
    if path.is_empty() {
        String::new()
    } else {
        format!(" at `{path}`")
    }
}
