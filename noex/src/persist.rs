//! What is saved, when, and in which form.
//!
//! Everything in this module is a pure function of values: options are resolved, states encoded, records sealed
//! and read, ages judged. When to save and how to write is the saver's and the writer's, which stand on it.

pub(crate) mod age;
#[doc(hidden)]
pub mod codec;
pub(crate) mod config;
pub(crate) mod error;
pub(crate) mod json;
pub(crate) mod key_template;
pub(crate) mod lease;
#[doc(hidden)]
pub mod migrate;
pub(crate) mod persistent;
pub(crate) mod record;
pub(crate) mod restore;
pub(crate) mod saver;
pub(crate) mod settle;
pub(crate) mod writer;

pub use codec::{DecodeError, EncodeError, Unstorable};
#[doc(hidden)]
pub use config::PersistAttributes;
pub use config::{ConfigError, Contradiction, OnUnreadable, PersistOptions};
pub use error::PersistenceError;
pub use key_template::KeyError;
pub use migrate::LoadError;
pub use record::{RecordError, RecordMeta};
