//! A directory of the operating system.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use super::{Disk, NewFile, Turn};
use crate::store::OpenError;
use crate::store::disk::lock::ProcessLock;
use crate::store::disk::private::{self, refused};

const LOCK: &str = ".lock";

/// A directory, made where it was missing.
pub(in crate::store::file) struct RealDisk {
    path: PathBuf,
    directory: Mutex<File>,
}

impl RealDisk {
    /// Opens the directory, or makes it for its owner alone; links are followed, so that one store has one name.
    pub(in crate::store::file) fn open(path: &Path) -> Result<Self, OpenError> {
        if path.exists() && !path.is_dir() {
            let path = path.to_owned();
            return Err(OpenError::NotADirectory { path });
        }
        private::make_directories(path)?;
        let path = fs::canonicalize(path).map_err(|source| refused(path, source))?;
        let directory = open_directory(&path).map_err(|source| refused(&path, source))?;
        Ok(Self {
            path,
            directory: Mutex::new(directory),
        })
    }
}

impl Disk for RealDisk {
    fn path(&self) -> &Path {
        &self.path
    }

    fn lock(&self, turn: Turn) -> Result<Box<dyn Send>, OpenError> {
        let file = self.path.join(LOCK);
        let mut lock = match turn {
            Turn::Now => ProcessLock::take(&file, &self.path),
            Turn::Wait => ProcessLock::wait_for(&file),
        }?;
        lock.mark().map_err(|source| refused(&file, source))?;
        Ok(Box::new(lock))
    }

    fn list(&self) -> io::Result<Vec<String>> {
        let mut names = Vec::new();
        for entry in fs::read_dir(&self.path)? {
            let entry = entry?;
            // A name that is no text is none of the store's.
            if let Ok(name) = entry.file_name().into_string()
                && !entry.file_type()?.is_dir()
            {
                names.push(name);
            }
        }
        Ok(names)
    }

    fn read(&self, name: &str) -> io::Result<Vec<u8>> {
        fs::read(self.path.join(name))
    }

    fn create(&self, name: &str) -> io::Result<Box<dyn NewFile>> {
        let path = self.path.join(name);
        let file = private::private().create_new(true).open(path)?;
        Ok(Box::new(file))
    }

    fn rename(&self, from: &str, to: &str) -> io::Result<()> {
        fs::rename(self.path.join(from), self.path.join(to))
    }

    fn remove(&self, name: &str) -> io::Result<()> {
        fs::remove_file(self.path.join(name))
    }

    fn sync(&self) -> io::Result<()> {
        let directory = self.directory.lock();
        sync_directory(&directory.unwrap_or_else(PoisonError::into_inner))
    }

    fn reopen(&self) -> io::Result<()> {
        let anew = open_directory(&self.path)?;
        let mut directory = self
            .directory
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        *directory = anew;
        Ok(())
    }
}

impl NewFile for File {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        Write::write(self, bytes)
    }

    fn sync(&mut self) -> io::Result<()> {
        self.sync_all()
    }
}

#[cfg(unix)]
fn open_directory(path: &Path) -> io::Result<File> {
    File::open(path)
}

#[cfg(unix)]
fn sync_directory(directory: &File) -> io::Result<()> {
    directory.sync_all()
}

/// A directory cannot be opened as a file here; the lock's file stands in for it.
#[cfg(not(unix))]
fn open_directory(path: &Path) -> io::Result<File> {
    private::private()
        .create(true)
        .truncate(false)
        .open(path.join(LOCK))
}

/// Nor can it be synced: the file system keeps its names in order by itself.
#[cfg(not(unix))]
fn sync_directory(_: &File) -> io::Result<()> {
    Ok(())
}
