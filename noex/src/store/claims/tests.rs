//! The claim table by itself.

use super::*;
use crate::store::Record;

const NODE: NodeId = NodeId::new(1);
const OTHER: NodeId = NodeId::new(2);

fn key() -> Key {
    Key::new("k").expect("a valid key")
}

fn revision(epoch: u64, number: u64) -> Revision {
    Revision::new(Epoch::new(epoch), number)
}

fn put(expected: Option<Revision>, new: Revision) -> Write {
    Write::put(key(), expected, Record::new(new, "kind", "bytes"))
}

fn claimed(epoch: u64) -> (Claims, Claim) {
    let mut claims = Claims::default();
    let claim = claims
        .claim(&key(), NODE, "first", Epoch::new(epoch))
        .expect("nobody holds it");
    (claims, claim)
}

fn lost_claim(result: &Result<(), StoreError>) -> bool {
    matches!(
        result,
        Err(StoreError::Conflict {
            mismatch: Mismatch::Claim { .. },
            ..
        })
    )
}

#[test]
fn a_held_key_is_refused_to_everybody_the_same_node_included() {
    let (mut claims, claim) = claimed(1);
    for node in [NODE, OTHER] {
        let refused = claims
            .claim(&key(), node, "second", Epoch::new(2))
            .expect_err("held");
        assert!(
            matches!(&refused, StoreError::Held { holder, .. } if holder.claim == claim && &*holder.by == "first")
        );
    }
}

// A3: a write names its claim; a mismatch is `Conflict`
#[test]
fn a_write_needs_the_very_claim_the_key_is_held_by() {
    let (claims, claim) = claimed(2);
    let write = put(None, revision(2, 1));
    assert!(lost_claim(&claims.check(&write, None)));
    assert!(lost_claim(&claims.check(
        &write.clone().under(Claim::new(OTHER, claim.epoch)),
        None
    )));
    let old = put(None, revision(1, 1)).under(Claim::new(NODE, Epoch::new(1)));
    assert!(lost_claim(&claims.check(&old, None)));
    claims
        .check(&write.under(claim), None)
        .expect("the holder may write");
}

// A3: a write names the revision it replaces, or none; a mismatch is `Conflict`
#[test]
fn a_write_needs_the_very_revision_it_expects() {
    let (claims, claim) = claimed(2);
    let stored = revision(1, 4);
    let write = put(Some(stored), revision(2, 5)).under(claim);
    for found in [
        None,
        Some(revision(1, 3)),
        Some(revision(1, 5)),
        Some(revision(2, 4)),
    ] {
        let refused = claims.check(&write, found).expect_err("another revision");
        assert!(
            matches!(refused, StoreError::Conflict { mismatch: Mismatch::Revision { found: seen }, .. } if seen == found)
        );
    }
    claims
        .check(&write, Some(stored))
        .expect("the expected one");
}

// A3: a delete ends the claim, so a late write finds none
#[test]
fn a_delete_and_a_last_write_end_the_claim() {
    for ending in [
        Write::delete(key(), revision(2, 1)),
        put(None, revision(2, 1)).last(),
    ] {
        let (mut claims, claim) = claimed(2);
        claims.settle(&ending.under(claim));
        assert!(claims.holder(&key()).is_none());
        assert!(lost_claim(
            &claims.check(&put(None, revision(2, 2)).under(claim), None)
        ));
    }
}

#[test]
fn an_ordinary_write_keeps_the_claim() {
    let (mut claims, claim) = claimed(2);
    claims.settle(&put(None, revision(2, 1)).under(claim));
    assert_eq!(
        claims.holder(&key()).map(|holder| holder.claim),
        Some(claim)
    );
}

#[test]
fn only_the_standing_claim_can_be_given_back() {
    let (mut claims, claim) = claimed(2);
    claims.release(&key(), Claim::new(NODE, Epoch::new(1)));
    claims.release(&key(), Claim::new(OTHER, claim.epoch));
    assert!(claims.holder(&key()).is_some());
    claims.release(&key(), claim);
    claims.release(&key(), claim);
    assert!(claims.holder(&key()).is_none());
}

#[test]
fn a_revision_that_does_not_rise_is_rejected() {
    let (claims, claim) = claimed(2);
    let known = Some(revision(2, 5));
    for new in [revision(2, 5), revision(2, 4)] {
        let refused = claims.check(&put(known, new).under(claim), known);
        assert!(matches!(refused, Err(StoreError::Rejected { .. })));
    }
    let foreign = claims.check(&put(known, revision(3, 6)).under(claim), known);
    assert!(matches!(foreign, Err(StoreError::Rejected { .. })));
}
