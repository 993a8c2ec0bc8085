//! The store in an SQLite database.

mod files;
mod mistakes;
mod reading;
mod second_process;
mod syncing;
mod writing;

use std::path::Path;

use noex::store::{
    Epoch, Key, NodeId, Record, Revision, SqliteAdapter, StorageAdapter, StoreError, Write,
};

// A1, A2, A3, A4, A6: a database file
mod file {
    noex::testing::adapter_suite!(|dir| async move {
        super::SqliteAdapter::builder(dir.join("store.db"))
            .max_record(4 << 20)
            .open()
            .expect("the database opens")
    });
}

// A1, A3, A4, A6: a database in memory
mod memory {
    noex::testing::adapter_suite!(|_dir| async {
        super::SqliteAdapter::in_memory().expect("the database opens")
    });
}

// A1, A2, A3, A4, A6: a table of another name
mod table {
    noex::testing::adapter_suite!(|dir| async move {
        super::SqliteAdapter::builder(dir.join("store.db"))
            .table("Carts_2")
            .open()
            .expect("the database opens")
    });
}

const NODE: NodeId = NodeId::new(1);

fn open(path: &Path) -> SqliteAdapter {
    SqliteAdapter::open(path).expect("the database opens")
}

fn key(text: &str) -> Key {
    Key::new(text).expect("a valid key")
}

fn revision(number: u64) -> Revision {
    Revision::new(Epoch::new(1), number)
}

fn create(text: &str, bytes: &str) -> Write {
    Write::put(
        key(text),
        None,
        Record::new(revision(1), "kind", bytes.to_owned()),
    )
}

fn replace(text: &str, expected: u64, bytes: &str) -> Write {
    let record = Record::new(revision(expected + 1), "kind", bytes.to_owned());
    Write::put(key(text), Some(revision(expected)), record)
}

async fn load(store: &SqliteAdapter, text: &str) -> Result<Option<String>, StoreError> {
    let loaded = store.load(&key(text)).await?;
    Ok(loaded.map(|loaded| String::from_utf8_lossy(&loaded.record.bytes).into_owned()))
}
