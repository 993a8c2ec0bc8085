//! The files of a store: whose they are, and what becomes of them.

use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::Path;

use noex::store::{FileAdapter, NodeId, OpenError, Query, StorageAdapter, StoreError};
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
    let store = open(&parent);
    store
        .write(create("k", "v"))
        .await
        .expect("nothing is there");
    assert_eq!(
        (mode(&dir.path().join("one")), mode(&parent)),
        (0o700, 0o700)
    );
    for name in ["k.json", ".lock", ".store"] {
        assert_eq!(mode(&parent.join(name)), 0o600, "{name}");
    }
}

// A5: a second adapter of this process is refused as a second process is, by every name of the directory
#[tokio::test]
async fn a_second_adapter_is_refused() {
    let dir = ScratchDir::new().expect("a directory");
    let (path, link) = (dir.path().join("records"), dir.path().join("link"));
    let store = open(&path);
    symlink(&path, &link).expect("a link");
    for name in [&path, &link] {
        let refused = FileAdapter::open(name).expect_err("it is open");
        assert!(matches!(refused, OpenError::InUse { .. }), "{refused}");
        let said = refused.to_string();
        assert!(
            said.ends_with("records` is in use by this process"),
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
    let path = dir.path().join("records");
    let first = open(&path);
    let waiting = tokio::spawn({
        let path = path.clone();
        async move { FileAdapter::open_waiting(path).await }
    });
    tokio::task::yield_now().await;
    first
        .write(create("k", "from the first"))
        .await
        .expect("nothing is there");
    assert!(!waiting.is_finished());
    first.close().await.expect("closing works");
    let second = waiting.await.expect("no panic").expect("it is its turn");
    let found = load(&second, "k").await.expect("loading works");
    assert_eq!(found.as_deref(), Some("from the first"));
}

// A6: after closing there is the record and what says that the directory is a store, and calls say that it is closed
#[tokio::test]
async fn closing_leaves_the_records() {
    let dir = ScratchDir::new().expect("a directory");
    let store = open(dir.path());
    store
        .write(create("k", "v"))
        .await
        .expect("nothing is there");
    store.close().await.expect("closing works");
    let refused = store.write(create("l", "late")).await;
    assert!(matches!(refused, Err(StoreError::Closed)), "{refused:?}");
    assert_eq!(names(dir.path()), [".lock", ".store", "k.json"]);
}

// A6: leftovers of interrupted writes are removed at open, the files of others are not
#[tokio::test]
async fn leftovers_are_removed_at_open() {
    let dir = ScratchDir::new().expect("a directory");
    drop(open(dir.path()));
    fs::write(dir.path().join(".noex-3.tmp"), "half a rec").expect("writing works");
    fs::write(dir.path().join("notes.txt"), "mine").expect("writing works");
    fs::create_dir(dir.path().join("folder.json")).expect("it is new");
    fs::write(dir.path().join("folder.json/x.json"), "mine").expect("writing works");
    let store = open(dir.path());
    let listed = store.list(Query::all()).await.expect("listing works");
    assert_eq!(listed.keys, []);
    let left = [".lock", ".store", "folder.json", "notes.txt"];
    assert_eq!(names(dir.path()), left);
}

// A6: writes that were handed over are finished when the last clone goes
#[tokio::test]
async fn dropping_finishes_what_was_begun() {
    let dir = ScratchDir::new().expect("a directory");
    let store = open(dir.path());
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
    let store = open(dir.path());
    for number in 0..100 {
        let found = load(&store, &format!("k{number}")).await;
        assert_eq!(found.expect("loading works").as_deref(), Some("v"));
    }
}

// S4, A4: a directory that was taken away while it is open is no empty one: nothing in it counts as not found
#[tokio::test]
async fn a_directory_taken_away_is_not_empty() {
    let dir = ScratchDir::new().expect("a directory");
    let (path, away) = (dir.path().join("records"), dir.path().join("away"));
    let store = open(&path);
    store
        .write(create("k", "v"))
        .await
        .expect("nothing is there");
    fs::rename(&path, &away).expect("it is there");
    for empty in [false, true] {
        if empty {
            fs::create_dir(&path).expect("it is free");
        }
        for name in ["k", "new"] {
            let refused = load(&store, name).await;
            let Err(StoreError::Rejected { message, .. }) = &refused else {
                panic!("{refused:?}");
            };
            assert!(message.contains("records"), "{message}");
        }
        let key = super::key("k");
        let refused = store.claim(&key, NodeId::new(1), "a server").await;
        refused.expect_err("nobody knows what it holds");
    }
    fs::remove_dir(&path).expect("it is empty");
    fs::rename(&away, &path).expect("it is there");
    let found = load(&store, "k").await.expect("loading works");
    assert_eq!(found.as_deref(), Some("v"));
}

fn names(dir: &Path) -> Vec<String> {
    let entries = fs::read_dir(dir).expect("it is a directory");
    let name = |entry: fs::DirEntry| entry.file_name().into_string().expect("it is text");
    let mut names: Vec<String> = entries
        .map(|entry| name(entry.expect("it can be read")))
        .collect();
    names.sort();
    names
}
