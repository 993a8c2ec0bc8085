//! A store in one SQLite database file.
//!
//! The adapter only hands jobs to one thread, which owns the connection and commits in one transaction what came
//! while the last one was written. Bundled SQLite, WAL, `synchronous = FULL`, both read back.

mod options;
mod place;
mod schema;
mod session;
mod settings;
mod table;
mod whole;

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::{
    Abilities, Claim, Claimed, Key, Loaded, NodeId, OpenError, Page, Query, StorageAdapter,
    StoreError, Write,
};
use crate::store::disk::job::{Answer, Job};
use crate::store::disk::writer::Writer;
pub use options::SqliteBuilder;

/// Keeps records in one SQLite database file, one process at a time; clones share it.
///
/// Beside the database lie its log (`-wal`, `-shm`) and a file that keeps a second process out (`.lock`). Any program
/// can read it meanwhile: `sqlite3 shop.db "select key, json_extract(record, '$.state') from records"`. Programs that
/// write to its table wait until the store is closed: what another hand changes there is not noticed under a live
/// server, and a record that was edited counts as damaged.
///
/// Dropping the last clone finishes the writes that were begun, and waits for them, as [`close`] does.
///
/// A thread of its own does the work, so a test on *paused* time finds that time running ahead of it: calls are over
/// with `Expired` before the disk has answered. Let such a test's time run, or use a
/// [`MemoryAdapter`](super::MemoryAdapter).
///
/// ```no_run
/// use noex::store::SqliteAdapter;
///
/// let store = SqliteAdapter::open("data/shop.db")?;
/// # Ok::<(), noex::store::OpenError>(())
/// ```
///
/// [`close`]: StorageAdapter::close
#[derive(Clone)]
pub struct SqliteAdapter {
    shared: Arc<Shared>,
}

struct Shared {
    writer: Writer,
    abilities: Abilities,
    path: Option<PathBuf>,
}

impl SqliteAdapter {
    /// Opens the database file, or makes it, with its directory where that is missing.
    pub fn open(path: impl AsRef<Path>) -> Result<Self, OpenError> {
        Self::builder(path).open()
    }

    /// Opens the database file once no other process has it open.
    ///
    /// # Cancel safety
    /// Dropping the future leaves the store to the next one.
    pub async fn open_waiting(path: impl AsRef<Path>) -> Result<Self, OpenError> {
        Self::builder(path).open_waiting().await
    }

    /// Opens a database in memory, which ends with the last clone.
    pub fn in_memory() -> Result<Self, OpenError> {
        SqliteBuilder::in_memory().open()
    }

    /// What can be chosen about a database file before it is opened.
    pub fn builder(path: impl AsRef<Path>) -> SqliteBuilder {
        SqliteBuilder::new(path.as_ref())
    }

    fn new(writer: Writer, abilities: Abilities, path: Option<PathBuf>) -> Self {
        Self {
            shared: Arc::new(Shared {
                writer,
                abilities,
                path,
            }),
        }
    }

    async fn ask<T>(&self, job: impl FnOnce(Answer<T>) -> Job) -> Result<T, StoreError> {
        self.shared.writer.ask(job).await
    }
}

impl fmt::Debug for SqliteAdapter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SqliteAdapter")
            .field("path", &self.shared.path)
            .finish_non_exhaustive()
    }
}

impl StorageAdapter for SqliteAdapter {
    async fn load(&self, key: &Key) -> Result<Option<Loaded>, StoreError> {
        self.ask(|answer| Job::Load {
            key: key.clone(),
            answer,
        })
        .await
    }

    async fn write(&self, write: Write) -> Result<(), StoreError> {
        self.ask(|answer| Job::Write { write, answer }).await
    }

    async fn list(&self, query: Query) -> Result<Page, StoreError> {
        self.ask(|answer| Job::List { query, answer }).await
    }

    async fn write_all(&self, writes: Vec<Write>) -> Vec<Result<(), StoreError>> {
        let count = writes.len();
        let answer = self.ask(|answer| Job::WriteAll { writes, answer }).await;
        answer.unwrap_or_else(|error| vec![Err(error); count])
    }

    async fn claim(&self, key: &Key, node: NodeId, by: &str) -> Result<Claimed, StoreError> {
        self.ask(|answer| Job::Claim {
            key: key.clone(),
            node,
            by: by.into(),
            answer,
        })
        .await
    }

    async fn release(&self, key: &Key, claim: Claim) -> Result<(), StoreError> {
        self.ask(|answer| Job::Release {
            key: key.clone(),
            claim,
            answer,
        })
        .await
    }

    fn abilities(&self) -> Abilities {
        self.shared.abilities.clone()
    }

    async fn close(&self) -> Result<(), StoreError> {
        match self.ask(|answer| Job::Close { answer }).await {
            Err(StoreError::Closed) => Ok(()),
            answer => answer,
        }
    }
}
