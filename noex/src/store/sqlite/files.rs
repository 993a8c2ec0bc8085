//! Making files and directories that only their owner can read.

use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io;
use std::path::{Path, PathBuf};

use crate::store::OpenError;

/// Where the database is, and whether it was not there before.
pub(super) struct Place {
    pub(super) path: PathBuf,
    pub(super) fresh: bool,
}

/// Makes the database file and its directory where they are missing, and follows links, so that one database has
/// one name.
pub(super) fn make_place(path: &Path) -> Result<Place, OpenError> {
    if path.is_dir() {
        return Err(OpenError::IsDirectory {
            path: path.to_owned(),
        });
    }
    make_parent(path)?;
    let fresh = make_file(path)?;
    let path = fs::canonicalize(path).map_err(|source| refused(path, source))?;
    Ok(Place { path, fresh })
}

/// Opens a file for reading and writing, or makes it for its owner alone.
pub(super) fn open_private(path: &Path) -> Result<File, OpenError> {
    private()
        .create(true)
        .truncate(false)
        .open(path)
        .map_err(|source| refused(path, source))
}

/// The error of the operating system with the path it was about.
pub(super) fn refused(path: &Path, source: io::Error) -> OpenError {
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

fn make_file(path: &Path) -> Result<bool, OpenError> {
    match private().create_new(true).open(path) {
        Ok(_) => Ok(true),
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(false),
        Err(error) => Err(refused(path, error)),
    }
}

fn make_parent(path: &Path) -> Result<(), OpenError> {
    let Some(parent) = path
        .parent()
        .filter(|parent| !parent.as_os_str().is_empty())
    else {
        return Ok(());
    };
    if parent.is_dir() {
        return Ok(());
    }
    make_parent(parent)?;
    make_directory(parent).map_err(|source| refused(parent, source))
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

#[cfg(unix)]
fn private() -> OpenOptions {
    use std::os::unix::fs::OpenOptionsExt;
    let mut options = OpenOptions::new();
    options.read(true).write(true).mode(0o600);
    options
}

#[cfg(not(unix))]
fn private() -> OpenOptions {
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
