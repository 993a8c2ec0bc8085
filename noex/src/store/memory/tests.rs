//! What the store in memory has beyond the contract.

use super::*;
use crate::store::{Epoch, Mismatch, Revision};

const NODE: NodeId = NodeId::new(1);

fn key(text: &str) -> Key {
    Key::new(text).expect("a valid key")
}

fn record(epoch: u64, number: u64) -> Record {
    Record::new(Revision::new(Epoch::new(epoch), number), "kind", "bytes")
}

#[tokio::test]
async fn clones_share_one_content() {
    let store = MemoryAdapter::new();
    let clone = store.clone();
    store
        .write(Write::put(key("k"), None, record(1, 1)))
        .await
        .expect("nothing is there");
    assert_eq!((clone.len(), clone.is_empty()), (1, false));
    assert_eq!(clone.records(), store.records());
}

#[tokio::test]
async fn initial_content_is_claimed_with_a_later_epoch() {
    let store = MemoryAdapter::from_iter([(key("a"), record(7, 3)), (key("b"), record(41, 1))]);
    let claimed = store
        .claim(&key("a"), NODE, "a server")
        .await
        .expect("nobody holds it");
    assert_eq!(claimed.record, Some(record(7, 3)));
    assert_eq!(claimed.claim.epoch, Epoch::new(42));
}

// A3: a delete ends the claim, so a late write finds none
#[tokio::test]
async fn clearing_fences_whoever_holds_a_key() {
    let store = MemoryAdapter::new();
    let claimed = store
        .claim(&key("k"), NODE, "a server")
        .await
        .expect("nobody holds it");
    store.clear();
    let late = Write::put(key("k"), None, record(1, 1)).under(claimed.claim);
    let refused = store.write(late).await.expect_err("the claim has ended");
    let lost = matches!(
        &refused,
        StoreError::Conflict {
            mismatch: Mismatch::Claim { .. },
            ..
        }
    );
    assert!(lost, "{refused}");
    assert!(store.is_empty());
}

#[tokio::test]
async fn an_erased_store_is_the_same_store() {
    let store = MemoryAdapter::new();
    let erased = crate::store::erase(store.clone());
    let write = Write::put(key("k"), None, record(1, 1));
    assert!(
        erased
            .write_all(vec![write])
            .await
            .iter()
            .all(Result::is_ok)
    );
    assert!(
        erased
            .load(&key("k"))
            .await
            .expect("loading works")
            .is_some()
    );
    assert_eq!(store.len(), 1);
}
