//! A stranger's mistakes: each is one clear line that names the path, and nothing is lost.

use std::fs;
use std::path::Path;
use std::time::Duration;

use noex::store::{OpenError, SqliteAdapter, StorageAdapter, StoreError};
use noex::testing::ScratchDir;

use super::{create, load, open};

fn refused(path: &Path) -> OpenError {
    let error = SqliteAdapter::open(path).expect_err("it cannot be opened");
    let said = error.to_string();
    assert!(said.contains(&*path.to_string_lossy()), "{said}");
    assert!(!said.contains('\n'), "{said}");
    error
}

async fn filled(path: &Path) {
    let store = open(path);
    for number in 0..50 {
        let write = create(&format!("k{number}"), &"v".repeat(1000));
        store.write(write).await.expect("nothing is there");
    }
    store.close().await.expect("closing works");
}

// A4: a foreign file is no store, and stays as it is
#[test]
fn a_text_file_is_not_a_database() {
    let dir = ScratchDir::new().expect("a directory");
    let path = dir.path().join("notes.txt");
    let text = "buy milk\n".repeat(200);
    for text in ["x", &text] {
        fs::write(&path, text).expect("writing works");
        assert!(matches!(refused(&path), OpenError::NotADatabase { .. }));
        assert_eq!(fs::read_to_string(&path).expect("reading works"), text);
    }
}

// A4: a missing end is detected, wherever the file was cut, and the rest is left alone
#[tokio::test]
async fn a_truncated_database_is_damaged() {
    let dir = ScratchDir::new().expect("a directory");
    let whole = dir.path().join("whole.db");
    filled(&whole).await;
    let bytes = fs::read(&whole).expect("reading works");
    let path = dir.path().join("cut.db");
    for length in (1..bytes.len())
        .step_by(499)
        .chain([512, 4096, bytes.len() - 1])
    {
        fs::write(&path, &bytes[..length]).expect("writing works");
        let error = refused(&path);
        let named = matches!(
            error,
            OpenError::Damaged { .. } | OpenError::NotADatabase { .. }
        );
        assert!(named, "cut to {length}: {error:?}");
        assert_eq!(
            fs::read(&path).expect("reading works"),
            bytes[..length],
            "cut to {length}"
        );
    }
}

// A4: a store that was emptied is not a new one
#[tokio::test]
async fn an_emptied_database_is_damaged() {
    let dir = ScratchDir::new().expect("a directory");
    let path = dir.path().join("store.db");
    filled(&path).await;
    fs::write(&path, "").expect("writing works");
    assert!(matches!(refused(&path), OpenError::Damaged { .. }));
    fs::remove_file(&path).expect("removing works");
    assert_eq!(load(&open(&path), "k0").await.expect("loading works"), None);
}

#[test]
fn an_empty_file_is_a_new_database() {
    let dir = ScratchDir::new().expect("a directory");
    let path = dir.path().join("store.db");
    fs::write(&path, "").expect("writing works");
    open(&path);
}

#[test]
fn a_directory_is_not_a_database() {
    let dir = ScratchDir::new().expect("a directory");
    assert!(matches!(refused(dir.path()), OpenError::IsDirectory { .. }));
}

#[test]
fn a_parent_that_is_a_file_is_named() {
    let dir = ScratchDir::new().expect("a directory");
    let file = dir.path().join("file");
    fs::write(&file, "text").expect("writing works");
    let error = SqliteAdapter::open(file.join("store.db")).expect_err("a file holds no file");
    assert!(
        error.to_string().contains(&*file.to_string_lossy()),
        "{error}"
    );
}

// A4: a store of a newer release is not touched
#[tokio::test]
async fn a_newer_format_is_refused() {
    let dir = ScratchDir::new().expect("a directory");
    let path = dir.path().join("store.db");
    filled(&path).await;
    let other = rusqlite::Connection::open(&path).expect("it is a database");
    other
        .execute(
            "UPDATE records_meta SET value = 2 WHERE name = 'format'",
            [],
        )
        .expect("it is there");
    drop(other);
    assert!(matches!(
        refused(&path),
        OpenError::NewerFormat {
            found: 2,
            known: 1,
            ..
        }
    ));
}

#[test]
fn a_table_of_somebody_else_is_refused_and_kept() {
    let dir = ScratchDir::new().expect("a directory");
    let path = dir.path().join("store.db");
    let other = rusqlite::Connection::open(&path).expect("a new database");
    other
        .execute_batch("CREATE TABLE records (song TEXT); INSERT INTO records VALUES ('la')")
        .expect("it is new");
    drop(other);
    let error = refused(&path);
    assert!(matches!(error, OpenError::ForeignTable { .. }), "{error:?}");
    let other = rusqlite::Connection::open(&path).expect("it is a database");
    let count: i64 = other
        .query_row("SELECT count(*) FROM records", [], |row| row.get(0))
        .expect("it is there");
    assert_eq!(count, 1);
    SqliteAdapter::builder(&path)
        .table("carts")
        .open()
        .expect("another table is free");
}

#[test]
fn a_table_name_is_a_name() {
    for name in [
        "",
        "two words",
        "1st",
        "a\"b",
        "sqlite_x",
        "x;drop table y",
        &"x".repeat(65),
    ] {
        let error = SqliteAdapter::builder("unused.db")
            .table(name)
            .open()
            .expect_err("no name");
        assert!(matches!(error, OpenError::TableName { .. }), "{error}");
    }
    assert!(!Path::new("unused.db").exists());
}

#[test]
fn a_locked_database_is_said_to_be_locked() {
    let dir = ScratchDir::new().expect("a directory");
    let path = dir.path().join("store.db");
    let other = rusqlite::Connection::open(&path).expect("a new database");
    other
        .execute_batch("BEGIN EXCLUSIVE")
        .expect("nobody else is here");
    let opening = SqliteAdapter::builder(&path)
        .busy_timeout(Duration::ZERO)
        .open();
    assert!(
        matches!(opening, Err(OpenError::Locked { .. })),
        "{opening:?}"
    );
}

// A3: a write that could not begin changed nothing
#[tokio::test]
async fn a_write_beside_another_programs_is_rejected_and_can_come_again() {
    let dir = ScratchDir::new().expect("a directory");
    let path = dir.path().join("store.db");
    let store = SqliteAdapter::builder(&path)
        .busy_timeout(Duration::ZERO)
        .open();
    let store = store.expect("the database opens");
    let other = rusqlite::Connection::open(&path).expect("it is a database");
    other
        .execute_batch("BEGIN IMMEDIATE")
        .expect("nobody writes");
    let refused = store.write(create("k", "v")).await;
    assert!(
        matches!(refused, Err(StoreError::Rejected { .. })),
        "{refused:?}"
    );
    assert_eq!(load(&store, "k").await.expect("loading works"), None);
    other.execute_batch("ROLLBACK").expect("it was begun");
    store
        .write(create("k", "v"))
        .await
        .expect("nobody else writes");
}
