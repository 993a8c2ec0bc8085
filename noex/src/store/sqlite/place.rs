//! Where a database is, and making its file where it is missing.

use std::ffi::OsString;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use crate::store::OpenError;
use crate::store::disk::private::{make_parent, private, refused};

/// Where the database is, and whether it was not there before.
pub(super) struct Place {
    pub(super) path: PathBuf,
    pub(super) fresh: bool,
}

impl Place {
    /// The file beside the database that keeps a second process out.
    pub(super) fn lock(&self) -> PathBuf {
        let mut name = OsString::from(&self.path);
        name.push(".lock");
        PathBuf::from(name)
    }
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

fn make_file(path: &Path) -> Result<bool, OpenError> {
    match private().create_new(true).open(path) {
        Ok(_) => Ok(true),
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(false),
        Err(error) => Err(refused(path, error)),
    }
}
