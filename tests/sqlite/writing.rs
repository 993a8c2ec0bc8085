//! Many writes at once, and what a store says about itself.

use noex::store::{Abilities, Durability, Ownership, SqliteAdapter, StorageAdapter, Write};
use noex::testing::ScratchDir;

use super::{NODE, create, key, load, open, replace, revision};

// A2: SQLite in WAL with synchronous=FULL, read back
#[test]
fn the_settings_are_read_back() {
    let dir = ScratchDir::new().expect("a directory");
    let path = dir.path().join("store.db");
    let abilities: Abilities = open(&path).abilities();
    assert_eq!(abilities.durability, Durability::Disk);
    assert_eq!(abilities.ownership, Ownership::Process);
    for said in ["journal_mode = wal", "synchronous = 2", "store.db"] {
        assert!(abilities.evidence.contains(said), "{}", abilities.evidence);
    }
    let memory = SqliteAdapter::in_memory()
        .expect("the database opens")
        .abilities();
    assert_eq!(memory.durability, Durability::Memory);
}

// P11, A3: writes that come together each have their own result
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn many_writers_at_once_each_get_their_own_answer() {
    let dir = ScratchDir::new().expect("a directory");
    let store = open(&dir.path().join("store.db"));
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
    assert_eq!(
        load(&store, "taken:3")
            .await
            .expect("loading works")
            .as_deref(),
        Some("before")
    );
}

// P3: writes of one key that come together take effect in their order
#[tokio::test]
async fn writes_of_one_key_in_one_batch_follow_one_another() {
    let dir = ScratchDir::new().expect("a directory");
    let store = open(&dir.path().join("store.db"));
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
    assert_eq!(
        load(&store, "k").await.expect("loading works").as_deref(),
        Some("anew")
    );
}

// S8: a claim and a write that come together are seen in their order
#[tokio::test]
async fn a_claim_in_the_same_batch_is_seen_by_the_next_call() {
    let store = SqliteAdapter::in_memory().expect("the database opens");
    let name = key("k");
    let (created, claimed, late) = tokio::join!(
        biased;
        store.write(create("k", "1")),
        store.claim(&name, NODE, "a server"),
        store.write(replace("k", 1, "without the claim")),
    );
    created.expect("nobody holds it yet");
    assert!(claimed.expect("nobody holds it").record.is_some());
    assert!(late.is_err());
}

// P11: ten thousand keys, listed in pages though each page looks at a limited number of rows
#[tokio::test]
async fn a_search_for_few_among_many_finds_them_all() {
    use noex::store::{Key, Query, Record};
    let store = SqliteAdapter::in_memory().expect("the database opens");
    let writes: Vec<Write> = (0..25_000)
        .map(|number| {
            let kind = if number % 12_000 == 11_999 {
                "rare"
            } else {
                "common"
            };
            Write::put(
                key(&format!("k{number:05}")),
                None,
                Record::new(revision(1), kind, "v"),
            )
        })
        .collect();
    assert!(store.write_all(writes).await.iter().all(Result::is_ok));
    let mut query = Query::prefix("k").kind("rare");
    let mut found: Vec<Key> = Vec::new();
    loop {
        let page = store.list(query.clone()).await.expect("listing works");
        found.extend(page.keys);
        let Some(next) = page.next else { break };
        query = query.after(next);
    }
    assert_eq!(found, [key("k11999"), key("k23999")]);
}
