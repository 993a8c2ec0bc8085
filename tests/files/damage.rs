//! Files that were changed while no store had them open, seen through the start of a whole system.

use std::fs;

use noex::PersistenceError;
use noex::StartError;
use noex::persist::{OnUnreadable, PersistOptions};
use noex::prelude::*;
use noex::testing::ScratchDir;

use super::open;
use crate::counter::{begin, errors, spec, system};

/// A directory with the record of one counter, and the bytes of its file.
async fn counted() -> (ScratchDir, Vec<u8>) {
    let dir = ScratchDir::new().expect("a directory");
    let system = system(open(dir.path()));
    let counter = system.start(spec("a")).await.expect("it starts");
    counter.add(5).await.expect("it runs");
    system.shutdown().await.expect("it is saved");
    let bytes = fs::read(dir.path().join("a.json")).expect("it is there");
    (dir, bytes)
}

async fn assert_refused(dir: &ScratchDir, bytes: &[u8], what: &str) {
    let path = dir.path().join("a.json");
    fs::write(&path, bytes).expect("writing works");
    let store = open(dir.path());
    let system = system(store.clone());
    let start = system.start(spec("a")).await;
    assert!(
        matches!(start, Err(StartError::Restore { .. })),
        "{what}: {start:?}"
    );
    store.close().await.expect("closing works");
    assert_eq!(fs::read(&path).expect("it is there"), bytes, "{what}");
}

// A4, S4: a flipped byte anywhere in a file fails the start, and the file stays as it is
#[tokio::test]
async fn every_flipped_byte_is_refused() {
    let (dir, whole) = counted().await;
    for at in 0..whole.len() {
        let mut bytes = whole.clone();
        bytes[at] ^= 1 << (at % 8);
        assert_refused(&dir, &bytes, &format!("byte {at}")).await;
    }
}

// A4, S4: so does a file that was cut short, emptied, or lengthened
#[tokio::test]
async fn missing_and_foreign_bytes_are_refused() {
    let (dir, whole) = counted().await;
    for end in (0..whole.len()).step_by(7).chain([whole.len() - 1]) {
        assert_refused(&dir, &whole[..end], &format!("the first {end} bytes")).await;
    }
    for more in [&b"\n"[..], b" ", b"{}", &whole] {
        assert_refused(&dir, &[&whole[..], more].concat(), "more at the end").await;
    }
}

// A4, S4: another key's record under this key's name is refused
#[tokio::test]
async fn another_keys_record_is_refused() {
    let (dir, whole) = counted().await;
    fs::rename(dir.path().join("a.json"), dir.path().join("b.json")).expect("it is there");
    let system = system(open(dir.path()));
    let start = system.start(spec("b")).await;
    assert!(
        matches!(start, Err(StartError::Restore { .. })),
        "{start:?}"
    );
    let kept = fs::read(dir.path().join("b.json")).expect("it is there");
    assert_eq!(kept, whole);
}

// S5: a damaged file is put aside, byte for byte, and the server begins anew; so it is a second time
#[tokio::test]
async fn a_damaged_file_can_be_put_aside() {
    let (dir, whole) = counted().await;
    let mut copies = Vec::new();
    for lost in [1, 2] {
        let torn = &whole[..whole.len() - lost];
        fs::write(dir.path().join("a.json"), torn).expect("writing works");
        begin();
        let system = system(open(dir.path()));
        let options = PersistOptions::new().on_unreadable(OnUnreadable::Quarantine);
        let counter = system.start(spec("a").persist(options)).await;
        let counter = counter.expect("the record is put aside");
        assert_eq!(counter.total().await, Ok(0));
        counter.checkpoint().await.expect("it is saved");
        let [PersistenceError::Quarantined { copy, .. }] = &*errors() else {
            panic!("reported once");
        };
        let name = copy.as_str().replace(':', "%3a").replace('@', "%40");
        let copy = dir.path().join(format!("{name}.json"));
        assert_eq!(fs::read(&copy).expect("it is there"), torn);
        copies.push(copy);
        system.shutdown().await.expect("it is saved");
    }
    assert_ne!(copies[0], copies[1]);
}
