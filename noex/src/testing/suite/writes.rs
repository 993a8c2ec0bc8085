//! Rules on what is written and what it replaces.

use super::{Subject, first, is_conflict, key, record, stored};
use crate::store::{Epoch, Query, Record, Revision, StorageAdapter, StoreError, Write};

/// Larger limits are not tried out.
const LARGE: usize = 64 << 20;

fn revision(number: u64) -> Revision {
    Revision::new(Epoch::new(1), number)
}

fn replace(expected: u64, bytes: &str) -> Write {
    Write::put(
        key("k"),
        Some(revision(expected)),
        record(revision(expected + 1), bytes),
    )
}

/// Every byte of a record and everything beside it comes back.
pub async fn a_record_comes_back_as_it_was<A: StorageAdapter>(subject: Subject<A>) {
    let store = subject.open().await;
    let every_byte: Vec<u8> = (0..=u8::MAX).collect();
    let large = every_byte.repeat(4096);
    for (text, bytes) in [("none", vec![]), ("every", every_byte), ("large", large)] {
        let record = Record::new(revision(7), "a kind", bytes).expiring(1_800_000_000_000);
        let write = Write::put(key(text), None, record.clone());
        store.write(write).await.expect("nothing is there");
        let loaded = store.load(&key(text)).await.expect("loading works");
        assert_eq!(loaded.map(|loaded| loaded.record), Some(record));
    }
    assert!(
        store
            .load(&key("absent"))
            .await
            .expect("loading works")
            .is_none()
    );
}

/// A write that expects nothing does not replace a record.
pub async fn creating_twice_is_a_conflict<A: StorageAdapter>(subject: Subject<A>) {
    let store = subject.open().await;
    store
        .write(first("k", "first"))
        .await
        .expect("nothing is there");
    assert!(is_conflict(&store.write(first("k", "second")).await));
    assert_eq!(stored(&store, "k").await.as_deref(), Some("first"));
}

/// A write replaces the revision it expects, and no other one, older or newer.
pub async fn a_write_replaces_only_what_it_expects<A: StorageAdapter>(subject: Subject<A>) {
    let store = subject.open().await;
    assert!(is_conflict(&store.write(replace(1, "of nothing")).await));
    store
        .write(first("k", "1"))
        .await
        .expect("nothing is there");
    store
        .write(replace(1, "2"))
        .await
        .expect("revision 1 is there");
    for wrong in [1, 3] {
        assert!(is_conflict(&store.write(replace(wrong, "wrong")).await));
        assert!(is_conflict(
            &store.write(Write::delete(key("k"), revision(wrong))).await
        ));
    }
    assert_eq!(stored(&store, "k").await.as_deref(), Some("2"));
}

/// Of a deleted record nothing is left: it is not loaded, not listed, and can be created again.
pub async fn a_delete_leaves_nothing_behind<A: StorageAdapter>(subject: Subject<A>) {
    let store = subject.open().await;
    store
        .write(first("k", "1"))
        .await
        .expect("nothing is there");
    store
        .write(Write::delete(key("k"), revision(1)))
        .await
        .expect("revision 1 is there");
    assert_eq!(stored(&store, "k").await, None);
    assert!(
        store
            .list(Query::all())
            .await
            .expect("listing works")
            .keys
            .is_empty()
    );
    assert!(is_conflict(
        &store.write(Write::delete(key("k"), revision(1))).await
    ));
    store
        .write(first("k", "anew"))
        .await
        .expect("nothing is there");
}

/// In a batch each write succeeds or fails by itself, and the results come in its order.
pub async fn a_batch_has_one_result_for_each_write<A: StorageAdapter>(subject: Subject<A>) {
    let store = subject.open().await;
    store
        .write(first("taken", "before"))
        .await
        .expect("nothing is there");
    let batch = ["a", "taken", "b", "c"].map(|text| first(text, "batch"));
    let results = store.write_all(batch.into()).await;
    let written: Vec<bool> = results.iter().map(Result::is_ok).collect();
    assert_eq!(written, [true, false, true, true]);
    assert!(results.get(1).is_some_and(is_conflict));
    for (text, bytes) in [
        ("a", "batch"),
        ("taken", "before"),
        ("b", "batch"),
        ("c", "batch"),
    ] {
        assert_eq!(stored(&store, text).await.as_deref(), Some(bytes));
    }
    assert!(store.write_all(Vec::new()).await.is_empty());
}

/// A record over the store's limit is refused as such, and changes nothing; one of just the limit is taken.
pub async fn a_record_over_the_limit_is_too_large<A: StorageAdapter>(subject: Subject<A>) {
    let store = subject.open().await;
    let Some(max) = store.abilities().max_record.filter(|max| *max <= LARGE) else {
        return;
    };
    store
        .write(first("k", &"x".repeat(max)))
        .await
        .expect("it is of just the limit");
    let refused = store.write(replace(1, &"y".repeat(max + 1))).await;
    assert!(
        matches!(refused, Err(StoreError::TooLarge { .. })),
        "{refused:?}"
    );
    assert_eq!(stored(&store, "k").await, Some("x".repeat(max)));
}
