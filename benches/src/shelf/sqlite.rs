//! A table by hand: a transaction for each batch, in WAL with `synchronous = FULL`.

use std::collections::HashMap;
use std::path::Path;

use rusqlite::{Connection, params};

use super::{Entry, Shelf};
use crate::document::Document;

pub(crate) struct Sqlite {
    connection: Connection,
}

fn connect(folder: &Path) -> Connection {
    Connection::open(folder.join("shelf.db")).expect("the database opens")
}

impl Shelf for Sqlite {
    fn open(folder: &Path) -> Self {
        let connection = connect(folder);
        let journal: String = connection
            .pragma_update_and_check(None, "journal_mode", "wal", |row| row.get(0))
            .expect("the journal can be chosen");
        assert_eq!(journal, "wal");
        connection
            .execute_batch(
                "PRAGMA synchronous = FULL;
                 CREATE TABLE documents (id INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE, document BLOB NOT NULL);",
            )
            .expect("the table is made");
        Self { connection }
    }

    fn commit(&mut self, batch: Vec<Entry>) {
        let transaction = self.connection.transaction().expect("nobody else writes");
        {
            let mut upsert = transaction
                .prepare_cached(
                    "INSERT INTO documents (key, document) VALUES (?1, ?2)
                     ON CONFLICT (key) DO UPDATE SET document = excluded.document",
                )
                .expect("the table is there");
            for Entry { key, bytes } in batch {
                let changed = upsert.execute(params![key, bytes]).expect("the disk works");
                assert_eq!(changed, 1);
            }
        }
        transaction.commit().expect("the disk works");
    }

    fn read(folder: &Path) -> HashMap<String, Document> {
        let connection = connect(folder);
        let mut rows = connection
            .prepare("SELECT key, document FROM documents")
            .expect("the table is there");
        let documents = rows.query_map([], |row| Ok((row.get(0)?, row.get::<_, Vec<u8>>(1)?)));
        documents
            .expect("the disk works")
            .map(|row| {
                let (key, bytes) = row.expect("a key and a document");
                let document = serde_json::from_slice(&bytes).expect("a whole document");
                (key, document)
            })
            .collect()
    }
}
