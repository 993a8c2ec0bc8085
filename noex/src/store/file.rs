//! A store of one file for each key.
//!
//! The adapter only hands jobs to one thread, which decides them in their order and brings what came while the last
//! batch was written onto the disk together. The disk is asked through one seam, `disk`.

mod batch;
mod commit;
mod disk;
mod folder;
mod form;
mod index;
mod marker;
mod name;
mod opening;
mod options;
mod parallel;
mod record_files;
mod session;
#[cfg(test)]
mod tests;

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::disk::job::{Answer, Job};
use super::disk::writer::Writer;
use super::{
    Abilities, Claim, Claimed, Key, Loaded, NodeId, OpenError, Page, Query, StorageAdapter,
    StoreError, Write,
};
pub use options::FileBuilder;

/// Keeps each record in a file of its own in one directory, one process at a time; clones share it.
///
/// The file of `orders:17` is `orders%3a17.json`: lower-case letters, digits, `_`, `-` and dots stand for themselves,
/// every other byte is written as two digits, and a name that would be too long ends in a hash. It holds the record as
/// JSON, so any program can read it meanwhile: `jq .state data/orders/orders%3a17.json`. Programs that write here wait
/// until the store is closed: that a file was changed or removed by another hand is not noticed under a live server,
/// which goes on from what it saved last, and a checkpoint of it is `Unchanged`. A file that was edited counts as
/// damaged, since its checksum does not fit.
///
/// A write goes to a new file, which is synced and renamed, and the directory is synced, so that a record is the old
/// one or the new one, whatever happens. What comes at the same time is written at the same time.
///
/// Beside the records lie a file that keeps a second process out (`.lock`) and one that says what the directory is
/// (`.store`). Files of others are left alone.
///
/// Dropping the last clone finishes the writes that were begun, and waits for them, as [`close`] does.
///
/// A thread of its own does the work, so a test on *paused* time finds that time running ahead of it: calls are over
/// with `Expired` before the disk has answered. Let such a test's time run, or use a
/// [`MemoryAdapter`](super::MemoryAdapter).
///
/// ```no_run
/// use noex::store::FileAdapter;
///
/// let store = FileAdapter::open("data/orders")?;
/// # Ok::<(), noex::store::OpenError>(())
/// ```
///
/// [`close`]: StorageAdapter::close
#[derive(Clone)]
pub struct FileAdapter {
    shared: Arc<Shared>,
}

struct Shared {
    writer: Writer,
    abilities: Abilities,
    path: PathBuf,
}

impl FileAdapter {
    /// Opens the directory, or makes it, with those it is in where they are missing.
    pub fn open(dir: impl AsRef<Path>) -> Result<Self, OpenError> {
        Self::builder(dir).open()
    }

    /// Opens the directory once no other process has it open.
    ///
    /// # Cancel safety
    /// Dropping the future leaves the store to the next one.
    pub async fn open_waiting(dir: impl AsRef<Path>) -> Result<Self, OpenError> {
        Self::builder(dir).open_waiting().await
    }

    /// What can be chosen about a directory before it is opened.
    pub fn builder(dir: impl AsRef<Path>) -> FileBuilder {
        FileBuilder::new(dir.as_ref())
    }

    fn new(writer: Writer, abilities: Abilities, path: PathBuf) -> Self {
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

impl fmt::Debug for FileAdapter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FileAdapter")
            .field("path", &self.shared.path)
            .finish_non_exhaustive()
    }
}

impl StorageAdapter for FileAdapter {
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
