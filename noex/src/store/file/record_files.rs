//! The records in their files: how each is found and read, and what its file is to become.

use super::batch::Read;
use super::commit::Change;
use super::folder::Folder;
use super::form;
use super::marker::{self, MARKER};
use super::name::Names;
use crate::store::{Key, Record, StoreError};

/// A directory whose files have names.
pub(super) struct RecordFiles {
    folder: Folder,
    names: Names,
}

impl RecordFiles {
    pub(super) const fn new(folder: Folder, names: Names) -> Self {
        Self { folder, names }
    }

    pub(super) const fn folder(&self) -> &Folder {
        &self.folder
    }

    /// What is in a key's file.
    pub(super) fn read(&self, key: &Key) -> Read {
        let name = self.names.of(key);
        let Some(bytes) = self.folder.read(&name).map_err(StoreError::rejected)? else {
            return self.check_there().map(|()| None);
        };
        let path = self.folder.path().join(&name);
        let content = form::read(&bytes)
            .map_err(|error| StoreError::rejected(format!("`{}`: {error}", path.display())))?;
        // It says that there is no record: no more than a missing file would.
        if content.is_none() {
            drop(self.folder.remove(&name));
        }
        let other = content.as_ref().and_then(|content| content.key.as_ref());
        match other.filter(|other| Names::shortens(&name) && *other != key) {
            None => Ok(content),
            Some(other) => Err(StoreError::rejected(format!(
                "`{}` holds the record of `{other}`",
                path.display()
            ))),
        }
    }

    /// Where the directory was taken away, or another one put in its place, a file that is not there says nothing.
    fn check_there(&self) -> Result<(), StoreError> {
        let marker = self.folder.read(MARKER).map_err(StoreError::rejected)?;
        marker.map(drop).ok_or_else(|| {
            let path = self.folder.path().display();
            StoreError::rejected(format!("`{path}` is no longer the store that was opened"))
        })
    }

    /// What a key's file is to become; none is no file.
    pub(super) fn change(&self, key: &Key, record: Option<&Record>) -> Change {
        let name = self.names.of(key);
        let parts = record.map(|record| form::written(key, record, !Names::shortens(&name)));
        Change { name, parts }
    }

    /// What the marker is to become once this many epochs may be given.
    pub(super) fn reservation(&self, epoch: i64) -> Change {
        Change {
            name: MARKER.to_owned(),
            parts: Some(marker::written(&self.names, epoch)),
        }
    }
}
