//! What a record says about its state.

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use crate::persist::Codec;
use crate::store::{Key, NodeId, Revision};

/// What is stored beside a state: whose it is, which revision, when it was saved, how long it is good for.
///
/// Times are kept in whole milliseconds.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct RecordMeta {
    /// The key the record is stored under.
    pub key: Key,
    /// The kind of server the state belongs to.
    pub kind: Arc<str>,
    /// The version of the state's type.
    pub version: u32,
    /// A fingerprint of the fields of the state's type, if it is locked.
    pub shape: Option<u64>,
    /// How the state is written.
    pub codec: Codec,
    /// Rises with each write of the record.
    pub revision: Revision,
    /// The process that wrote it.
    pub node: NodeId,
    /// The id of the server that wrote it, for people who look into a store.
    pub server_id: Arc<str>,
    /// The name of that server, if it had one.
    pub server_name: Option<Arc<str>>,
    /// When the record was first saved.
    pub created_at: SystemTime,
    /// When it was last saved or refreshed.
    pub saved_at: SystemTime,
    /// When a client last sent the server a message.
    pub active_at: SystemTime,
    /// How long after `saved_at` it is good for.
    pub max_age: Option<Duration>,
    /// How long after `active_at` it is good for.
    pub max_idle: Option<Duration>,
    /// When it stops being good, by the limits above.
    pub expires_at: Option<SystemTime>,
}

impl RecordMeta {
    /// The time since the record was last saved or refreshed; nothing if that lies in the future.
    #[must_use]
    pub fn age(&self, now: SystemTime) -> Duration {
        now.duration_since(self.saved_at).unwrap_or_default()
    }
}
