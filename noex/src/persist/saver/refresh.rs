//! A record stored again as it is, so that it does not expire while its server lives.

use crate::persist::lease::Lease;
use crate::persist::record::{self, RecordMeta, unseal};
use crate::store::{Revision, StoreError, Write};

/// A record that is to be stored again as it is, but for its times.
pub(crate) struct Refresh {
    pub(crate) meta: RecordMeta,
    pub(crate) fingerprint: Option<u128>,
    pub(super) replaces: Revision,
}

impl Refresh {
    /// The write, from the record as it is stored.
    pub(crate) async fn into_write(self, lease: &Lease) -> Result<Write, StoreError> {
        let loaded = lease.store.adapter.load(&lease.key).await?;
        let stored = loaded.filter(|loaded| loaded.record.revision == self.replaces);
        let Some(stored) = stored else {
            return Err(StoreError::conflict(&lease.key, None));
        };
        let unsealed = unseal(&stored.record.bytes, &lease.key).map_err(StoreError::rejected)?;
        Ok(put(lease, Some(self.replaces), &self.meta, &unsealed.state))
    }
}

pub(super) fn put(
    lease: &Lease,
    replaces: Option<Revision>,
    meta: &RecordMeta,
    state: &[u8],
) -> Write {
    Write::put(lease.key.clone(), replaces, record::stored(meta, state)).under(lease.claim)
}
