//! A record stored again as it is, so that it does not expire while its server lives.

use crate::persist::lease::Lease;
use crate::persist::record::{self, RecordMeta, unseal};
use crate::store::{Revision, StoreError, Write};

use super::{Outcome, Ready};

/// A record that is to be stored again as it is, but for its times.
pub(crate) struct Refresh {
    pub(crate) meta: RecordMeta,
    pub(super) fingerprint: Option<u128>,
    pub(super) replaces: Revision,
}

impl Refresh {
    /// The same as the last write of its server.
    pub(crate) async fn into_last(self, lease: &Lease) -> Result<Ready, Outcome> {
        let ready = self.into_ready(lease).await?;
        Ok(Ready {
            write: ready.write.last(),
            ..ready
        })
    }

    /// The write, from the record as it is stored; or how the save came out without one.
    pub(crate) async fn into_ready(self, lease: &Lease) -> Result<Ready, Outcome> {
        let loaded = lease.store.adapter.load(&lease.key).await;
        let stored = loaded
            .map_err(Outcome::not_read)?
            .filter(|loaded| loaded.record.revision == self.replaces);
        // Another revision than the one this server left: the key is another's.
        let stored = stored.ok_or(Outcome::Fenced)?;
        let unsealed = unseal(&stored.record.bytes, &lease.key)
            .map_err(|error| Outcome::not_read(StoreError::rejected(error)))?;
        Ok(Ready {
            write: put(lease, Some(self.replaces), &self.meta, &unsealed.state),
            fingerprint: self.fingerprint,
        })
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
