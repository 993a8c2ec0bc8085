//! Rules on who may write.

use super::{NODE, OTHER, Subject, first, is_conflict, key, next, put, stored};
use crate::store::{Claimed, Epoch, Revision, StorageAdapter, StoreError, Write};

async fn claim(store: &impl StorageAdapter, text: &str) -> Claimed {
    store
        .claim(&key(text), NODE, "a server")
        .await
        .expect("nobody holds it")
}

/// Claiming gives the record along with the right to write it.
pub async fn a_claim_gives_the_record<A: StorageAdapter>(subject: Subject<A>) {
    let store = subject.open().await;
    assert!(claim(&store, "absent").await.record.is_none());
    let write = first("k", "stored");
    store.write(write.clone()).await.expect("nobody holds it");
    let claimed = claim(&store, "k").await;
    assert_eq!(claimed.record, write.record);
    assert!(
        claimed.claim.epoch > Epoch::new(1),
        "an epoch is above that of the record"
    );
}

/// A held key is refused to everybody, the same node included, and the refusal says who holds it.
pub async fn a_held_key_is_refused<A: StorageAdapter>(subject: Subject<A>) {
    let Some(store) = subject.open_claiming().await else {
        return;
    };
    let claimed = claim(&store, "k").await;
    for node in [NODE, OTHER] {
        let refused = store.claim(&key("k"), node, "another server").await;
        let Err(StoreError::Held { holder, .. }) = refused else {
            panic!("{refused:?}")
        };
        assert_eq!((holder.claim, &*holder.by), (claimed.claim, "a server"));
    }
    store
        .write(next("k", &claimed, "saved"))
        .await
        .expect("the claim stands");
    let loaded = store
        .load(&key("k"))
        .await
        .expect("loading works")
        .expect("it was saved");
    assert!(
        loaded
            .holder
            .is_none_or(|holder| holder.claim == claimed.claim)
    );
}

/// Of many who claim a key at once, one gets it.
pub async fn one_of_many_gets_the_claim<A: StorageAdapter>(subject: Subject<A>) {
    let Some(store) = subject.open_claiming().await else {
        return;
    };
    let key = key("k");
    let (a, b, c, d) = tokio::join!(
        store.claim(&key, NODE, "a"),
        store.claim(&key, OTHER, "b"),
        store.claim(&key, NODE, "c"),
        store.claim(&key, OTHER, "d"),
    );
    let claims = [a, b, c, d];
    assert_eq!(
        claims.iter().filter(|claim| claim.is_ok()).count(),
        1,
        "{claims:?}"
    );
}

/// Only the holder writes a held key: not one without a claim, nor one with another's or an old one.
pub async fn only_the_holder_writes<A: StorageAdapter>(subject: Subject<A>) {
    let Some(store) = subject.open_claiming().await else {
        return;
    };
    let old = claim(&store, "k").await;
    store
        .release(&key("k"), old.claim)
        .await
        .expect("releasing works");
    let new = store
        .claim(&key("k"), OTHER, "the next")
        .await
        .expect("it was given back");
    assert!(is_conflict(&store.write(next("k", &old, "old")).await));
    assert!(is_conflict(&store.write(first("k", "unclaimed")).await));
    assert!(is_conflict(
        &store
            .write(Write::delete(key("k"), None).under(old.claim))
            .await
    ));
    assert_eq!(stored(&store, "k").await, None);
    store
        .write(next("k", &new, "new"))
        .await
        .expect("the claim stands");
    assert_eq!(stored(&store, "k").await.as_deref(), Some("new"));
}

/// A claim ends by being given back, with a last write or without one, and an old claim gives nothing back.
pub async fn a_claim_is_given_back<A: StorageAdapter>(subject: Subject<A>) {
    let Some(store) = subject.open_claiming().await else {
        return;
    };
    let old = claim(&store, "k").await;
    store
        .write(next("k", &old, "last").last())
        .await
        .expect("the claim stands");
    let new = claim(&store, "k").await;
    store
        .release(&key("k"), old.claim)
        .await
        .expect("there is nothing to give back");
    store
        .write(next("k", &new, "goes on"))
        .await
        .expect("the claim stands");
    store
        .release(&key("k"), new.claim)
        .await
        .expect("the claim stands");
    let late = put(
        "k",
        &new,
        new.record.as_ref().map(|record| record.revision),
        "late",
    );
    assert!(is_conflict(&store.write(late).await));
    claim(&store, "k").await;
}

/// A delete ends the claim, so that a write which comes late, or twice, brings nothing back.
pub async fn a_late_write_after_a_delete_finds_no_claim<A: StorageAdapter>(subject: Subject<A>) {
    let Some(store) = subject.open_claiming().await else {
        return;
    };
    let claimed = claim(&store, "k").await;
    let create = next("k", &claimed, "created");
    let revision = Revision::after(None, claimed.claim.epoch);
    store.write(create.clone()).await.expect("the claim stands");
    let delete = Write::delete(key("k"), revision).under(claimed.claim);
    store.write(delete.clone()).await.expect("the claim stands");
    assert!(
        is_conflict(&store.write(create).await),
        "the same write again"
    );
    assert!(
        is_conflict(&store.write(delete).await),
        "the same delete again"
    );
    assert!(is_conflict(
        &store
            .write(put("k", &claimed, Some(revision), "late"))
            .await
    ));
    assert_eq!(stored(&store, "k").await, None);
    claim(&store, "k").await;
}

/// A delete of what was never stored ends the claim, too.
pub async fn a_delete_of_nothing_ends_the_claim<A: StorageAdapter>(subject: Subject<A>) {
    let Some(store) = subject.open_claiming().await else {
        return;
    };
    let claimed = claim(&store, "k").await;
    let delete = Write::delete(key("k"), None).under(claimed.claim);
    store.write(delete).await.expect("the claim stands");
    assert!(is_conflict(&store.write(next("k", &claimed, "late")).await));
    claim(&store, "k").await;
}

/// No epoch of a key comes twice, and each is above all before it, deleted records included.
pub async fn an_epoch_never_comes_twice<A: StorageAdapter>(subject: Subject<A>) {
    let Some(store) = subject.open_claiming().await else {
        return;
    };
    let mut last = Epoch::new(0);
    for _ in 0..20 {
        let claimed = claim(&store, "k").await;
        assert!(claimed.claim.epoch > last);
        last = claimed.claim.epoch;
        store
            .write(next("k", &claimed, "kept").last())
            .await
            .expect("the claim stands");
        let claimed = claim(&store, "k").await;
        assert!(claimed.claim.epoch > last);
        last = claimed.claim.epoch;
        let known = claimed.record.as_ref().map(|record| record.revision);
        let delete = Write::delete(key("k"), known).under(claimed.claim);
        store.write(delete).await.expect("the claim stands");
    }
}
