//! What a program written by hand keeps its documents in, with the same care for the disk as noex.

mod files;
mod sqlite;

use std::collections::HashMap;
use std::path::Path;

pub(crate) use files::Files;
pub(crate) use sqlite::Sqlite;

use crate::document::Document;

/// One document to be saved.
pub(crate) struct Entry {
    pub(crate) key: String,
    pub(crate) bytes: Vec<u8>,
}

pub(crate) trait Shelf: Send + Sized + 'static {
    fn open(folder: &Path) -> Self;
    /// Returns once all of them are on the disk. No key is in there twice.
    fn commit(&mut self, batch: Vec<Entry>);
    /// What is on the disk, by its key.
    fn read(folder: &Path) -> HashMap<String, Document>;
}
