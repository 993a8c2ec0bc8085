//! What other programs see of a store.

use noex::store::{Record, StorageAdapter, Write};
use noex::testing::ScratchDir;
use rusqlite::{Connection, OpenFlags};

use super::{key, open, revision};

// A7: state is inspectable with `sqlite3` and `json_extract`, while the store is in use
#[tokio::test]
async fn another_program_reads_records_while_the_store_is_open() {
    let dir = ScratchDir::new().expect("a directory");
    let path = dir.path().join("store.db");
    let store = open(&path);
    let sealed = r#"{"format":1,"key":"cart:7","state":{"total":42,"name":"ä"}}"#;
    let record = Record::new(revision(1), "Cart", sealed).expiring(1_800_000_000_000);
    store
        .write(Write::put(key("cart:7"), None, record))
        .await
        .expect("nothing is there");

    let reader = Connection::open_with_flags(&path, OpenFlags::SQLITE_OPEN_READ_ONLY);
    let reader = reader.expect("it is a database");
    let query =
        "SELECT json_extract(record, '$.state.total'), json_extract(record, '$.state.name'),
                 kind, epoch, number, expires_at, typeof(record) FROM records WHERE key = 'cart:7'";
    let row: (i64, String, String, i64, i64, i64, String) = reader
        .query_row(query, [], |row| {
            Ok((
                row.get(0)?,
                row.get(1)?,
                row.get(2)?,
                row.get(3)?,
                row.get(4)?,
                row.get(5)?,
                row.get(6)?,
            ))
        })
        .expect("the record is there");
    let expected = (
        42,
        "ä".into(),
        "Cart".into(),
        1,
        1,
        1_800_000_000_000,
        "text".into(),
    );
    assert_eq!(row, expected);
    store.close().await.expect("a reader holds up nothing");
}

// A4: bytes that are no text come back as they were
#[tokio::test]
async fn bytes_that_are_no_text_are_kept() {
    let store = noex::store::SqliteAdapter::in_memory().expect("the database opens");
    for (text, bytes) in [
        ("nul", &b"a\0b"[..]),
        ("broken", b"\xff\xfe"),
        ("bom", b"\xef\xbb\xbfx"),
    ] {
        let record = Record::new(revision(1), "kind", bytes);
        store
            .write(Write::put(key(text), None, record))
            .await
            .expect("nothing is there");
        let loaded = store
            .load(&key(text))
            .await
            .expect("loading works")
            .expect("it is there");
        assert_eq!(loaded.record.bytes, bytes);
    }
}
