//! What a store that has only the bytes of a record needs to know of it, read without judging the record.

use std::borrow::Cow;
use std::sync::Arc;

use serde::Deserialize;

use super::{split_at_state, verified};
use crate::store::{Epoch, Key, Revision};

/// What a record's bytes say of it, as a store keeps it beside them elsewhere.
pub(crate) struct Copies {
    pub(crate) key: Key,
    pub(crate) kind: Arc<str>,
    pub(crate) revision: Revision,
    pub(crate) expires_at: Option<i64>,
}

/// Reads them from a whole record, also one of a newer format that still has these fields; none where a byte has
/// changed.
pub(crate) fn copies(record: &[u8]) -> Option<Copies> {
    let content = verified(record).ok()?;
    let (header, _) = split_at_state(content).unwrap_or((content, &[]));
    let closed = [header, b"}"].concat();
    let told: Told<'_> = serde_json::from_slice(&closed).ok()?;
    Some(Copies {
        key: Key::new(&*told.key).ok()?,
        kind: (&*told.kind).into(),
        revision: Revision::new(Epoch::new(told.epoch), told.number),
        expires_at: told.expires_at,
    })
}

#[derive(Deserialize)]
struct Told<'a> {
    key: Cow<'a, str>,
    kind: Cow<'a, str>,
    epoch: u64,
    number: u64,
    expires_at: Option<i64>,
}
