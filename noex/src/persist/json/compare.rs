//! What differs between a state's JSON and that of the state read from it.
//!
//! A map and a set are written in whatever order they happen to have, so the order in objects and arrays is left out
//! of account.

use std::collections::HashMap;

use serde_json::Value;
use xxhash_rust::xxh3::xxh3_128;

use super::{DecodeError, decode, path};

/// The path of the first value that is not the same in both, if there is one.
pub(crate) fn first_difference(before: &[u8], after: &[u8]) -> Result<Option<String>, DecodeError> {
    let (before, after) = (decode::<Value>(before)?, decode::<Value>(after)?);
    Ok((digest(&before) != digest(&after)).then(|| difference(&before, &after, String::new())))
}

/// Goes down into two values that differ.
fn difference(before: &Value, after: &Value, at: String) -> String {
    let deeper = match (before, after) {
        (Value::Object(before), Value::Object(after)) => differing_field(before, after),
        (Value::Array(before), Value::Array(after)) => differing_element(before, after),
        _ => None,
    };
    match deeper {
        Some((step, Some((before, after)))) => difference(before, after, path::join(&at, &step)),
        Some((step, None)) => path::join(&at, &step),
        None => at,
    }
}

type Deeper<'a> = Option<(String, Option<(&'a Value, &'a Value)>)>;
type Fields = serde_json::Map<String, Value>;

fn differing_field<'a>(before: &'a Fields, after: &'a Fields) -> Deeper<'a> {
    let changed = before
        .iter()
        .find(|(name, value)| after.get(*name).map(digest) != Some(digest(value)));
    let added = || {
        after
            .keys()
            .find(|name| !before.contains_key(*name))
            .map(|name| (name.clone(), None))
    };
    let changed =
        changed.map(|(name, value)| (name.clone(), after.get(name).map(|after| (value, after))));
    changed.or_else(added)
}

/// The first element without its like in the other array, beside the first that the other has instead.
fn differing_element<'a>(before: &'a [Value], after: &'a [Value]) -> Deeper<'a> {
    let gone = first_without_its_like(before, after);
    let new = first_without_its_like(after, before);
    match (gone, new) {
        (Some((index, gone)), Some((_, new))) if before.len() == after.len() => {
            Some((index.to_string(), Some((gone, new))))
        }
        (Some((index, _)), _) | (None, Some((index, _))) => Some((index.to_string(), None)),
        (None, None) => None,
    }
}

fn first_without_its_like<'a>(these: &'a [Value], others: &[Value]) -> Option<(usize, &'a Value)> {
    let mut likes = HashMap::new();
    for other in others {
        *likes.entry(digest(other)).or_insert(0_usize) += 1;
    }
    these
        .iter()
        .enumerate()
        .find(|(_, this)| match likes.get_mut(&digest(this)) {
            Some(left @ 1..) => {
                *left -= 1;
                false
            }
            _ => true,
        })
}

/// The same for values that differ in nothing but order: sums do not mind it.
fn digest(value: &Value) -> u128 {
    match value {
        Value::Array(elements) => tagged(
            b'[',
            elements.iter().map(digest).fold(0, u128::wrapping_add),
        ),
        Value::Object(fields) => tagged(
            b'{',
            fields.iter().map(field_digest).fold(0, u128::wrapping_add),
        ),
        scalar => xxh3_128(scalar.to_string().as_bytes()),
    }
}

fn field_digest((name, value): (&String, &Value)) -> u128 {
    let name = xxh3_128(name.as_bytes()).to_le_bytes();
    xxh3_128(&[name, digest(value).to_le_bytes()].concat())
}

fn tagged(tag: u8, sum: u128) -> u128 {
    let mut bytes = vec![tag];
    bytes.extend_from_slice(&sum.to_le_bytes());
    xxh3_128(&bytes)
}
