//! What noex's records lie in, and how another program reads them there: by the means of SQLite and of the file system.

use std::fs;
use std::path::Path;

use noex::store::{FileAdapter, SqliteAdapter, StorageAdapter};
use rusqlite::Connection;
use serde::Deserialize;

use crate::document::Document;

/// The family of the servers that are documents; its keys are their numbers.
pub(crate) const FAMILY: &str = "documents";

/// A store on a disk.
pub(crate) trait Ground: 'static {
    type Adapter: StorageAdapter + Clone;

    fn open(folder: &Path) -> Self::Adapter;
    /// Every record in the folder, while nobody has the store open.
    fn records(folder: &Path) -> Vec<Record>;
}

/// What another program wants of a record.
#[derive(Deserialize)]
pub(crate) struct Record {
    key: String,
    pub(crate) state: Document,
}

impl Record {
    /// Whose record it is.
    pub(crate) fn server(&self) -> u32 {
        let number = self
            .key
            .strip_prefix(FAMILY)
            .and_then(|rest| rest.strip_prefix(':'))
            .and_then(|number| number.parse().ok());
        number.expect("a key of the family")
    }
}

pub(crate) struct OnSqlite;

pub(crate) struct OnFiles;

impl Ground for OnSqlite {
    type Adapter = SqliteAdapter;

    fn open(folder: &Path) -> SqliteAdapter {
        SqliteAdapter::open(folder.join("noex.db")).expect("the database opens")
    }

    fn records(folder: &Path) -> Vec<Record> {
        let connection = Connection::open(folder.join("noex.db")).expect("the database opens");
        let mut rows = connection
            .prepare("SELECT record FROM records")
            .expect("the table is there");
        let records = rows.query_map([], |row| {
            let record = row.get_ref(0)?.as_bytes()?;
            Ok(serde_json::from_slice(record).expect("a whole record"))
        });
        records
            .expect("the disk works")
            .collect::<Result<_, _>>()
            .expect("the disk works")
    }
}

impl Ground for OnFiles {
    type Adapter = FileAdapter;

    fn open(folder: &Path) -> FileAdapter {
        FileAdapter::open(folder.join("noex")).expect("the folder opens")
    }

    fn records(folder: &Path) -> Vec<Record> {
        fs::read_dir(folder.join("noex"))
            .expect("the folder is there")
            .map(|file| file.expect("the folder can be read"))
            .filter(|file| !file.file_name().as_encoded_bytes().starts_with(b"."))
            .map(|file| {
                let bytes = fs::read(file.path()).expect("the file can be read");
                serde_json::from_slice(&bytes).expect("a whole record")
            })
            .collect()
    }
}
