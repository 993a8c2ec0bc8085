//! What is asked of the disk, in which order, and how little of it.

use super::super::disk::simulated::{Fault, Operation, Rule, SimulatedDisk};
use super::scene::{create, key, open, stored};
use crate::store::{NodeId, Query, StorageAdapter, StoreError, Write};

fn operations(disk: &SimulatedDisk) -> Vec<Operation> {
    disk.asked()
        .into_iter()
        .map(|(operation, _)| operation)
        .collect()
}

// A2: temp file, fsync, rename, fsync of the directory
#[tokio::test]
async fn a_write_is_synced_before_and_after_it_gets_its_name() {
    let disk = SimulatedDisk::default();
    let store = open(&disk).expect("the disk is whole");
    disk.asked();
    store
        .write(create("k", "v"))
        .await
        .expect("nothing is there");
    let expected = [
        Operation::Read,
        // That the store is still there: only then is a file that is not found none.
        Operation::Read,
        Operation::Create,
        Operation::Write,
        Operation::Write,
        Operation::SyncFile,
        Operation::Rename,
        Operation::SyncDirectory,
    ];
    assert_eq!(operations(&disk), expected);
}

// P11, A2: of a batch each file is synced, and the directory once, when all of them have their names
#[tokio::test]
async fn a_batch_syncs_the_directory_once() {
    let disk = SimulatedDisk::default();
    let store = open(&disk).expect("the disk is whole");
    disk.asked();
    let writes = (0..100).map(|number| create(&format!("k{number}"), "v"));
    let results = store.write_all(writes.collect()).await;
    assert!(results.iter().all(Result::is_ok));
    let asked = operations(&disk);
    let count = |operation| asked.iter().filter(|asked| **asked == operation).count();
    assert_eq!(count(Operation::SyncFile), 100);
    assert_eq!(count(Operation::Rename), 100);
    assert_eq!(count(Operation::SyncDirectory), 1);
    assert_eq!(asked.last(), Some(&Operation::SyncDirectory));
}

// P4: a live server's saves read nothing, and neither does listing
#[tokio::test]
async fn what_is_known_is_not_read_again() {
    let disk = SimulatedDisk::default();
    let store = open(&disk).expect("the disk is whole");
    store
        .write(create("k", "v"))
        .await
        .expect("nothing is there");
    disk.asked();
    let revision = crate::store::Revision::new(crate::store::Epoch::new(1), 1);
    store
        .write(Write::delete(key("k"), revision))
        .await
        .expect("it is there");
    assert_eq!(
        operations(&disk),
        [Operation::Remove, Operation::SyncDirectory]
    );
    store.list(Query::all()).await.expect("listing works");
    assert_eq!(operations(&disk), []);
}

// A2: after a sync of the directory that failed, everything is written anew through a directory opened anew
#[tokio::test]
async fn after_a_failed_sync_everything_is_written_anew() {
    let disk = SimulatedDisk::default();
    let store = open(&disk).expect("the disk is whole");
    disk.asked();
    disk.fail(Rule {
        of: Some(Operation::SyncDirectory),
        nth: 0,
        lasting: false,
        fault: Fault::Fails(5),
    });
    let result = store.write(create("k", "v")).await;
    assert!(
        matches!(result, Err(StoreError::Uncertain { .. })),
        "{result:?}"
    );
    let asked = operations(&disk);
    let after = asked
        .iter()
        .skip_while(|asked| **asked != Operation::SyncDirectory)
        .skip(1);
    let expected = [
        Operation::Reopen,
        Operation::Create,
        Operation::Write,
        Operation::Write,
        Operation::SyncFile,
        Operation::Rename,
        Operation::SyncDirectory,
    ];
    assert!(after.eq(&expected), "{asked:?}");
    assert_eq!(
        stored(&store, "k").await.expect("it is whole").as_deref(),
        Some("v")
    );
    let cut = open(&disk.cut(|_| false)).expect("the disk is whole");
    assert_eq!(
        stored(&cut, "k").await.expect("it is whole").as_deref(),
        Some("v")
    );
}

// A2: a delete that may have been lost is made again in a way that lasts
#[tokio::test]
async fn a_delete_that_failed_to_sync_does_not_come_back() {
    let disk = SimulatedDisk::default();
    let store = open(&disk).expect("the disk is whole");
    store
        .write(create("k", "v"))
        .await
        .expect("nothing is there");
    for nth in 0..3 {
        disk.fail(Rule {
            of: Some(Operation::SyncDirectory),
            nth,
            lasting: false,
            fault: Fault::Fails(5),
        });
        let revision = crate::store::Revision::new(crate::store::Epoch::new(1), 1);
        drop(store.write(Write::delete(key("k"), revision)).await);
        disk.heal();
        let Ok(found) = stored(&store, "k").await else {
            break;
        };
        let cut = open(&disk.cut(|_| false)).expect("the disk is whole");
        assert_eq!(stored(&cut, "k").await.expect("it is whole"), found);
        drop(store.write(create("k", "v")).await);
    }
}

// A2: if syncs go on failing, writes and reads are refused, and claims are given back all the same
#[tokio::test]
async fn while_syncs_go_on_failing_nothing_is_vouched_for() {
    let disk = SimulatedDisk::default();
    let store = open(&disk).expect("the disk is whole");
    let claimed = store
        .claim(&key("held"), NodeId::new(1), "a server")
        .await
        .expect("it is free");
    disk.fail(Rule {
        of: Some(Operation::SyncDirectory),
        nth: 0,
        lasting: true,
        fault: Fault::Fails(5),
    });
    assert!(
        store
            .write(create("k", "v"))
            .await
            .is_err_and(|error| error.is_uncertain())
    );
    disk.heal();
    for result in [
        store.write(create("l", "v")).await,
        store.load(&key("k")).await.map(drop),
        store
            .claim(&key("k"), NodeId::new(1), "another")
            .await
            .map(drop),
    ] {
        let error = result.expect_err("nothing is known for sure");
        assert!(error.to_string().contains("no longer trusted"), "{error}");
    }
    store
        .release(&key("held"), claimed.claim)
        .await
        .expect("it takes no disk");
    drop(store);
    open(&disk).expect("a new process looks anew");
}
