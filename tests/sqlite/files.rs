//! The files of a store: whose they are, and what becomes of them.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use noex::store::{OpenError, SqliteAdapter, StorageAdapter};
use noex::testing::ScratchDir;

use super::{create, load, open};

fn mode(path: &Path) -> u32 {
    fs::metadata(path)
        .expect("it is there")
        .permissions()
        .mode()
        & 0o777
}

// A5: files are created 0600, directories 0700
#[tokio::test]
async fn everything_made_is_its_owners_alone() {
    let dir = ScratchDir::new().expect("a directory");
    let parent = dir.path().join("one/two");
    let store = open(&parent.join("store.db"));
    store
        .write(create("k", "v"))
        .await
        .expect("nothing is there");
    assert_eq!(
        (mode(&dir.path().join("one")), mode(&parent)),
        (0o700, 0o700)
    );
    for name in ["store.db", "store.db-wal", "store.db-shm", "store.db.lock"] {
        assert_eq!(mode(&parent.join(name)), 0o600, "{name}");
    }
}

// A5: a second adapter of this process is refused as a second process is, by every name of the file
#[tokio::test]
async fn a_second_adapter_is_refused() {
    let dir = ScratchDir::new().expect("a directory");
    let (path, link) = (dir.path().join("store.db"), dir.path().join("link.db"));
    let store = open(&path);
    std::os::unix::fs::symlink(&path, &link).expect("a link");
    for name in [&path, &link] {
        let refused = SqliteAdapter::open(name).expect_err("it is open");
        assert!(matches!(refused, OpenError::InUse { .. }), "{refused}");
        let said = refused.to_string();
        assert!(
            said.ends_with("store.db` is in use by this process"),
            "{said}"
        );
    }
    store.close().await.expect("closing works");
    open(&path);
}

// A5: or waits for its turn with `open_waiting`
#[tokio::test]
async fn open_waiting_waits_for_its_turn() {
    let dir = ScratchDir::new().expect("a directory");
    let path = dir.path().join("store.db");
    let first = open(&path);
    let waiting = tokio::spawn({
        let path = path.clone();
        async move { SqliteAdapter::open_waiting(path).await }
    });
    tokio::task::yield_now().await;
    first
        .write(create("k", "from the first"))
        .await
        .expect("nothing is there");
    assert!(!waiting.is_finished());
    first.close().await.expect("closing works");
    let second = waiting.await.expect("no panic").expect("it is its turn");
    assert_eq!(
        load(&second, "k").await.expect("loading works").as_deref(),
        Some("from the first")
    );
}

// A6: closing leaves no log behind
#[tokio::test]
async fn closing_folds_the_log_into_the_database() {
    let dir = ScratchDir::new().expect("a directory");
    let path = dir.path().join("store.db");
    let store = open(&path);
    store
        .write(create("k", "v"))
        .await
        .expect("nothing is there");
    assert!(path.with_extension("db-wal").exists());
    store.close().await.expect("closing works");
    assert!(!path.with_extension("db-wal").exists());
    let refused = store.write(create("l", "late")).await;
    assert!(
        matches!(refused, Err(noex::store::StoreError::Closed)),
        "{refused:?}"
    );
}

// A6: writes that were handed over are finished when the last clone goes
#[tokio::test]
async fn dropping_finishes_what_was_begun() {
    let dir = ScratchDir::new().expect("a directory");
    let path = dir.path().join("store.db");
    let store = open(&path);
    for number in 0..100 {
        let text = format!("k{number}");
        let write = store.write(create(&text, "v"));
        tokio::select! {
            biased;
            _ = write => {}
            () = std::future::ready(()) => {}
        }
    }
    drop(store);
    let store = open(&path);
    for number in 0..100 {
        let found = load(&store, &format!("k{number}"))
            .await
            .expect("loading works");
        assert_eq!(found.as_deref(), Some("v"));
    }
}

// A6: one store's end does not touch another's in the same directory
#[tokio::test]
async fn two_databases_are_two_stores() {
    let dir = ScratchDir::new().expect("a directory");
    let one = open(&dir.path().join("one.db"));
    let two = open(&dir.path().join("two.db"));
    one.write(create("k", "one"))
        .await
        .expect("nothing is there");
    two.write(create("k", "two"))
        .await
        .expect("nothing is there");
    one.close().await.expect("closing works");
    assert_eq!(
        load(&two, "k").await.expect("loading works").as_deref(),
        Some("two")
    );
}
