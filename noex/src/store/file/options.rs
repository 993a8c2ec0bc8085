//! What can be chosen about a directory before it is opened.

use std::path::{Path, PathBuf};
use std::{io, thread};

use tokio::sync::oneshot;

use super::FileAdapter;
use super::disk::{Disk, RealDisk, Turn};
use super::folder::Folder;
use super::name::Names;
use super::opening;
use super::session::Session;
use crate::store::disk::writer::Writer;
use crate::store::{Abilities, Durability, OpenError, Ownership};

/// Opens a [`FileAdapter`] with settings of one's own.
#[derive(Debug, Clone)]
#[must_use]
pub struct FileBuilder {
    dir: PathBuf,
    extension: String,
}

impl FileBuilder {
    pub(super) fn new(dir: &Path) -> Self {
        Self {
            dir: dir.to_owned(),
            extension: "json".to_owned(),
        }
    }

    /// What the names of the files end in, `json` unless said otherwise: 1 to 16 lower-case letters and digits.
    pub fn extension(mut self, extension: impl Into<String>) -> Self {
        self.extension = extension.into();
        self
    }

    /// Opens the directory, or fails if it is open elsewhere.
    pub fn open(self) -> Result<FileAdapter, OpenError> {
        self.open_at(Turn::Now)
    }

    /// Opens the directory once no other process has it open.
    ///
    /// # Cancel safety
    /// Dropping the future leaves the store to the next one.
    pub async fn open_waiting(self) -> Result<FileAdapter, OpenError> {
        let (sender, receiver) = oneshot::channel();
        let path = self.dir.clone();
        let failed = |source| OpenError::Io {
            path: path.clone(),
            source,
        };
        // A thread of its own: a blocking task of the runtime would hold up the runtime's end.
        thread::Builder::new()
            .name("noex-files-open".to_owned())
            .spawn(move || drop(sender.send(self.open_at(Turn::Wait))))
            .map_err(failed)?;
        receiver
            .await
            .unwrap_or_else(|_| Err(failed(io::Error::other("opening panicked"))))
    }

    fn open_at(self, turn: Turn) -> Result<FileAdapter, OpenError> {
        let names = self.names()?;
        start(Box::new(RealDisk::open(&self.dir)?), names, turn)
    }

    fn names(&self) -> Result<Names, OpenError> {
        Names::new(&self.extension).ok_or_else(|| OpenError::Extension {
            extension: self.extension.clone(),
        })
    }
}

/// Opens the store in a directory, whatever that is on.
pub(super) fn start(
    disk: Box<dyn Disk>,
    names: Names,
    turn: Turn,
) -> Result<FileAdapter, OpenError> {
    let folder = Folder::new(disk);
    let lock = folder.lock(turn)?;
    let found = opening::look_through(&folder, &names)?;
    let path = folder.path().to_owned();
    let abilities = abilities(&path);
    let session = Session::new(folder, names, found);
    let writer = Writer::start("noex-files", session, lock).map_err(|source| OpenError::Io {
        path: path.clone(),
        source,
    })?;
    Ok(FileAdapter::new(writer, abilities, path))
}

fn abilities(path: &Path) -> Abilities {
    let evidence = format!(
        "in `{}` each record is written and synced as a new file, which is renamed, and the directory synced; \
         the directory could be synced when it was opened",
        path.display()
    );
    Abilities::new(Durability::Disk, evidence).ownership(Ownership::Process)
}
