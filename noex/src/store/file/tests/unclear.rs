//! What stands after a write or a claim that failed, as long as the store stays open.

use super::super::FileAdapter;
use super::super::disk::simulated::{Fault, INTERRUPTED, Operation, Rule, SimulatedDisk};
use super::scene::{create, key, open, record, stored};
use crate::store::{Claim, Key, NodeId, Revision, StorageAdapter, StoreError, Write};

const EIO: i32 = 5;

fn next(disk: &SimulatedDisk, of: Operation, fault: Fault) {
    disk.fail(Rule {
        of: Some(of),
        nth: 0,
        lasting: false,
        fault,
    });
}

async fn claimed(store: &FileAdapter, key: &Key) -> Claim {
    let claimed = store.claim(key, NodeId::new(1), "a server").await;
    claimed.expect("nobody holds it").claim
}

fn save(key: &Key, claim: Claim, known: Option<Revision>) -> (Write, Revision) {
    let revision = Revision::after(known, claim.epoch);
    let write = Write::put(key.clone(), known, record(revision, "saved"));
    (write.under(claim), revision)
}

// A3: a last write, or a delete, that failed has not ended its claim
#[tokio::test]
async fn what_failed_ends_no_claim() {
    let disk = SimulatedDisk::default();
    let store = open(&disk).expect("the disk is whole");
    let key = key("k");
    let claim = claimed(&store, &key).await;
    let (first, known) = save(&key, claim, None);
    store.write(first).await.expect("the claim stands");
    for of in [Operation::SyncFile, Operation::Rename] {
        next(&disk, of, Fault::Fails(EIO));
        let (last, _) = save(&key, claim, Some(known));
        assert!(store.write(last.last()).await.is_err());
    }
    next(&disk, Operation::Remove, Fault::Fails(EIO));
    let delete = Write::delete(key.clone(), known).under(claim);
    assert!(store.write(delete).await.is_err());
    let (again, _) = save(&key, claim, Some(known));
    store.write(again.last()).await.expect("the claim stands");
    claimed(&store, &key).await;
}

// A3: a claim whose epoch could not be reserved is none, and holds nobody up
#[tokio::test]
async fn a_claim_that_was_not_reserved_is_none() {
    let disk = SimulatedDisk::default();
    let store = open(&disk).expect("the disk is whole");
    for of in [Operation::Create, Operation::SyncFile, Operation::Rename] {
        next(&disk, of, Fault::Fails(EIO));
        let refused = store.claim(&key("k"), NodeId::new(1), "a server").await;
        assert!(
            matches!(refused, Err(StoreError::Rejected { .. })),
            "{refused:?}"
        );
    }
    claimed(&store, &key("k")).await;
}

// A3: after a write that may have happened, what is compared is what is there
#[tokio::test]
async fn after_an_unclear_write_the_disk_is_asked() {
    for (fault, happened) in [
        (Fault::Fails(EIO), false),
        (Fault::FailsAfterwards(EIO), true),
    ] {
        let disk = SimulatedDisk::default();
        let store = open(&disk).expect("the disk is whole");
        store
            .write(create("k", "1"))
            .await
            .expect("nothing is there");
        let old = Revision::new(crate::store::Epoch::new(1), 1);
        let new = Revision::after(Some(old), old.epoch);
        let write = |known| {
            let revision = Revision::after(Some(known), known.epoch);
            Write::put(key("k"), Some(known), record(revision, "2"))
        };
        next(&disk, Operation::Rename, fault);
        let unclear = store.write(write(old)).await;
        assert!(unclear.is_err_and(|error| error.is_uncertain()));
        let (right, wrong) = if happened { (new, old) } else { (old, new) };
        let refused = store.write(write(wrong)).await;
        assert!(
            matches!(refused, Err(StoreError::Conflict { .. })),
            "{refused:?}"
        );
        store
            .write(write(right))
            .await
            .expect("it is what is stored");
    }
}

// A6: a write that fails leaves nothing lying about
#[tokio::test]
async fn what_failed_leaves_no_file() {
    let disk = SimulatedDisk::default();
    let store = open(&disk).expect("the disk is whole");
    for of in [Operation::Write, Operation::SyncFile, Operation::Rename] {
        next(&disk, of, Fault::Fails(EIO));
        assert!(store.write(create("k", "v")).await.is_err());
        assert_eq!(disk.names(), [".store"], "{of:?}");
    }
}

// A2: what a process that was killed had renamed but not synced is on the disk before the next one relies on it
#[tokio::test]
async fn what_is_found_at_open_is_on_the_disk() {
    let disk = SimulatedDisk::default();
    let store = open(&disk).expect("the disk is whole");
    disk.fail(Rule {
        of: Some(Operation::SyncDirectory),
        nth: 0,
        lasting: true,
        fault: Fault::Fails(INTERRUPTED),
    });
    assert!(store.write(create("k", "v")).await.is_err());
    drop(store);
    disk.heal();
    let store = open(&disk).expect("the disk is whole");
    let found = stored(&store, "k").await.expect("it is whole");
    assert_eq!(found.as_deref(), Some("v"));
    let cut = open(&disk.cut(|_| false)).expect("the disk is whole");
    assert_eq!(stored(&cut, "k").await.expect("it is whole"), found);
}
