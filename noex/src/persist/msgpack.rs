//! Strict MessagePack: structs are maps by the names of their fields, and the rest is as in JSON, values of
//! human-readable forms included, so that a state means the same in both.
//!
//! The serializer of `strict` refuses what would not come back. The place of a value that cannot be written is found by
//! writing the state again with a serializer that notes its path; the decoder always knows its place.

mod decoder;
mod head;
#[cfg(test)]
mod tests;

use rmp_serde::encode::Serializer;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_path_to_error::{Path, Segment};

use super::codec::path::join;
use super::codec::{Codec, DecodeError, EncodeError, denied_field};
use super::strict::{Checks, Rules, Strict, Unstorable};
use decoder::{Decoder, Failure};

const RULES: Rules = Rules {
    finite: false,
    text_keys: false,
    counted: true,
    big_integers: false,
};

pub(crate) fn encode<T: Serialize + ?Sized>(kind: &str, state: &T) -> Result<Vec<u8>, EncodeError> {
    let mut bytes = Vec::with_capacity(256);
    let checks = Checks::new(&RULES);
    let mut msgpack = Serializer::new(&mut bytes)
        .with_struct_map()
        .with_human_readable();
    match state.serialize(Strict::new(&mut msgpack, &checks)) {
        // The lengths within are of 32 bits.
        Ok(()) if u32::try_from(bytes.len()).is_err() => {
            Err(unstorable(kind, String::new(), Unstorable::TooLong))
        }
        Ok(()) => Ok(bytes),
        Err(error) => Err(not_encoded(kind, state, checks.refused(), &error)),
    }
}

pub(crate) fn decode<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, DecodeError> {
    let mut decoder = Decoder::new(bytes);
    let state = T::deserialize(&mut decoder);
    match state.and_then(|state| decoder.end().map(|()| state)) {
        Err(failure) => Err(not_decoded(decoder, &failure)),
        Ok(state) => match decoder.into_unknown() {
            unknown if unknown.is_empty() => Ok(state),
            names => Err(DecodeError::UnknownFields { names }),
        },
    }
}

fn not_encoded<T: Serialize + ?Sized>(
    kind: &str,
    state: &T,
    refused: Option<Unstorable>,
    error: &rmp_serde::encode::Error,
) -> EncodeError {
    let path = path_of_refusal(state);
    match refused {
        Some(reason) => unstorable(kind, path, reason),
        None => EncodeError::Failed {
            kind: kind.to_owned(),
            path,
            message: error.to_string(),
        },
    }
}

fn unstorable(kind: &str, path: String, reason: Unstorable) -> EncodeError {
    EncodeError::Unstorable {
        codec: Codec::MessagePack,
        kind: kind.to_owned(),
        path,
        reason,
    }
}

fn path_of_refusal<T: Serialize + ?Sized>(state: &T) -> String {
    let checks = Checks::new(&RULES);
    let mut msgpack = Serializer::new(std::io::sink())
        .with_struct_map()
        .with_human_readable();
    let refused = serde_path_to_error::serialize(&state, Strict::new(&mut msgpack, &checks));
    refused
        .err()
        .map_or(String::new(), |error| path(error.path()))
}

/// A renamed field is a missing one and an unknown one: the unknown one tells that the record must be left alone.
fn not_decoded(decoder: Decoder<'_>, failure: &Failure) -> DecodeError {
    let (path, at, message) = (decoder.path(), decoder.at(), failure.to_string());
    let mut unknown = decoder.into_unknown();
    unknown.extend(denied_field(&message).map(|name| join(&path, name)));
    if unknown.is_empty() {
        DecodeError::Mismatch { path, at, message }
    } else {
        DecodeError::UnknownFields { names: unknown }
    }
}

fn path(path: &Path) -> String {
    let steps = path.iter().filter_map(|segment| match segment {
        Segment::Seq { index } => Some(index.to_string()),
        Segment::Map { key } => Some(key.clone()),
        Segment::Enum { variant } => Some(variant.clone()),
        Segment::Unknown => None,
    });
    steps.collect::<Vec<_>>().join(".")
}
