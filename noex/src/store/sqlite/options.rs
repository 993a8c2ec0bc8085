//! What can be chosen about a database before it is opened.

use std::path::{Path, PathBuf};
use std::thread;
use std::time::Duration;

use tokio::sync::oneshot;

use super::place::{self, Place};
use super::schema::{self, Target};
use super::session::Session;
use super::{OpenError, SqliteAdapter};
use super::{settings, whole};
use crate::store::disk::lock::ProcessLock;
use crate::store::disk::private;
use crate::store::disk::writer::Writer;

/// The most bytes of a record unless another limit is chosen: half of what SQLite takes in one row.
const MAX_RECORD: usize = 500_000_000;

/// Opens a [`SqliteAdapter`] with settings of one's own.
#[derive(Debug, Clone)]
#[must_use]
pub struct SqliteBuilder {
    path: Option<PathBuf>,
    table: String,
    max_record: usize,
    busy_timeout: Duration,
}

impl SqliteBuilder {
    pub(super) fn new(path: &Path) -> Self {
        Self {
            path: Some(path.to_owned()),
            ..Self::in_memory()
        }
    }

    pub(super) fn in_memory() -> Self {
        Self {
            path: None,
            table: "records".to_owned(),
            max_record: MAX_RECORD,
            busy_timeout: Duration::from_secs(5),
        }
    }

    /// The table of the records, `records` unless said otherwise.
    pub fn table(mut self, name: impl Into<String>) -> Self {
        self.table = name.into();
        self
    }

    /// The most bytes of a record, 500,000,000 unless said otherwise and at most that.
    pub fn max_record(mut self, bytes: usize) -> Self {
        self.max_record = bytes.min(MAX_RECORD);
        self
    }

    /// How long to wait while another program writes into the database, 5 seconds unless said otherwise.
    pub fn busy_timeout(mut self, timeout: Duration) -> Self {
        self.busy_timeout = timeout;
        self
    }

    /// Opens the database, or fails if it is open elsewhere.
    pub fn open(self) -> Result<SqliteAdapter, OpenError> {
        self.open_with(|place| ProcessLock::take(&place.lock(), &place.path))
    }

    /// Opens the database once no other process has it open.
    ///
    /// # Cancel safety
    /// Dropping the future leaves the store to the next one.
    pub async fn open_waiting(self) -> Result<SqliteAdapter, OpenError> {
        let (sender, receiver) = oneshot::channel();
        let path = self.path.clone().unwrap_or_default();
        let failed = |source| OpenError::Io {
            path: path.clone(),
            source,
        };
        // A thread of its own: a blocking task of the runtime would hold up the runtime's end.
        thread::Builder::new()
            .name("noex-sqlite-open".to_owned())
            .spawn(move || {
                let opened = self.open_with(|place| ProcessLock::wait_for(&place.lock()));
                drop(sender.send(opened));
            })
            .map_err(failed)?;
        receiver
            .await
            .unwrap_or_else(|_| Err(failed(std::io::Error::other("opening panicked"))))
    }

    fn open_with(
        self,
        lock: impl FnOnce(&Place) -> Result<ProcessLock, OpenError>,
    ) -> Result<SqliteAdapter, OpenError> {
        schema::check_table_name(&self.table)?;
        let Some(path) = &self.path else {
            return self.start(None, None);
        };
        let place = place::make_place(path)?;
        let lock = lock(&place)?;
        whole::check_beginning(&place, &lock)?;
        self.start(Some(place.path), Some(lock))
    }

    fn start(
        self,
        path: Option<PathBuf>,
        mut lock: Option<ProcessLock>,
    ) -> Result<SqliteAdapter, OpenError> {
        let target = Target {
            path: path.clone(),
            table: self.table,
            busy_timeout: self.busy_timeout,
        };
        let connection = schema::open(&target)?;
        let abilities = settings::abilities(&connection, &target)?.max_record(self.max_record);
        if let Some(lock) = &mut lock {
            lock.mark()
                .map_err(|source| private::refused(target.name(), source))?;
        }
        let session = Session::new(connection, target, self.max_record)?;
        let writer =
            Writer::start("noex-sqlite", session, lock).map_err(|source| OpenError::Io {
                path: path.clone().unwrap_or_default(),
                source,
            })?;
        Ok(SqliteAdapter::new(writer, abilities, path))
    }
}
