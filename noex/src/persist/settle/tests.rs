//! What is made of each thing that can be loaded.

use super::*;
use crate::store::{Epoch, Holder, Key, NodeId, Record, Revision};

const MINE: Claim = Claim::new(NodeId::new(1), Epoch::new(3));
const THEIRS: Claim = Claim::new(NodeId::new(2), Epoch::new(4));

fn revision(epoch: u64, number: u64) -> Revision {
    Revision::new(Epoch::new(epoch), number)
}

fn write(expected: Option<Revision>) -> Write {
    let record = Record::new(revision(3, 5), "kind", "mine");
    Write::put(Key::new("k").expect("a valid key"), expected, record).under(MINE)
}

fn found(revision: Revision, bytes: &'static str, claim: impl Into<Option<Claim>>) -> Loaded {
    let holder = claim.into().map(|claim| Holder::new(claim, "a server"));
    Loaded::new(Record::new(revision, "kind", bytes)).held_by(holder)
}

fn of(write: &Write, found: Option<&Loaded>) -> Verdict {
    verdict(found, write, MINE, Ownership::Process)
}

// P7: if the store holds this server's own revision and bytes, it was saved
#[test]
fn my_revision_with_my_bytes_is_saved_whoever_holds_it_now() {
    let write = write(Some(revision(3, 4)));
    for claim in [Some(MINE), Some(THEIRS), None] {
        let loaded = found(revision(3, 5), "mine", claim);
        assert_eq!(of(&write, Some(&loaded)), Verdict::Saved);
    }
}

// P7: the number alone says nothing
#[test]
fn my_revision_with_other_bytes_is_not_saved() {
    let write = write(Some(revision(3, 4)));
    let loaded = found(revision(3, 5), "theirs", MINE);
    assert_eq!(of(&write, Some(&loaded)), Verdict::Fenced);
    let loaded = found(revision(4, 5), "mine", THEIRS);
    assert_eq!(of(&write, Some(&loaded)), Verdict::Fenced);
}

// P7: if it holds what was expected and the claim stands, the same bytes are written again
#[test]
fn what_was_expected_is_open_while_the_claim_stands() {
    let known = revision(3, 4);
    let standing = found(known, "before", MINE);
    assert_eq!(of(&write(Some(known)), Some(&standing)), Verdict::Resend);
    let given_back = found(known, "before", None);
    assert_eq!(of(&write(Some(known)), Some(&given_back)), Verdict::Fenced);
    let unchecked = verdict(
        Some(&given_back),
        &write(Some(known)),
        MINE,
        Ownership::Unchecked,
    );
    assert_eq!(unchecked, Verdict::Resend);
    assert_eq!(of(&write(None), None), Verdict::Resend);
    let taken = found(known, "before", THEIRS);
    assert_eq!(of(&write(Some(known)), Some(&taken)), Verdict::Fenced);
}

// P7: anything else is `Fenced`
#[test]
fn what_nobody_expected_is_fenced() {
    let known = Some(revision(3, 4));
    assert_eq!(of(&write(known), None), Verdict::Fenced);
    let newer = found(revision(4, 5), "theirs", THEIRS);
    assert_eq!(of(&write(known), Some(&newer)), Verdict::Fenced);
    assert_eq!(of(&write(None), Some(&newer)), Verdict::Fenced);
}

#[test]
fn a_delete_is_done_when_nothing_is_there() {
    let known = revision(3, 4);
    let delete = Write::delete(Key::new("k").expect("a valid key"), known).under(MINE);
    assert_eq!(of(&delete, None), Verdict::Saved);
    assert_eq!(
        of(&delete, Some(&found(known, "before", MINE))),
        Verdict::Resend
    );
    assert_eq!(
        of(&delete, Some(&found(revision(4, 1), "new", THEIRS))),
        Verdict::Fenced
    );
}
