//! A state to bytes and back, for generated code and the saver: what a codec can do and how it fails.
//!
//! How each of them writes and reads is in `json` and `msgpack`; nothing here knows when or where bytes are stored.

pub(crate) mod compare;
#[cfg(test)]
mod decoding_tests;
#[cfg(test)]
mod encoding_tests;
pub(crate) mod path;
#[cfg(test)]
mod round_trip_tests;
#[cfg(test)]
mod tests;
pub(crate) mod value;

use std::fmt;

use serde::Serialize;
use serde::de::DeserializeOwned;
use xxhash_rust::xxh3::xxh3_128;

use super::json;
#[cfg(feature = "msgpack")]
use super::msgpack;
pub use super::strict::Unstorable;

/// How a state is written into its record: what `codec = ".."` of `#[persist(..)]` asks for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Codec {
    /// `"json"`: text that any tool reads.
    #[default]
    Json,
    /// `"msgpack"`: MessagePack, with the names of the fields.
    #[cfg(feature = "msgpack")]
    MessagePack,
}

/// Why a state could not be made into bytes that can be read again.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum EncodeError {
    /// The codec has no way to hold a value of the state.
    #[error("`{kind}` cannot be stored as {codec}: {reason}{}", at_path(path))]
    Unstorable {
        /// The codec that holds states of this kind.
        codec: Codec,
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

impl Codec {
    /// All that this program knows.
    pub(crate) const KNOWN: &[Self] = &[
        Self::Json,
        #[cfg(feature = "msgpack")]
        Self::MessagePack,
    ];

    /// What a record calls it, and `#[persist(codec = "..")]`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Json => "json",
            #[cfg(feature = "msgpack")]
            Self::MessagePack => "msgpack",
        }
    }

    /// The codec of this name, if this program knows it.
    pub(crate) fn named(name: &str) -> Option<Self> {
        let known = Self::KNOWN.iter().copied();
        known.into_iter().find(|codec| codec.name() == name)
    }

    /// Makes the bytes of a state; `kind` is for the error.
    pub(crate) fn encode<T: Serialize + ?Sized>(
        self,
        kind: &str,
        state: &T,
    ) -> Result<Vec<u8>, EncodeError> {
        match self {
            Self::Json => json::encode(kind, state),
            #[cfg(feature = "msgpack")]
            Self::MessagePack => msgpack::encode(kind, state),
        }
    }

    /// Makes a state of bytes, and refuses what the state could not keep.
    pub(crate) fn decode<T: DeserializeOwned>(self, bytes: &[u8]) -> Result<T, DecodeError> {
        match self {
            Self::Json => json::decode(bytes),
            #[cfg(feature = "msgpack")]
            Self::MessagePack => msgpack::decode(bytes),
        }
    }

    /// Makes sure that `bytes`, just encoded from a `T`, give the same `T` back.
    pub(crate) fn check_round_trip<T: Serialize + DeserializeOwned>(
        self,
        kind: &str,
        bytes: &[u8],
    ) -> Result<(), EncodeError> {
        let not_loadable = |source| EncodeError::NotLoadable {
            kind: kind.to_owned(),
            source,
        };
        let again = self.encode(kind, &self.decode::<T>(bytes).map_err(not_loadable)?)?;
        let difference = compare::first_difference(self, bytes, &again).map_err(not_loadable)?;
        difference.map_or(Ok(()), |path| {
            Err(EncodeError::Changed {
                kind: kind.to_owned(),
                path,
            })
        })
    }

    /// Encoded bytes as JSON, for people to read and to edit; none where JSON could not hold the state as it is.
    pub(crate) fn as_json(self, bytes: &[u8]) -> Option<String> {
        let json = match self {
            Self::Json => bytes.to_vec(),
            #[cfg(feature = "msgpack")]
            Self::MessagePack => {
                let state = msgpack::decode::<value::Value>(bytes).ok()?;
                json::encode("", &state).ok()?
            }
        };
        String::from_utf8(json).ok()
    }
}

impl fmt::Display for Codec {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Json => "JSON",
            #[cfg(feature = "msgpack")]
            Self::MessagePack => "MessagePack",
        })
    }
}

/// Tells two encoded states apart.
#[must_use]
pub(crate) fn fingerprint(bytes: &[u8]) -> u128 {
    xxh3_128(bytes)
}

/// The field that a nested type refused by itself (`deny_unknown_fields`).
pub(super) fn denied_field(message: &str) -> Option<&str> {
    Some(message.strip_prefix("unknown field `")?.split_once('`')?.0)
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
