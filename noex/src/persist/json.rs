//! Strict JSON: what is written can be read again, and what is read is kept whole.
//!
//! The serializer of `strict` refuses values that JSON would change silently, and `path` names the place of a failure
//! from nothing but the text around it, so that neither writing nor reading pays for it.

mod path;
mod spaces;

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::codec::path::{join, of_ignored};
use super::codec::{Codec, DecodeError, EncodeError, denied_field};
use super::strict::{Checks, Rules, Strict, Unstorable};
pub(crate) use spaces::without_spaces;

const RULES: Rules = Rules {
    finite: true,
    text_keys: true,
    counted: false,
    big_integers: true,
};

pub(crate) fn encode<T: Serialize + ?Sized>(kind: &str, state: &T) -> Result<Vec<u8>, EncodeError> {
    let mut bytes = Vec::with_capacity(256);
    let checks = Checks::new(&RULES);
    let mut json = serde_json::Serializer::new(&mut bytes);
    match state.serialize(Strict::new(&mut json, &checks)) {
        Ok(()) => Ok(bytes),
        Err(error) => Err(not_encoded(kind, &bytes, checks.refused(), &error)),
    }
}

pub(crate) fn decode<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, DecodeError> {
    let mut unknown = Vec::new();
    let mut note = |path: serde_ignored::Path<'_>| unknown.push(of_ignored(&path));
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
        Some(reason) => EncodeError::Unstorable {
            codec: Codec::Json,
            kind,
            path,
            reason,
        },
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
    unknown.extend(denied_field(&message).map(|name| join(&path::parent_of(&path, name), name)));
    if unknown.is_empty() {
        DecodeError::Mismatch { path, at, message }
    } else {
        DecodeError::UnknownFields { names: unknown }
    }
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
