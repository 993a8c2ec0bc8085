//! Making a directory ready: what interrupted writes left behind is removed, and what is there is looked through.
//!
//! All of it is done under the lock of the directory, so that nobody is writing meanwhile.

use super::commit::{Change, commit};
use super::folder::{FileError, Folder};
use super::form;
use super::index::Index;
use super::marker::{self, MARKER};
use super::name::{Named, Names};
use crate::store::{Key, OpenError};

/// What was found in a directory.
pub(super) struct Found {
    pub(super) index: Index,
    /// The epochs that may have been given.
    pub(super) epoch: i64,
}

/// Makes the directory a store, or finds out what is in the one that is there.
pub(super) fn look_through(folder: &Folder, names: &Names) -> Result<Found, OpenError> {
    let epoch = marker::read(folder, names)?;
    let mut index = Index::default();
    for name in folder.list()? {
        match names.read(&name) {
            Named::Record(key) => index.found(key),
            Named::Shortened => {
                if let Some(key) = key_of(folder, names, &name)? {
                    index.found(key);
                }
            }
            Named::Leftover => folder.remove(&name)?,
            Named::Foreign => {}
        }
    }
    // A process that was killed may have renamed files without a sync; they are relied on from now on.
    folder.sync()?;
    let epoch = epoch.map_or_else(|| mark(folder, names), Ok)?;
    Ok(Found { index, epoch })
}

/// The key of a file that does not tell it by its name: nobody else's file tells a key that has this name.
fn key_of(folder: &Folder, names: &Names, name: &str) -> Result<Option<Key>, FileError> {
    let Some(bytes) = folder.read(name)? else {
        return Ok(None);
    };
    let key = form::key_in(&bytes).filter(|key| names.of(key) == name);
    if key.is_none() {
        let path = folder.path().join(name);
        tracing::error!(path = %path.display(), "the file does not tell whose it is, and is not listed");
    }
    Ok(key)
}

fn mark(folder: &Folder, names: &Names) -> Result<i64, OpenError> {
    let change = Change {
        name: MARKER.to_owned(),
        parts: Some(marker::written(names, 0)),
    };
    let failed = |error| OpenError::Io {
        path: folder.path().join(MARKER),
        source: std::io::Error::other(error),
    };
    let committed = commit(folder, &[change]);
    committed
        .results
        .into_iter()
        .collect::<Result<Vec<()>, _>>()
        .map_err(failed)?;
    Ok(0)
}
