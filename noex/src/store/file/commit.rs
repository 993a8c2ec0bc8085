//! Bringing the changes of a batch onto the disk, so that each file is the old one or the new one, never half of it.
//!
//! Each new file is written and synced under another name before it gets its own, many of them at the same time: a file
//! system may take longer to give up a file that is replaced than to write the new one. When all have their names, one
//! sync of the directory makes that last.

use super::folder::{FileError, Folder};
use super::form::{NOTHING, Parts};
use super::parallel;
use crate::store::{Bytes, StoreError};

/// How many files are made at the same time.
const WRITERS: usize = 32;

/// What becomes of a file: its new content, or none.
#[derive(Debug)]
pub(super) struct Change {
    pub(super) name: String,
    pub(super) parts: Option<Parts>,
}

/// How the changes of a batch ended.
#[derive(Debug)]
pub(super) struct Committed {
    /// One for each change: `Rejected` where the file is the old one, `Uncertain` where it may be either.
    pub(super) results: Vec<Result<(), StoreError>>,
    /// Whether what can be read from the directory is what is on the disk.
    pub(super) trusted: bool,
}

/// Makes the changes, of which no two are of one file.
pub(super) fn commit(folder: &Folder, changes: &[Change]) -> Committed {
    let mut results = parallel::each(changes, WRITERS, |change| make(folder, change));
    let trusted = sync(folder, changes, &mut results);
    Committed { results, trusted }
}

fn make(folder: &Folder, change: &Change) -> Result<(), StoreError> {
    let Some(parts) = &change.parts else {
        return folder.remove(&change.name).map_err(StoreError::uncertain);
    };
    let written = folder.write(&change.name, parts);
    let written = written.map_err(StoreError::rejected)?;
    folder
        .put(&written, &change.name)
        .map_err(StoreError::uncertain)
}

/// Syncs the directory if a name in it may have changed.
fn sync(folder: &Folder, changes: &[Change], results: &mut [Result<(), StoreError>]) -> bool {
    let made = |result: &Result<(), StoreError>| match result {
        Ok(()) => true,
        Err(error) => error.is_uncertain(),
    };
    if !results.iter().any(made) {
        return true;
    }
    let Err(error) = folder.sync() else {
        return true;
    };
    let error = StoreError::uncertain(error);
    let mut unclear = Vec::new();
    for (result, change) in results.iter_mut().zip(changes) {
        if made(result) {
            *result = Err(error.clone());
            unclear.push(change);
        }
    }
    redo(folder, &unclear).is_ok()
}

/// After a sync that failed the kernel may take for stored what is not, and would not write it again. So every change
/// is made anew, from memory and with other files, through a directory opened anew. A name that is gone is not
/// written by removing it again, so it is given to a file that stands for nothing first.
fn redo(folder: &Folder, changes: &[&Change]) -> Result<(), FileError> {
    folder.reopen()?;
    for change in changes {
        let nothing = || Parts::from(Bytes::from_static(NOTHING));
        let parts = change.parts.clone().unwrap_or_else(nothing);
        let written = folder.write(&change.name, &parts)?;
        folder.put(&written, &change.name)?;
    }
    folder.sync()?;
    let mut removed = changes
        .iter()
        .filter(|change| change.parts.is_none())
        .peekable();
    if removed.peek().is_none() {
        return Ok(());
    }
    for change in removed {
        folder.remove(&change.name)?;
    }
    folder.sync()
}
