//! Strict JSON: what is written can be read again, and what is read is kept whole.
//!
//! `strict` refuses values that JSON would change silently, `path` names the place of a failure from nothing but
//! the text around it, so that neither writing nor reading pays for it, and `compare` finds what a round trip lost.

mod compare;
mod path;
mod spaces;
mod strict;

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::codec::{DecodeError, EncodeError};
pub(crate) use compare::first_difference;
pub(crate) use spaces::without_spaces;
pub use strict::Unstorable;
use strict::{Checks, Strict};

pub(crate) fn encode<T: Serialize + ?Sized>(kind: &str, state: &T) -> Result<Vec<u8>, EncodeError> {
    let mut bytes = Vec::with_capacity(256);
    let checks = Checks::default();
    let mut json = serde_json::Serializer::new(&mut bytes);
    match state.serialize(Strict::new(&mut json, &checks)) {
        Ok(()) => Ok(bytes),
        Err(error) => Err(not_encoded(kind, &bytes, checks.refused(), &error)),
    }
}

pub(crate) fn decode<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, DecodeError> {
    let mut unknown = Vec::new();
    let mut note = |path: serde_ignored::Path<'_>| unknown.push(path::of_ignored(&path));
    let mut json = serde_json::Deserializer::from_slice(bytes);
    let state = T::deserialize(serde_ignored::Deserializer::new(&mut json, &mut note));
    match state.and_then(|state| json.end().map(|()| state)) {
        Ok(state) if unknown.is_empty() => Ok(state),
        Ok(_) => Err(DecodeError::UnknownFields { names: unknown }),
        Err(error) => Err(not_decoded(bytes, unknown, &error)),
    }
}

/// The text ends where the failure is.
fn not_encoded(
    kind: &str,
    text: &[u8],
    refused: Option<Unstorable>,
    error: &serde_json::Error,
) -> EncodeError {
    let (kind, path) = (kind.to_owned(), path::at_end_of(text));
    match refused {
        Some(reason) => EncodeError::Unstorable { kind, path, reason },
        None => EncodeError::Failed {
            kind,
            path,
            message: error.to_string(),
        },
    }
}

/// A renamed field is a missing one and an unknown one: the unknown one tells that the record must be left alone.
fn not_decoded(bytes: &[u8], mut unknown: Vec<String>, error: &serde_json::Error) -> DecodeError {
    let at = offset_of(bytes, error);
    let path = path::at_end_of(bytes.get(..at).unwrap_or(bytes));
    let message = without_position(error);
    unknown
        .extend(denied_field(&message).map(|name| path::join(&path::parent_of(&path, name), name)));
    if unknown.is_empty() {
        DecodeError::Mismatch { path, at, message }
    } else {
        DecodeError::UnknownFields { names: unknown }
    }
}

/// The field that a nested type refused by itself (`deny_unknown_fields`).
fn denied_field(message: &str) -> Option<&str> {
    Some(message.strip_prefix("unknown field `")?.split_once('`')?.0)
}

fn without_position(error: &serde_json::Error) -> String {
    let message = error.to_string();
    message
        .rsplit_once(" at line ")
        .map_or(message.clone(), |(message, _)| message.to_owned())
}

fn offset_of(bytes: &[u8], error: &serde_json::Error) -> usize {
    let lines = bytes.split_inclusive(|byte| *byte == b'\n');
    let before: usize = lines
        .take(error.line().saturating_sub(1))
        .map(<[u8]>::len)
        .sum();
    before + error.column()
}
