//! Two machines and one store.

use super::*;
use crate::store::{Mismatch, Revision};

const HERE: NodeId = NodeId::new(1);
const THERE: NodeId = NodeId::new(2);

fn key() -> Key {
    Key::new("k").expect("a valid key")
}

fn put(claimed: &Claimed, known: Option<Revision>, bytes: &'static str) -> Write {
    let revision = Revision::after(known, claimed.claim.epoch);
    Write::put(key(), known, Record::new(revision, "kind", bytes)).under(claimed.claim)
}

// S8: two live servers with one key in one store, in two systems
#[tokio::test]
async fn a_key_held_here_is_refused_there() {
    let shared = SharedMemory::new();
    let (here, there) = (shared.node(), shared.node());
    let claimed = here
        .claim(&key(), HERE, "here")
        .await
        .expect("nobody holds it");
    let refused = there
        .claim(&key(), THERE, "there")
        .await
        .expect_err("it is held");
    assert!(matches!(&refused, StoreError::Held { holder, .. } if holder.claim == claimed.claim));
    here.release(&key(), claimed.claim)
        .await
        .expect("releasing works");
    there
        .claim(&key(), THERE, "there")
        .await
        .expect("it was given back");
}

// A3: a write of an owner who was replaced finds no claim, though it expects what is stored
#[tokio::test]
async fn after_a_takeover_the_old_owner_writes_no_more() {
    let shared = SharedMemory::new();
    let here = shared.node();
    let old = here
        .claim(&key(), HERE, "here")
        .await
        .expect("nobody holds it");
    here.write(put(&old, None, "1"))
        .await
        .expect("the claim stands");
    let known = Some(Revision::after(None, old.claim.epoch));
    let new = shared.take_over(&key(), THERE, "there");
    assert!(new.claim.epoch > old.claim.epoch);
    assert!(
        new.record
            .as_ref()
            .is_some_and(|record| record.bytes == "1")
    );

    let late = here.write(put(&old, known, "late")).await;
    let Err(StoreError::Conflict {
        mismatch: Mismatch::Claim { holder },
        ..
    }) = late
    else {
        panic!("{late:?}")
    };
    assert_eq!(holder.map(|holder| holder.claim), Some(new.claim));
    shared
        .node()
        .write(put(&new, known, "2"))
        .await
        .expect("the claim stands");
    assert!(
        shared
            .records()
            .get(&key())
            .is_some_and(|record| record.bytes == "2")
    );
}

#[tokio::test]
async fn a_claim_that_was_ended_can_be_had_by_anybody() {
    let shared = SharedMemory::new();
    let claimed = shared
        .node()
        .claim(&key(), HERE, "here")
        .await
        .expect("nobody holds it");
    assert_eq!(
        shared.holder(&key()).map(|holder| holder.claim),
        Some(claimed.claim)
    );
    shared.end_claim(&key());
    assert!(shared.holder(&key()).is_none());
    shared
        .node()
        .claim(&key(), THERE, "there")
        .await
        .expect("nobody holds it");
}
