//! Rules on calls that overlap.

use std::future::poll_fn;
use std::pin::pin;
use std::task::Poll;

use super::{Subject, first, key, record, stored};
use crate::store::{Epoch, Revision, StorageAdapter, Write};

async fn poll_once(future: impl Future) {
    let mut future = pin!(future);
    poll_fn(|cx| {
        drop(future.as_mut().poll(cx));
        Poll::Ready(())
    })
    .await;
}

/// Calls for one key take effect in the order in which they were first polled.
pub async fn calls_take_effect_in_the_order_polled<A: StorageAdapter>(subject: Subject<A>) {
    let store = subject.open().await;
    let revision = |number| Revision::new(Epoch::new(1), number);
    let replace = Write::put(key("k"), Some(revision(1)), record(revision(2), "second"));
    let (created, between, replaced, after) = tokio::join!(
        biased;
        store.write(first("k", "first")),
        stored(&store, "k"),
        store.write(replace),
        stored(&store, "k"),
    );
    created.expect("nothing was there");
    replaced.expect("the first one came before it");
    assert_eq!(between.as_deref(), Some("first"));
    assert_eq!(after.as_deref(), Some("second"));
}

/// A write whose caller went away after the first poll keeps its place.
pub async fn an_abandoned_write_keeps_its_place<A: StorageAdapter>(subject: Subject<A>) {
    let store = subject.open().await;
    poll_once(store.write(first("k", "abandoned"))).await;
    assert_eq!(stored(&store, "k").await.as_deref(), Some("abandoned"));
}
