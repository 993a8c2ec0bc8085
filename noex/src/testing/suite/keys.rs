//! Rules on keys.

use std::collections::BTreeSet;

use super::{Subject, first, key, stored};
use crate::store::{Key, Query, StorageAdapter};

const ODD: &[&str] = &[
    "a/b",
    "a:b",
    "a_b",
    "a\\b",
    "a b",
    "A",
    "a",
    "..",
    ".",
    "con",
    "CON",
    "%",
    "a%",
    "*",
    "?",
    "'",
    "\"",
    "$HOME",
    "\n",
    "\u{7f}",
    "ä",
    "a\u{308}",
    "\u{fffd}",
    "\u{10ffff}",
    "🦀",
    "-",
    "--",
    "NULL",
    "0",
    "00",
];

/// Keys that look alike, or mean something elsewhere, name different records.
pub async fn odd_keys_name_different_records<A: StorageAdapter>(subject: Subject<A>) {
    let store = subject.open().await;
    for odd in ODD {
        store
            .write(first(odd, odd))
            .await
            .expect("the key is a key");
    }
    for odd in ODD {
        assert_eq!(stored(&store, odd).await.as_deref(), Some(*odd));
    }
    let page = store.list(Query::all()).await.expect("listing works");
    let listed: BTreeSet<Key> = page.keys.into_iter().collect();
    assert_eq!(listed, ODD.iter().map(|odd| key(odd)).collect());
}

/// Keys of the greatest length that differ only at their ends name different records.
pub async fn the_longest_keys_are_kept_whole<A: StorageAdapter>(subject: Subject<A>) {
    let store = subject.open().await;
    let longest = ["a", "b", "\u{7f}"].map(|end| "k".repeat(Key::MAX_BYTES - 1) + end);
    for long in &longest {
        store
            .write(first(long, long))
            .await
            .expect("the key is a key");
    }
    for long in &longest {
        assert_eq!(stored(&store, long).await.as_ref(), Some(long));
    }
    let page = store
        .list(Query::prefix("kkk"))
        .await
        .expect("listing works");
    assert_eq!(page.keys.len(), longest.len());
}
