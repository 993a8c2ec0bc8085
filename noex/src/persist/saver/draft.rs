//! A cloned state on its way to its record: encoded on a thread of its own, then compared with what is stored.

use crate::contain::contained;
use crate::persist::PersistenceError;
use crate::persist::codec::{EncodeError, fingerprint};
use crate::persist::lease::Lease;
use crate::persist::persistent::Encoding;
use crate::persist::record::RecordMeta;
use crate::store::{Revision, StoreError};
use crate::sync::Runtime;

use super::refresh::put;
use super::{Outcome, Ready};

/// A cloned state with what its record will say of it.
pub(crate) struct Draft {
    pub(crate) meta: RecordMeta,
    pub(super) encode: Encoding,
    /// The revision it replaces.
    pub(super) replaces: Option<Revision>,
    /// The fingerprint of a state that need not be written again.
    pub(super) known: Option<u128>,
}

impl Draft {
    /// The write, once the state was encoded; or how the save came out without one.
    pub(crate) async fn into_ready(
        self,
        runtime: Runtime,
        lease: &Lease,
    ) -> Result<Ready, Outcome> {
        let (encode, kind) = (self.encode, self.meta.kind.clone());
        let encoded = runtime
            .spawn_blocking(move || {
                contained(encode).unwrap_or_else(|panic| Err(panicked(&kind, &panic)))
            })
            .await;
        let Some(encoded) = encoded else {
            return Err(Outcome::not_read(StoreError::Closed));
        };
        let bytes = encoded.map_err(|source| {
            let key = lease.key.clone();
            Outcome::NotEncoded(PersistenceError::Encode { key, source })
        })?;
        let fingerprint = Some(fingerprint(&bytes));
        if self.known == fingerprint {
            return Err(Outcome::Unchanged);
        }
        Ok(Ready {
            write: put(lease, self.replaces, &self.meta, &bytes),
            fingerprint,
        })
    }
}

fn panicked(kind: &str, panic: &str) -> EncodeError {
    EncodeError::Failed {
        kind: kind.to_owned(),
        path: String::new(),
        message: format!("it panicked: {panic}"),
    }
}
