//! The directory of a store in the store's own words: whole files, errors that name them, and interruptions waited out.

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

use bytes::Bytes;

use super::disk::{Disk, NewFile, Turn};
use super::form::Parts;
use super::name;
use crate::store::OpenError;
use crate::store::disk::private::refused;

/// How often an operation is begun anew that a signal interrupted.
const PATIENCE: u32 = 100;

/// The files of a store.
pub(super) struct Folder {
    disk: Box<dyn Disk>,
    written: AtomicU64,
}

/// What the disk refused.
#[derive(Debug, thiserror::Error)]
#[error("cannot {action} `{path}`: {source}", path = path.display())]
pub(super) struct FileError {
    action: &'static str,
    path: PathBuf,
    source: io::Error,
}

impl From<FileError> for OpenError {
    fn from(error: FileError) -> Self {
        refused(&error.path, error.source)
    }
}

/// A file that is whole on the disk, under a name that nobody looks for.
#[derive(Debug)]
pub(super) struct Written(String);

impl Folder {
    pub(super) fn new(disk: Box<dyn Disk>) -> Self {
        Self {
            disk,
            written: AtomicU64::new(0),
        }
    }

    pub(super) fn path(&self) -> &Path {
        self.disk.path()
    }

    pub(super) fn lock(&self, turn: Turn) -> Result<Box<dyn Send>, OpenError> {
        self.disk.lock(turn)
    }

    pub(super) fn list(&self) -> Result<Vec<String>, FileError> {
        patiently(|| self.disk.list()).map_err(|source| FileError {
            action: "read",
            path: self.path().to_owned(),
            source,
        })
    }

    /// All of a file; nothing if there is none.
    pub(super) fn read(&self, name: &str) -> Result<Option<Bytes>, FileError> {
        match patiently(|| self.disk.read(name)) {
            Ok(bytes) => Ok(Some(bytes.into())),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(self.failed("read", name, error)),
        }
    }

    /// Writes a file onto the disk that is to have this name. What failed, its sync above all, is thrown away: the
    /// kernel takes pages for clean that it could not write.
    pub(super) fn write(&self, name: &str, parts: &Parts) -> Result<Written, FileError> {
        let number = self.written.fetch_add(1, Ordering::Relaxed);
        let temporary = name::temporary(number);
        match self.write_as(&temporary, parts) {
            Ok(()) => Ok(Written(temporary)),
            Err(error) => {
                drop(self.disk.remove(&temporary));
                Err(self.failed("write", name, error))
            }
        }
    }

    /// Puts a written file in its place. Where that fails it may have happened all the same.
    pub(super) fn put(&self, written: &Written, name: &str) -> Result<(), FileError> {
        let Written(temporary) = written;
        patiently(|| self.disk.rename(temporary, name)).map_err(|error| {
            drop(self.disk.remove(temporary));
            self.failed("replace", name, error)
        })
    }

    /// Removes a file, if it is there.
    pub(super) fn remove(&self, name: &str) -> Result<(), FileError> {
        match patiently(|| self.disk.remove(name)) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => {
                Err(self.failed("remove", name, error))
            }
            _ => Ok(()),
        }
    }

    /// Brings what was put in place and removed onto the disk.
    pub(super) fn sync(&self) -> Result<(), FileError> {
        patiently(|| self.disk.sync()).map_err(|error| self.failed("sync", "", error))
    }

    /// Opens the directory anew.
    pub(super) fn reopen(&self) -> Result<(), FileError> {
        patiently(|| self.disk.reopen()).map_err(|error| self.failed("open", "", error))
    }

    fn write_as(&self, name: &str, parts: &Parts) -> io::Result<()> {
        let mut file = patiently(|| self.disk.create(name))?;
        write_all(&mut *file, &parts.line)?;
        write_all(&mut *file, &parts.bytes)?;
        patiently(|| file.sync())
    }

    fn failed(&self, action: &'static str, name: &str, source: io::Error) -> FileError {
        let path = match name {
            "" => self.path().to_owned(),
            name => self.path().join(name),
        };
        FileError {
            action,
            path,
            source,
        }
    }
}

impl fmt::Debug for Folder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Folder").field(&self.path()).finish()
    }
}

fn write_all(file: &mut dyn NewFile, mut bytes: &[u8]) -> io::Result<()> {
    while !bytes.is_empty() {
        let count = patiently(|| file.write(bytes))?;
        if count == 0 {
            return Err(io::ErrorKind::WriteZero.into());
        }
        bytes = bytes.get(count..).unwrap_or_default();
    }
    Ok(())
}

fn patiently<T>(mut ask: impl FnMut() -> io::Result<T>) -> io::Result<T> {
    for _ in 1..PATIENCE {
        match ask() {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            answer => return answer,
        }
    }
    ask()
}
