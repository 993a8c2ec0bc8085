//! Making files and directories that only their owner can read.

use std::fs::{DirBuilder, File, OpenOptions};
use std::io;
use std::path::Path;

use crate::store::OpenError;

/// Opens a file for reading and writing, or makes it for its owner alone.
pub(in crate::store) fn open_private(path: &Path) -> Result<File, OpenError> {
    private()
        .create(true)
        .truncate(false)
        .open(path)
        .map_err(|source| refused(path, source))
}

/// The error of the operating system with the path it was about.
pub(in crate::store) fn refused(path: &Path, source: io::Error) -> OpenError {
    let path = path.to_owned();
    match source.kind() {
        io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => {
            OpenError::NoPermission {
                path,
                source: source.into(),
            }
        }
        _ => OpenError::Io { path, source },
    }
}

/// Makes the directory a path is in, and those above it, where they are missing.
pub(in crate::store) fn make_parent(path: &Path) -> Result<(), OpenError> {
    let Some(parent) = path
        .parent()
        .filter(|parent| !parent.as_os_str().is_empty())
    else {
        return Ok(());
    };
    make_directories(parent)
}

/// Makes a directory and those above it where they are missing.
pub(in crate::store) fn make_directories(path: &Path) -> Result<(), OpenError> {
    if path.is_dir() {
        return Ok(());
    }
    make_parent(path)?;
    make_directory(path).map_err(|source| refused(path, source))
}

/// A directory whose name is on the disk, and with it, one day, the files in it.
fn make_directory(path: &Path) -> io::Result<()> {
    match directory().create(path) {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists && path.is_dir() => Ok(()),
        made => made,
    }?;
    let parent = path
        .parent()
        .filter(|parent| !parent.as_os_str().is_empty());
    sync_directory(parent.unwrap_or(Path::new(".")))
}

#[cfg(unix)]
fn sync_directory(path: &Path) -> io::Result<()> {
    File::open(path)?.sync_all()
}

#[cfg(not(unix))]
fn sync_directory(_: &Path) -> io::Result<()> {
    Ok(())
}

/// How a file is opened that only its owner can read.
#[cfg(unix)]
pub(in crate::store) fn private() -> OpenOptions {
    use std::os::unix::fs::OpenOptionsExt;
    let mut options = OpenOptions::new();
    options.read(true).write(true).mode(0o600);
    options
}

#[cfg(not(unix))]
pub(in crate::store) fn private() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.read(true).write(true);
    options
}

#[cfg(unix)]
fn directory() -> DirBuilder {
    use std::os::unix::fs::DirBuilderExt;
    let mut builder = DirBuilder::new();
    builder.mode(0o700);
    builder
}

#[cfg(not(unix))]
fn directory() -> DirBuilder {
    DirBuilder::new()
}
