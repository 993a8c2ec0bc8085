//! What earlier processes left in the directory.

use super::super::disk::simulated::SimulatedDisk;
use super::scene::{create, key, open, stored};
use crate::store::{OpenError, Query, StorageAdapter};

// A6: leftovers of interrupted writes are removed at open; files of others are left alone, and not listed
#[tokio::test]
async fn leftovers_are_removed_and_foreign_files_are_not() {
    let disk = SimulatedDisk::default();
    disk.put(".noex-17.tmp", b"half a rec");
    for name in ["notes.txt", "README.json.bak", "Upper.json", ".hidden"] {
        disk.put(name, b"of somebody else");
    }
    let store = open(&disk).expect("the disk is whole");
    store
        .write(create("k", "v"))
        .await
        .expect("nothing is there");
    let page = store.list(Query::all()).await.expect("listing works");
    assert_eq!(page.keys, [key("k")]);
    let names = [
        ".hidden",
        ".store",
        "README.json.bak",
        "Upper.json",
        "k.json",
        "notes.txt",
    ];
    assert_eq!(disk.names(), names);
}

// A6: they are not removed under a writer: who cannot have the directory touches nothing in it
#[tokio::test]
async fn who_is_refused_removes_nothing() {
    let disk = SimulatedDisk::default();
    let store = open(&disk).expect("the disk is whole");
    disk.put(".noex-17.tmp", b"being written");
    disk.asked();
    let refused = open(&disk);
    assert!(
        matches!(refused, Err(OpenError::InUse { .. })),
        "{refused:?}"
    );
    assert!(disk.asked().is_empty());
    assert!(disk.names().contains(&".noex-17.tmp".to_owned()));
    drop(store);
    open(&disk).expect("nobody has it open");
}

// S4: a directory of files that end in another way is not taken for an empty one
#[tokio::test]
async fn another_extension_is_refused() {
    let disk = SimulatedDisk::default();
    drop(open(&disk).expect("the disk is whole"));
    let names = super::super::name::Names::new("state").expect("an extension");
    let turn = super::super::disk::Turn::Now;
    let refused = super::super::options::start(Box::new(disk), names, turn);
    let Err(OpenError::OtherExtension { found, wanted, .. }) = refused else {
        panic!("{refused:?}");
    };
    assert_eq!((&*found, &*wanted), ("json", "state"));
}

// A4: whichever bit of the file is flipped that says which epochs were given, the store does not open
#[test]
fn a_damaged_marker_is_refused() {
    let disk = SimulatedDisk::default();
    drop(open(&disk).expect("the disk is whole"));
    let whole = super::super::disk::Disk::read(&disk, ".store").expect("it is there");
    for bit in 0..(whole.len() - 1) * 8 {
        let mut bytes = whole.clone();
        bytes[bit / 8] ^= 1 << (bit % 8);
        disk.put(".store", &bytes);
        let refused = open(&disk);
        let named = matches!(
            refused,
            Err(OpenError::Damaged { .. } | OpenError::NewerFormat { .. })
        );
        assert!(named, "bit {bit}: {refused:?}");
    }
}

// A1: a record in the file of another long key is not taken for that one's
#[tokio::test]
async fn a_shortened_name_tells_no_other_key() {
    let disk = SimulatedDisk::default();
    let (one, two) = ("k".repeat(500) + "1", "k".repeat(500) + "2");
    let store = open(&disk).expect("the disk is whole");
    store
        .write(create(&one, "one"))
        .await
        .expect("nothing is there");
    store
        .write(create(&two, "two"))
        .await
        .expect("nothing is there");
    drop(store);
    let names: Vec<String> = disk
        .names()
        .into_iter()
        .filter(|name| name.contains('~'))
        .collect();
    let [first, second] = &names[..] else {
        panic!("{names:?}");
    };
    let bytes = super::super::disk::Disk::read(&disk, first).expect("it is there");
    disk.put(second, &bytes);
    let store = open(&disk).expect("the disk is whole");
    let loaded = [stored(&store, &one).await, stored(&store, &two).await];
    assert_eq!(
        loaded.iter().filter(|loaded| loaded.is_err()).count(),
        1,
        "{loaded:?}"
    );
    let listed = store.list(Query::all()).await.expect("listing works").keys;
    assert_eq!(listed.len(), 1);
}
