//! Many writes at once, and many files.

use noex::store::{FileAdapter, Key, NodeId, Query, StorageAdapter, Write};
use noex::testing::ScratchDir;

use super::{create, key, load, open, replace, revision};

// P11, A3: writes that come together each have their own result
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn many_writers_at_once_each_get_their_own_answer() {
    let dir = ScratchDir::new().expect("a directory");
    let store = open(dir.path());
    store
        .write(create("taken:3", "before"))
        .await
        .expect("nothing is there");
    let writers = (0..64).map(|number| {
        let store = store.clone();
        tokio::spawn(async move {
            let name = if number % 4 == 3 {
                "taken:3".to_owned()
            } else {
                format!("k{number}")
            };
            (number, store.write(create(&name, "v")).await)
        })
    });
    for writer in writers.collect::<Vec<_>>() {
        let (number, result) = writer.await.expect("no panic");
        assert_eq!(result.is_ok(), number % 4 != 3, "{number}: {result:?}");
    }
    let found = load(&store, "taken:3").await.expect("loading works");
    assert_eq!(found.as_deref(), Some("before"));
}

// P3: writes of one key that come together take effect in their order
#[tokio::test]
async fn writes_of_one_key_in_one_batch_follow_one_another() {
    let dir = ScratchDir::new().expect("a directory");
    let store = open(dir.path());
    let (one, two, stale, three, gone, again) = tokio::join!(
        biased;
        store.write(create("k", "1")),
        store.write(replace("k", 1, "2")),
        store.write(replace("k", 1, "stale")),
        store.write(replace("k", 2, "3")),
        store.write(Write::delete(key("k"), revision(3))),
        store.write(create("k", "anew")),
    );
    assert!([one, two, three, gone, again].iter().all(Result::is_ok));
    assert!(stale.is_err());
    let found = load(&store, "k").await.expect("loading works");
    assert_eq!(found.as_deref(), Some("anew"));
}

// S8: a claim and a write that come together are seen in their order
#[tokio::test]
async fn a_claim_in_the_same_batch_is_seen_by_the_next_call() {
    let dir = ScratchDir::new().expect("a directory");
    let store = open(dir.path());
    let name = key("k");
    let (created, claimed, late) = tokio::join!(
        biased;
        store.write(create("k", "1")),
        store.claim(&name, NodeId::new(1), "a server"),
        store.write(replace("k", 1, "without the claim")),
    );
    created.expect("nobody holds it yet");
    assert!(claimed.expect("nobody holds it").record.is_some());
    assert!(late.is_err());
}

// A1: thousands of keys are listed in pages, by a store that wrote them and by one that found them
#[tokio::test]
async fn thousands_of_keys_are_listed_in_pages() {
    let dir = ScratchDir::new().expect("a directory");
    let store = open(dir.path());
    let writes = (0..3_000).map(|number| create(&format!("k:{number:05}"), "v"));
    let results = store.write_all(writes.collect()).await;
    assert!(results.iter().all(Result::is_ok));
    assert_eq!(all(&store).await.len(), 3_000);
    drop(store);
    let store = open(dir.path());
    let keys = all(&store).await;
    assert_eq!(keys.len(), 3_000);
    assert!(keys.is_sorted());
}

async fn all(store: &FileAdapter) -> Vec<Key> {
    let mut query = Query::prefix("k:").limit(700);
    let mut keys = Vec::new();
    loop {
        let page = store.list(query.clone()).await.expect("listing works");
        keys.extend(page.keys);
        let Some(next) = page.next else {
            return keys;
        };
        query = query.after(next);
    }
}
