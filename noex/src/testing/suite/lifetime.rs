//! Rules on closing and opening again.

use super::{NODE, Subject, first, key, next, stored};
use crate::store::{Claim, Epoch, Ownership, Revision, StorageAdapter, StoreError, Write};

fn works_or_is_closed<T>(result: &Result<T, StoreError>) -> bool {
    matches!(result, Ok(_) | Err(StoreError::Closed))
}

/// Closing twice is fine, and what comes later works or says that the store is closed.
pub async fn closing_twice_is_fine<A: StorageAdapter>(subject: Subject<A>) {
    let store = subject.open().await;
    store
        .write(first("k", "kept"))
        .await
        .expect("nothing is there");
    let (one, two) = tokio::join!(store.close(), store.close());
    assert!(one.is_ok() && two.is_ok());
    store.close().await.expect("closing again is fine");
    assert!(works_or_is_closed(&store.load(&key("k")).await));
    assert!(works_or_is_closed(&store.write(first("l", "late")).await));
    let claimed = store.claim(&key("l"), NODE, "late").await;
    assert!(works_or_is_closed(&claimed));
    let results = store.write_all(vec![first("m", "late")]).await;
    assert!(results.iter().all(works_or_is_closed));
}

/// What was written is there when the store is opened again, and what was deleted is not.
pub async fn records_outlive_the_adapter<A: StorageAdapter>(subject: Subject<A>) {
    let Some(store) = subject.open_lasting().await else {
        return;
    };
    store
        .write(first("k", "kept"))
        .await
        .expect("nothing is there");
    store
        .write(first("gone", "deleted"))
        .await
        .expect("nothing is there");
    let revision = Revision::new(Epoch::new(1), 1);
    store
        .write(Write::delete(key("gone"), revision))
        .await
        .expect("it is there");
    store.close().await.expect("closing works");
    drop(store);
    let store = subject.open().await;
    assert_eq!(stored(&store, "k").await.as_deref(), Some("kept"));
    assert_eq!(stored(&store, "gone").await, None);
}

/// What was written is there also when the store was dropped without being closed.
pub async fn records_outlive_a_dropped_adapter<A: StorageAdapter>(subject: Subject<A>) {
    let Some(store) = subject.open_lasting().await else {
        return;
    };
    store
        .write(first("k", "kept"))
        .await
        .expect("nothing is there");
    drop(store);
    assert_eq!(
        stored(&subject.open().await, "k").await.as_deref(),
        Some("kept")
    );
}

/// Epochs go on rising when the store is opened again, those of deleted records included.
pub async fn epochs_rise_over_reopening<A: StorageAdapter>(subject: Subject<A>) {
    let mut last = Epoch::new(0);
    for _ in 0..4 {
        let Some(store) = subject.open_lasting().await else {
            return;
        };
        if store.abilities().ownership != Ownership::Process {
            return;
        }
        // Several, so that none of them is given again by who only counts how often it was opened.
        for name in ["m", "l", "k"] {
            let claimed = store.claim(&key(name), NODE, "a server").await;
            let claimed = claimed.expect("claims end with the process that held them");
            let epoch = claimed.claim.epoch;
            assert!(epoch > last, "epoch {epoch} was given after {last}");
            last = epoch;
        }
        store
            .release(&key("k"), Claim::new(NODE, last))
            .await
            .expect("it is given back");
        let claimed = store.claim(&key("k"), NODE, "a server").await;
        let claimed = claimed.expect("nobody holds it");
        assert!(claimed.claim.epoch > last);
        last = claimed.claim.epoch;
        store
            .write(next("k", &claimed, "short"))
            .await
            .expect("the claim stands");
        let revision = Revision::after(None, last);
        let delete = Write::delete(key("k"), revision).under(claimed.claim);
        store.write(delete).await.expect("the claim stands");
    }
}
