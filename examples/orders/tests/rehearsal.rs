//! The second program: whether orders of version 1 can be loaded, and how they become today's.

use std::path::Path;
use std::process::{Command, Output};

use noex::prelude::*;
use noex::testing::ScratchDir;

// V1: a rehearsal says what would become of each old order, and leaves the database as it was
#[test]
fn a_rehearsal_tells_and_writes_nothing() {
    let dir = old_database();
    let before = database(dir.path());

    let (code, told) = rehearsed(&[text(dir.path())]);

    assert_eq!(code, Some(0), "{told}");
    let told: Vec<_> = told.lines().collect();
    assert!(
        told[0].starts_with("3 records of `Order`, today's version is 2; 3 of 3 keys"),
        "{told:?}"
    );
    let rest = [
        "  version 1 (json): 3",
        "3 of an older form",
        "nothing failed",
    ];
    assert_eq!(told[1..], rest);
    assert!(database(dir.path()) == before, "not a byte has changed");
}

// V1: for good, they are today's; once more, there is nothing to do
#[test]
fn old_orders_become_todays() {
    let dir = old_database();
    for (form, fate) in [
        ("version 1 (json): 3", "3 of an older form, 3 migrated"),
        ("version 2 (json): 3", "nothing failed"),
    ] {
        let (code, told) = rehearsed(&["--migrate", "--rate", "1000", text(dir.path())]);
        assert_eq!(code, Some(0), "{told}");
        let told: Vec<_> = told.lines().map(str::trim).collect();
        assert_eq!(told[1..3], [form, fate]);
    }
}

// V1: an order that has no way to today is told of, with its key, and by the exit code
#[tokio::test]
async fn an_order_that_cannot_follow_is_told_of() {
    let dir = old_database();
    spoil(&dir.path().join("orders.db")).await;

    let (code, told) = rehearsed(&[text(dir.path())]);

    assert_eq!(code, Some(1), "{told}");
    assert!(told.contains("failed, damaged: 1"), "{told}");
    let key = format!("`orders:{}`", uuid::Uuid::from_u128(2));
    assert!(told.contains(&key), "{told}");
}

#[test]
fn no_database_is_made() {
    let dir = ScratchDir::new().expect("a place");

    let output = program(&[text(dir.path())]);

    assert_eq!(output.status.code(), Some(2));
    let told = String::from_utf8_lossy(&output.stderr).into_owned();
    let file = dir.path().join("orders.db");
    let expected = format!("rehearse: there is no database `{}`\n", file.display());
    assert_eq!(told, expected);
    assert!(!file.exists());
}

/// Changes a digit in the record of the second order.
async fn spoil(file: &Path) {
    use noex::store::{Key, Record, Write};

    let store = SqliteAdapter::open(file).expect("the database opens");
    let key = Key::new(format!("orders:{}", uuid::Uuid::from_u128(2))).expect("a key");
    let loaded = store.load(&key).await.expect("it is read");
    let mut record: Record = loaded.expect("it is stored").record;
    let replaced = record.revision;
    record.revision.number += 1;
    let text = String::from_utf8_lossy(&record.bytes).replace("\"pot\",1", "\"pot\",2");
    record.bytes = text.into();
    let write = Write::put(key, Some(replaced), record);
    store.write(write).await.expect("it is written");
    store.close().await.expect("the database closes");
}

fn old_database() -> ScratchDir {
    let dir = ScratchDir::new().expect("a place for the database");
    let fixture = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/orders-v1.db");
    std::fs::copy(fixture, dir.path().join("orders.db")).expect("the fixture is there");
    dir
}

fn database(dir: &Path) -> Vec<u8> {
    std::fs::read(dir.join("orders.db")).expect("the database is there")
}

fn text(path: &Path) -> &str {
    path.to_str().expect("a path of text")
}

fn program(args: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_rehearse"));
    command.args(args).output().expect("the program runs")
}

fn rehearsed(args: &[&str]) -> (Option<i32>, String) {
    let output = program(args);
    let told = String::from_utf8_lossy(&output.stdout).into_owned();
    (output.status.code(), told)
}
