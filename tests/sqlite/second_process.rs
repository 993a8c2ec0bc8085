//! A second process on the same store. This file is also its program: tests that are run by other tests alone.

use std::fs;
use std::io::{Read, Write as _};
use std::os::unix::fs::PermissionsExt;

use noex::store::{OpenError, SqliteAdapter, StorageAdapter};
use noex::testing::ScratchDir;

use super::{create, load, open};
use crate::process::{holding, path, unprivileged};

/// How many writes `writes_one_by_one` makes, of the keys `k0`, `k1` and so on.
pub(super) const WRITES: usize = 20;

const HOLDS: &str = "sqlite::second_process::holds_the_store";
const SAYS_WHY: &str = "sqlite::second_process::says_why_it_cannot_open";
pub(super) const WRITES_ONE_BY_ONE: &str = "sqlite::second_process::writes_one_by_one";

#[tokio::test]
#[ignore = "the program of the second process"]
async fn holds_the_store() {
    let store = open(&path());
    store
        .write(create("k", "from the second process"))
        .await
        .expect("nothing is there");
    println!("held");
    std::io::stdout().flush().expect("the output is open");
    drop(std::io::stdin().read(&mut [0]));
    store.close().await.expect("closing works");
}

#[tokio::test]
#[ignore = "the program of the second process"]
async fn writes_one_by_one() {
    let store = open(&path());
    for number in 0..WRITES {
        println!("begin {number}");
        match store.write(create(&format!("k{number}"), "v")).await {
            Ok(()) => println!("end {number}: saved"),
            Err(error) => println!("end {number}: {error}"),
        }
    }
}

#[test]
#[ignore = "the program of the second process"]
fn says_why_it_cannot_open() {
    match SqliteAdapter::open(path()) {
        Ok(_) => println!("opened"),
        Err(error) => println!("refused: {error}"),
    }
}

// A5: a second process on the same store is refused
#[test]
fn a_second_process_is_refused_and_told_who_was_first() {
    let dir = ScratchDir::new().expect("a directory");
    let path = dir.path().join("store.db");
    let mut child = holding(HOLDS, &path);
    let refused = SqliteAdapter::open(&path).expect_err("it is in use");
    let said = refused.to_string();
    assert!(matches!(refused, OpenError::InUse { .. }), "{said}");
    assert!(said.contains(&format!("process {}", child.id())), "{said}");
    drop(child.stdin.take());
    assert!(child.wait().expect("it ends").success());
    open(&path);
}

// A2, A6: what a killed process wrote is there, its log is folded in, and its lock holds nobody up
#[tokio::test]
async fn what_a_killed_process_wrote_is_there() {
    let dir = ScratchDir::new().expect("a directory");
    let path = dir.path().join("store.db");
    let mut child = holding(HOLDS, &path);
    child.kill().expect("it runs");
    child.wait().expect("it ends");
    assert!(path.with_extension("db-wal").exists());
    let store = SqliteAdapter::open_waiting(&path)
        .await
        .expect("nobody holds it");
    let found = load(&store, "k").await.expect("loading works");
    assert_eq!(found.as_deref(), Some("from the second process"));
}

// A5: a directory without permission is one clear line
#[test]
fn a_directory_without_permission_is_named() {
    let dir = ScratchDir::new().expect("a directory");
    let shut = dir.path().join("shut");
    fs::create_dir(&shut).expect("it is new");
    fs::set_permissions(&shut, fs::Permissions::from_mode(0o555)).expect("it is ours");
    let said = unprivileged(SAYS_WHY, &shut.join("store.db"));
    assert!(said.contains("refused: no permission to write `"), "{said}");
    assert!(said.contains("shut/store.db`"), "{said}");
    assert_eq!(fs::read_dir(&shut).expect("it is a directory").count(), 0);
}

// A5: a database file without permission is one clear line, and is left alone
#[test]
fn a_file_without_permission_is_named() {
    let dir = ScratchDir::new().expect("a directory");
    let path = dir.path().join("store.db");
    drop(open(&path));
    fs::set_permissions(&path, fs::Permissions::from_mode(0o444)).expect("it is ours");
    let said = unprivileged(SAYS_WHY, &path);
    assert!(said.contains("refused: no permission to write `"), "{said}");
}
