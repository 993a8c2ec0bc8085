//! A stranger's mistakes: each is one clear line that names the path, and nothing is lost.

use std::fs;
use std::path::Path;

use noex::store::{FileAdapter, OpenError, StorageAdapter};
use noex::testing::ScratchDir;

use super::{create, load, open};

fn refused(path: &Path) -> OpenError {
    let error = FileAdapter::open(path).expect_err("it cannot be opened");
    let said = error.to_string();
    assert!(said.contains(&*path.to_string_lossy()), "{said}");
    assert!(!said.contains('\n'), "{said}");
    error
}

#[test]
fn a_file_is_not_a_directory() {
    let dir = ScratchDir::new().expect("a directory");
    let path = dir.path().join("store.db");
    fs::write(&path, "text").expect("writing works");
    assert!(matches!(refused(&path), OpenError::NotADirectory { .. }));
    assert_eq!(fs::read_to_string(&path).expect("reading works"), "text");
}

#[test]
fn a_parent_that_is_a_file_is_named() {
    let dir = ScratchDir::new().expect("a directory");
    let file = dir.path().join("file");
    fs::write(&file, "text").expect("writing works");
    let error = FileAdapter::open(file.join("records")).expect_err("a file holds no directory");
    let said = error.to_string();
    assert!(said.contains(&*file.to_string_lossy()), "{said}");
}

#[test]
fn an_extension_is_an_extension() {
    let dir = ScratchDir::new().expect("a directory");
    let path = dir.path().join("unused");
    for extension in [
        "",
        ".json",
        "JSON",
        "tar.gz",
        "a/b",
        "..",
        "abcdefghijklmnopq",
    ] {
        let error = FileAdapter::builder(&path)
            .extension(extension)
            .open()
            .expect_err("no extension");
        assert!(matches!(error, OpenError::Extension { .. }), "{error}");
        let said = error.to_string();
        assert!(said.contains(&format!("`{extension}`")), "{said}");
    }
    assert!(!path.exists());
}

// S4: a store is not taken for an empty one because its files are looked for under other names
#[tokio::test]
async fn another_extension_is_refused_and_named() {
    let dir = ScratchDir::new().expect("a directory");
    let builder = FileAdapter::builder(dir.path()).extension("state");
    let store = builder.clone().open().expect("the directory opens");
    store
        .write(create("k", "v"))
        .await
        .expect("nothing is there");
    drop(store);
    let said = refused(dir.path()).to_string();
    assert!(said.ends_with("end in `.state`, not in `.json`"), "{said}");
    let store = builder.open().expect("the directory opens");
    let found = load(&store, "k").await.expect("loading works");
    assert_eq!(found.as_deref(), Some("v"));
}

// A4: a store of a newer release is not touched
#[test]
fn a_newer_format_is_refused() {
    let dir = ScratchDir::new().expect("a directory");
    drop(open(dir.path()));
    let marker = dir.path().join(".store");
    let newer = r#"{"format":2,"extension":["json","zst"]}"#;
    fs::write(&marker, newer).expect("writing works");
    let error = refused(dir.path());
    let named = matches!(
        error,
        OpenError::NewerFormat {
            found: 2,
            known: 1,
            ..
        }
    );
    assert!(named, "{error:?}");
    assert_eq!(fs::read_to_string(&marker).expect("reading works"), newer);
}

// A4: a marker that was emptied is damage, and said to be
#[test]
fn a_damaged_marker_is_named() {
    let dir = ScratchDir::new().expect("a directory");
    drop(open(dir.path()));
    fs::write(dir.path().join(".store"), "").expect("writing works");
    let said = refused(dir.path()).to_string();
    assert!(said.contains(".store` is damaged"), "{said}");
}

// A1: records that were copied into a directory of their own are a store
#[tokio::test]
async fn copied_records_are_a_store() {
    let dir = ScratchDir::new().expect("a directory");
    let (one, two) = (dir.path().join("one"), dir.path().join("two"));
    let store = open(&one);
    store
        .write(create("a:1", "v"))
        .await
        .expect("nothing is there");
    drop(store);
    fs::create_dir(&two).expect("it is new");
    fs::copy(one.join("a%3a1.json"), two.join("a%3a1.json")).expect("copying works");
    let found = load(&open(&two), "a:1").await.expect("loading works");
    assert_eq!(found.as_deref(), Some("v"));
}
