//! The contract between noex and a store, and the stores that come with it.
//!
//! A store knows bytes, revisions and claims, never a state type: what the bytes mean is `persist`'s business. Who
//! writes an adapter implements [`StorageAdapter`] and lets `noex::testing::adapter_suite!` judge it: the guide's page
//! [`adapters`](crate::guide::adapters) shows how.

mod abilities;
mod adapter;
mod claim;
mod claims;
#[cfg(any(feature = "file", feature = "sqlite"))]
mod disk;
mod erased;
mod error;
#[cfg(feature = "file")]
mod file;
mod key;
mod memory;
#[cfg(any(feature = "file", feature = "sqlite"))]
mod open_error;
mod query;
mod record;
mod revision;
pub(crate) mod shelf;
#[cfg(feature = "sqlite")]
mod sqlite;
mod write;

pub use abilities::{Abilities, Durability, Ownership};
pub use adapter::StorageAdapter;
pub use bytes::Bytes;
pub use claim::{Claim, Claimed, Holder, NodeId};
pub use claims::Claims;
pub use error::{Mismatch, StoreError};
#[cfg(feature = "file")]
pub use file::{FileAdapter, FileBuilder};
pub use key::Key;
pub use memory::MemoryAdapter;
#[cfg(any(feature = "file", feature = "sqlite"))]
pub use open_error::OpenError;
pub use query::{Cursor, Page, Query};
pub use record::{Loaded, Record};
pub use revision::{Epoch, Revision};
#[cfg(feature = "sqlite")]
pub use sqlite::{SqliteAdapter, SqliteBuilder};
pub use write::Write;

pub(crate) use erased::{ErasedAdapter, Store, erase};
