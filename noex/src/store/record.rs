//! What a store keeps under a key.

use std::sync::Arc;

use bytes::Bytes;

use super::{Holder, Revision};

/// A stored record: the sealed bytes, which are the truth, and copies of what a store needs for finding them.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Record {
    /// How far the record has come.
    pub revision: Revision,
    /// The kind of server the record belongs to.
    pub kind: Arc<str>,
    /// When the record expires, in milliseconds since 1970.
    pub expires_at: Option<i64>,
    /// The sealed record, checksum included.
    pub bytes: Bytes,
}

impl Record {
    /// A record that never expires.
    #[must_use]
    pub fn new(revision: Revision, kind: impl Into<Arc<str>>, bytes: impl Into<Bytes>) -> Self {
        Self {
            revision,
            kind: kind.into(),
            expires_at: None,
            bytes: bytes.into(),
        }
    }

    /// The same record with another time of expiry, in milliseconds since 1970.
    #[must_use]
    pub fn expiring(mut self, expires_at: impl Into<Option<i64>>) -> Self {
        self.expires_at = expires_at.into();
        self
    }
}

/// A record as it was found, with its holder where the store knows one.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Loaded {
    /// The newest acknowledged record.
    pub record: Record,
    /// Who holds the key; `None` also where the store keeps no claims.
    pub holder: Option<Holder>,
}

impl Loaded {
    /// A record found in a store that keeps no claims, or that nobody holds.
    #[must_use]
    pub const fn new(record: Record) -> Self {
        Self {
            record,
            holder: None,
        }
    }

    /// The same record, held by `holder`.
    #[must_use]
    pub fn held_by(mut self, holder: impl Into<Option<Holder>>) -> Self {
        self.holder = holder.into();
        self
    }
}
