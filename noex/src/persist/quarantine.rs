//! Where records are put aside: under keys that no server and no family has.

use std::sync::Arc;

use xxhash_rust::xxh3::xxh3_128;

use super::writer::StoreHandle;
use crate::store::{Key, Record, Revision, StoreError, Write};

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

/// Copies the record of `key`, and makes sure that the copy is there; its key.
pub(crate) async fn copy(
    store: &Arc<StoreHandle>,
    key: &Key,
    record: &Record,
) -> Result<Key, StoreError> {
    let copy = key_of(key, record.revision)?;
    let write = Write::put(copy.clone(), None, record.clone());
    if let Err(error) = store.write(write).await {
        tracing::debug!(%copy, %error, "the copy is looked for before this counts as a failure");
    }
    let found = store.adapter.load(&copy).await?;
    if found.is_none_or(|found| found.record.bytes != record.bytes) {
        return Err(StoreError::rejected(format!(
            "the record could not be copied to `{copy}`"
        )));
    }
    Ok(copy)
}
