//! What the `#[persist(..)]` attribute of a type declares, as a constant.

use std::time::Duration;

use super::{OnUnreadable, Snapshot};
use crate::persist::codec::Codec;

/// The `#[persist(..)]` options of a type, as the derive writes them into a constant.
#[doc(hidden)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PersistAttributes {
    pub kind: &'static str,
    pub version: u32,
    /// The literal of its lock, if it has one.
    pub shape: Option<u64>,
    pub codec: Codec,
    pub interval: Option<Duration>,
    /// `None` where the attribute does not say, so that `delete_on_stop` contradicts only what was written.
    pub save_on_stop: Option<bool>,
    pub restore: bool,
    pub key: Option<&'static str>,
    pub max_age: Option<Duration>,
    pub max_idle: Option<Duration>,
    pub cleanup_interval: Option<Duration>,
    pub delete_on_stop: bool,
    pub on_unreadable: OnUnreadable,
    pub snapshot: Snapshot,
}

impl PersistAttributes {
    /// What holds where an attribute says nothing; only the kind is always written.
    pub const DEFAULT: Self = Self {
        kind: "",
        version: 1,
        shape: None,
        codec: Codec::Json,
        interval: None,
        save_on_stop: None,
        restore: true,
        key: None,
        max_age: None,
        max_idle: None,
        cleanup_interval: None,
        delete_on_stop: false,
        on_unreadable: OnUnreadable::Fail,
        snapshot: Snapshot::Inline,
    };
}
