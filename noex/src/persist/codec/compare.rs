//! What differs between an encoded state and the state read from it, encoded again.
//!
//! A map and a set are written in whatever order they happen to have, so the order in maps and lists is left out
//! of account.

use std::collections::HashMap;

use super::value::Value;
use super::{Codec, DecodeError, path};

/// The path of the first value that is not the same in both, if there is one.
pub(crate) fn first_difference(
    codec: Codec,
    before: &[u8],
    after: &[u8],
) -> Result<Option<String>, DecodeError> {
    let (before, after) = (
        codec.decode::<Value>(before)?,
        codec.decode::<Value>(after)?,
    );
    let differs = before.digest() != after.digest();
    Ok(differs.then(|| difference(&before, &after, String::new())))
}

/// Goes down into two values that differ.
fn difference(before: &Value, after: &Value, at: String) -> String {
    let deeper = match (before, after) {
        (Value::Map(before), Value::Map(after)) => differing_field(before, after),
        (Value::List(before), Value::List(after)) => differing_element(before, after),
        _ => None,
    };
    match deeper {
        Some((step, Some((before, after)))) => difference(before, after, path::join(&at, &step)),
        Some((step, None)) => path::join(&at, &step),
        None => at,
    }
}

type Deeper<'a> = Option<(String, Option<(&'a Value, &'a Value)>)>;
type Field = (Value, Value);

fn differing_field<'a>(before: &'a [Field], after: &'a [Field]) -> Deeper<'a> {
    let afterwards = by_key(after);
    let is_changed = |(key, value): &&Field| {
        let after = afterwards.get(&key.digest());
        after.map(|after| after.digest()) != Some(value.digest())
    };
    let changed = before.iter().find(is_changed).map(|(key, value)| {
        let after = afterwards.get(&key.digest());
        (key.to_string(), after.map(|after| (value, *after)))
    });
    changed.or_else(|| {
        let known = by_key(before);
        let mut keys = after.iter().map(|(key, _)| key);
        let added = keys.find(|key| !known.contains_key(&key.digest()))?;
        Some((added.to_string(), None))
    })
}

fn by_key(fields: &[Field]) -> HashMap<u128, &Value> {
    let digests = fields.iter().map(|(key, value)| (key.digest(), value));
    digests.collect()
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
        *likes.entry(other.digest()).or_insert(0_usize) += 1;
    }
    these
        .iter()
        .enumerate()
        .find(|(_, this)| match likes.get_mut(&this.digest()) {
            Some(left @ 1..) => {
                *left -= 1;
                false
            }
            _ => true,
        })
}
