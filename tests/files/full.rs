//! A disk that is full. The test mounts a small one of its own; where that is not allowed it says so and checks nothing.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use noex::store::{StorageAdapter, StoreError};
use noex::testing::ScratchDir;

use super::{create, load, open, replace};

/// A file system in memory, unmounted when this is dropped.
struct SmallDisk {
    dir: ScratchDir,
}

impl SmallDisk {
    fn mount() -> Option<Self> {
        let dir = ScratchDir::new().expect("a directory");
        let mut mount = Command::new("mount");
        mount.args(["-t", "tmpfs", "-o", "size=256k", "tmpfs"]);
        let mounted = mount.arg(dir.path()).output();
        if mounted.is_ok_and(|output| output.status.success()) {
            return Some(Self { dir });
        }
        println!("skipped: a small disk cannot be mounted here");
        None
    }

    fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        let unmounted = Command::new("umount").arg(self.dir.path()).status();
        drop(unmounted);
    }
}

// A2, A3: a full disk is told to the caller, the old state is there, and saving works again once there is room
#[tokio::test]
async fn a_full_disk_costs_nothing_that_was_saved() {
    let Some(disk) = SmallDisk::mount() else {
        return;
    };
    let records = disk.path("records");
    let store = open(&records);
    store
        .write(create("k", "old"))
        .await
        .expect("there is room");
    fs::write(disk.path("ballast"), vec![0; 180 << 10]).expect("there is room");

    let large = "x".repeat(100 << 10);
    let refused = store.write(replace("k", 1, &large)).await;
    let Err(StoreError::Rejected { message, .. }) = &refused else {
        panic!("{refused:?}");
    };
    assert!(message.contains("No space left on device"), "{message}");
    assert!(message.contains("k.json"), "{message}");
    let found = load(&store, "k").await.expect("loading works");
    assert_eq!(found.as_deref(), Some("old"));
    let small = store.write(replace("k", 1, "small")).await;
    small.expect("what failed takes no room");

    fs::remove_file(disk.path("ballast")).expect("it is there");
    let again = store.write(replace("k", 2, &large)).await;
    again.expect("there is room again");
    drop(store);
    let store = open(&records);
    assert_eq!(load(&store, "k").await.expect("loading works"), Some(large));
}
