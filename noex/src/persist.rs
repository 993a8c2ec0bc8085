//! What is saved, when, and in which form.
//!
//! Most of it is pure functions of values: options are resolved (`config`, `key_template`), states encoded (`codec`,
//! `json`, `msgpack`, `strict`), records sealed and read (`record`), ages judged (`age`, `expiry`), edits
//! judged (`mend`), writes in doubt judged (`settle`). On these stand
//! the `saver` of each server, the `writer` of each store and the rounds of its `janitor`. When a server saves is the
//! slot's business.

pub(crate) mod account;
pub(crate) mod age;
#[doc(hidden)]
pub mod codec;
pub(crate) mod config;
pub(crate) mod error;
pub(crate) mod expiry;
pub(crate) mod held;
pub(crate) mod janitor;
pub(crate) mod json;
pub(crate) mod key_template;
pub(crate) mod lease;
pub(crate) mod mend;
#[doc(hidden)]
pub mod migrate;
#[cfg(feature = "msgpack")]
pub(crate) mod msgpack;
pub(crate) mod persistent;
pub(crate) mod quarantine;
pub(crate) mod record;
pub(crate) mod restore;
pub(crate) mod saver;
pub(crate) mod settle;
pub(crate) mod strict;
pub(crate) mod writer;

pub use codec::{Codec, DecodeError, EncodeError, Unstorable};
#[doc(hidden)]
pub use config::PersistAttributes;
pub use config::{Contradiction, OnUnreadable, PersistOptions, Snapshot};
pub use error::PersistenceError;
pub use key_template::KeyError;
pub use mend::{Edited, Exported};
pub use migrate::LoadError;
pub use record::{RecordError, RecordMeta};
