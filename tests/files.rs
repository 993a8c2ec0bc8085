//! The store in a directory of files.

mod damage;
mod full;
mod mistakes;
mod owning;
mod reading;
mod second_process;
mod syncing;
mod writing;

use std::path::Path;

use noex::store::{Epoch, FileAdapter, Key, Record, Revision, StorageAdapter, StoreError, Write};

// A1, A2, A3, A4, A6: a directory
mod directory {
    noex::testing::adapter_suite!(|dir| async move {
        super::FileAdapter::open(dir.join("records")).expect("the directory opens")
    });
}

// A1, A2, A3, A4, A6: files that end in another way
mod extension {
    noex::testing::adapter_suite!(|dir| async move {
        super::FileAdapter::builder(dir.join("records"))
            .extension("state")
            .open()
            .expect("the directory opens")
    });
}

fn open(dir: &Path) -> FileAdapter {
    FileAdapter::open(dir).expect("the directory opens")
}

fn key(text: &str) -> Key {
    Key::new(text).expect("a valid key")
}

fn revision(number: u64) -> Revision {
    Revision::new(Epoch::new(1), number)
}

fn create(text: &str, bytes: &str) -> Write {
    let record = Record::new(revision(1), "kind", bytes.to_owned());
    Write::put(key(text), None, record)
}

fn replace(text: &str, expected: u64, bytes: &str) -> Write {
    let record = Record::new(revision(expected + 1), "kind", bytes.to_owned());
    Write::put(key(text), Some(revision(expected)), record)
}

async fn load(store: &FileAdapter, text: &str) -> Result<Option<String>, StoreError> {
    let loaded = store.load(&key(text)).await?;
    Ok(loaded.map(|loaded| String::from_utf8_lossy(&loaded.record.bytes).into_owned()))
}
