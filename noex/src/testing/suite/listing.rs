//! Rules on finding keys.

use std::collections::BTreeSet;

use super::{Subject, first, key};
use crate::store::{Epoch, Key, Query, Record, Revision, StorageAdapter, Write};

/// Every page of a query, each key of which must be new.
async fn list_all(store: &impl StorageAdapter, mut query: Query) -> BTreeSet<Key> {
    let mut found = BTreeSet::new();
    loop {
        let page = store.list(query.clone()).await.expect("listing works");
        assert!(page.keys.len() <= query.limit, "a page keeps to its limit");
        for key in page.keys {
            assert!(found.insert(key.clone()), "{key} is listed twice");
        }
        let Some(next) = page.next else { return found };
        query = query.after(next);
    }
}

fn keys<'a>(texts: impl IntoIterator<Item = &'a str>) -> BTreeSet<Key> {
    texts.into_iter().map(key).collect()
}

/// A prefix is compared letter by letter, in its case, and nothing in it is a wildcard.
pub async fn a_prefix_is_no_pattern<A: StorageAdapter>(subject: Subject<A>) {
    let store = subject.open().await;
    let all = [
        "a_b",
        "axb",
        "a%b",
        "a%c",
        "A_b",
        "a",
        "a*",
        "ä",
        "a\u{10ffff}",
        "b",
        "[a]",
    ];
    for text in all {
        store
            .write(first(text, text))
            .await
            .expect("nothing is there");
    }
    for prefix in [
        "",
        "a",
        "a_",
        "a%",
        "A",
        "a*",
        "ä",
        "a\u{10ffff}",
        "[a",
        "%",
        "_",
        "c",
    ] {
        let expected = keys(all.into_iter().filter(|text| text.starts_with(prefix)));
        assert_eq!(
            list_all(&store, Query::prefix(prefix)).await,
            expected,
            "prefix {prefix:?}"
        );
    }
}

/// Pages of any size give each key once.
pub async fn pages_give_each_key_once<A: StorageAdapter>(subject: Subject<A>) {
    let store = subject.open().await;
    let texts: Vec<String> = (0..25).map(|number| format!("p:{number}")).collect();
    for text in texts.iter().map(String::as_str).chain(["o:1", "q:1"]) {
        store
            .write(first(text, text))
            .await
            .expect("nothing is there");
    }
    for limit in [1, 7, 24, 25, 26, 1000] {
        let found = list_all(&store, Query::prefix("p:").limit(limit)).await;
        assert_eq!(
            found,
            keys(texts.iter().map(String::as_str)),
            "limit {limit}"
        );
    }
}

/// A key that stays is listed, whatever is written and deleted between two pages.
pub async fn pages_stand_changes_between_them<A: StorageAdapter>(subject: Subject<A>) {
    let store = subject.open().await;
    for number in 0..10 {
        store
            .write(first(&format!("k{number}"), "stays"))
            .await
            .expect("nothing is there");
    }
    let mut query = Query::all().limit(3);
    let mut found = BTreeSet::new();
    for round in 0.. {
        let page = store.list(query.clone()).await.expect("listing works");
        found.extend(page.keys);
        let Some(next) = page.next else { break };
        query = query.after(next);
        let name = format!("k{round}-between");
        store
            .write(first(&name, "comes and goes"))
            .await
            .expect("nothing is there");
        let revision = Revision::new(Epoch::new(1), 1);
        store
            .write(Write::delete(key(&name), revision))
            .await
            .expect("it is there");
    }
    assert_eq!(found.len(), 10);
}

/// The hints of a query leave out no key that fits them.
pub async fn hints_leave_out_nothing_that_fits<A: StorageAdapter>(subject: Subject<A>) {
    let store = subject.open().await;
    for (text, kind, expires_at) in [
        ("a", "one", Some(10)),
        ("b", "one", Some(20)),
        ("c", "two", Some(5)),
        ("d", "one", None),
    ] {
        let revision = Revision::new(Epoch::new(1), 1);
        let record = Record::new(revision, kind, text.to_owned()).expiring(expires_at);
        store
            .write(Write::put(key(text), None, record))
            .await
            .expect("nothing is there");
    }
    let of_kind = list_all(&store, Query::all().kind("one")).await;
    assert!(of_kind.is_superset(&keys(["a", "b", "d"])));
    let expired = list_all(&store, Query::all().kind("one").expires_before(15)).await;
    assert!(expired.contains(&key("a")));
}
