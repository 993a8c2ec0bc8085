//! Where unreadable records are put aside: under keys that no server and no family has.

use xxhash_rust::xxh3::xxh3_128;

use crate::store::{Key, Revision, StoreError};

/// What the keys of copies begin with. No family's name holds a colon, so no family's keys begin so by themselves.
const PREFIX: &str = ":quarantine:";

/// The key of the copy of a record; a key that would be too long is shortened to its hash.
pub(crate) fn key_of(key: &Key, revision: Revision) -> Result<Key, StoreError> {
    Key::new(format!("{PREFIX}{key}@{revision}")).or_else(|_| {
        let hash = xxh3_128(key.as_str().as_bytes());
        Key::new(format!("{PREFIX}{hash:032x}@{revision}"))
    })
}

/// Whether a key is that of a copy.
pub(crate) fn is_copy(key: &str) -> bool {
    key.starts_with(PREFIX)
}
