//! Each fault does what its name says, and nothing else.

use tokio::join;

use super::*;
use crate::store::{Bytes, Epoch, Key, MemoryAdapter, NodeId, Record, Revision};

fn store() -> FaultyAdapter<MemoryAdapter> {
    FaultyAdapter::new(MemoryAdapter::new())
}

fn key() -> Key {
    Key::new("k").expect("a valid key")
}

fn revision(number: u64) -> Revision {
    Revision::new(Epoch::new(1), number)
}

fn create() -> Write {
    Write::put(key(), None, Record::new(revision(1), "kind", "first"))
}

fn replace() -> Write {
    Write::put(
        key(),
        Some(revision(1)),
        Record::new(revision(2), "kind", "second"),
    )
}

fn content(store: &FaultyAdapter<MemoryAdapter>) -> Option<Bytes> {
    store
        .inner()
        .records()
        .get(&key())
        .map(|record| record.bytes.clone())
}

#[tokio::test]
async fn a_rejected_or_lost_write_does_nothing() {
    let store = store();
    store.next(Call::Write, Fault::Rejected);
    store.next(Call::Write, Fault::Fails(StoreError::Closed));
    store.next(Call::Write, Fault::Lost);
    assert!(matches!(
        store.write(create()).await,
        Err(StoreError::Rejected { .. })
    ));
    assert!(matches!(
        store.write(create()).await,
        Err(StoreError::Closed)
    ));
    assert!(matches!(
        store.write(create()).await,
        Err(StoreError::Uncertain { .. })
    ));
    assert!(store.inner().is_empty());
    store
        .write(create())
        .await
        .expect("the script is at its end");
}

#[tokio::test]
async fn an_answer_that_comes_too_late_hides_a_write_that_is_there() {
    let store = store();
    store.next(Call::Write, Fault::AnsweredTooLate);
    assert!(
        store
            .write(create())
            .await
            .is_err_and(|error| error.is_uncertain())
    );
    assert_eq!(content(&store).as_deref(), Some(&b"first"[..]));
}

#[tokio::test]
async fn a_delayed_write_comes_when_it_is_delivered() {
    let store = store();
    store.next(Call::Write, Fault::Delayed);
    assert!(
        store
            .write(create())
            .await
            .is_err_and(|error| error.is_uncertain())
    );
    assert!(store.inner().is_empty());
    assert!(matches!(store.deliver().await.as_slice(), [Ok(())]));
    assert_eq!(content(&store).as_deref(), Some(&b"first"[..]));
    assert_eq!(store.undelivered(), 0);
}

// P3: an older state never replaces a newer one, also when a write comes twice
#[tokio::test]
async fn a_doubled_write_that_comes_again_is_a_conflict() {
    let store = store();
    store.next(Call::Write, Fault::Doubled);
    store
        .write(create())
        .await
        .expect("the first of the two is written");
    store.write(replace()).await.expect("the first is there");
    assert!(matches!(
        store.deliver().await.as_slice(),
        [Err(StoreError::Conflict { .. })]
    ));
    assert_eq!(content(&store).as_deref(), Some(&b"second"[..]));
}

#[tokio::test]
async fn a_held_write_waits_at_its_gate() {
    let store = store();
    let gate = store.hold(Call::Write);
    let (written, ()) = join!(store.write(create()), async {
        gate.has_waiting(1).await;
        assert!(store.inner().is_empty());
        gate.open();
    });
    written.expect("the gate is open");
    assert_eq!(store.inner().len(), 1);
}

#[tokio::test]
async fn a_held_answer_comes_after_its_write() {
    let store = store();
    let gate = Gate::new();
    store.next(Call::Write, Fault::AnswerHeld(gate.clone()));
    let (written, ()) = join!(store.write(create()), async {
        gate.has_waiting(1).await;
        assert_eq!(store.inner().len(), 1);
        gate.open();
    });
    written.expect("the gate is open");
}

#[tokio::test]
async fn a_damaged_or_torn_load_leaves_the_store_as_it_is() {
    let store = store();
    store.write(create()).await.expect("nothing is there");
    store.next(Call::Load, Fault::Damaged { byte: 0 });
    store.next(Call::Load, Fault::Torn { bytes: 2 });
    for expected in [&b"girst"[..], b"fi", b"first"] {
        let loaded = store
            .load(&key())
            .await
            .expect("loading works")
            .expect("it is there");
        assert_eq!(loaded.record.bytes, expected);
    }
    store.next(Call::Claim, Fault::Damaged { byte: 4 });
    let claimed = store
        .claim(&key(), NodeId::new(1), "a server")
        .await
        .expect("it is free");
    assert!(claimed.record.is_some_and(|record| record.bytes == "firsu"));
}

#[tokio::test]
async fn every_write_of_a_batch_has_its_own_fault_and_is_counted() {
    let store = store();
    store.next(Call::Write, Fault::Rejected);
    let other = Write::put(
        Key::new("other").expect("a valid key"),
        None,
        Record::new(revision(1), "kind", "1234"),
    );
    let results = store.write_all(vec![create(), other]).await;
    assert!(matches!(
        results.as_slice(),
        [Err(StoreError::Rejected { .. }), Ok(())]
    ));
    assert_eq!((store.writes(), store.bytes()), (2, 9));
}

#[tokio::test]
async fn one_can_wait_for_answers() {
    let store = store();
    store.always(Call::Load, Fault::Rejected);
    let key = key();
    let (loaded, ()) = join!(store.load(&key), store.answered(Call::Load, 1));
    assert!(loaded.is_err());
    store.heal();
    store.load(&key).await.expect("it is healed");
    assert_eq!(store.loads(), 2);
}
