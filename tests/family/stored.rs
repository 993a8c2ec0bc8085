//! Looking into a family's store: keys page by page, a record's metadata, and starting all that is stored.

use std::collections::BTreeSet;

use noex::prelude::*;
use noex::testing::{Call, Fault, FaultyAdapter};
use noex::{PersistenceError, StartError};

use super::family;
use crate::any_store::AnyStore;
use crate::counter::{Counter, begin, calls, seconds, spec, system};

/// A store with this many keys of the family, none of them live.
async fn stored(count: usize) -> AnyStore {
    begin();
    let store = AnyStore::new();
    let system = system(store.clone());
    let family = family(&system);
    for number in 0..count {
        family.create(&number, 1).await.expect("it is new");
    }
    // Neighbours that are not the family's.
    for name in ["counters", "counters;", "counter:a", "Counters:a"] {
        system.start(spec(name)).await.expect("it starts");
    }
    system.shutdown().await.expect("it saves");
    calls();
    store
}

// S12: the stored keys come page by page, each once, without the prefix, and no other family's
#[tokio::test(start_paused = true)]
async fn keys_come_page_by_page() {
    let store = stored(2_500).await;
    let system = system(store);
    let family = family(&system);
    let (mut seen, mut pages, mut keys) = (BTreeSet::new(), 0, family.keys());
    while let Some(page) = keys.next_page().await.expect("it is listed") {
        pages += 1;
        for key in page.keys {
            assert!(seen.insert(key), "each comes once");
        }
    }
    assert!(pages > 1);
    let expected: BTreeSet<_> = (0..2_500).map(|number| number.to_string()).collect();
    assert_eq!(seen, expected);
    assert_eq!(
        family.keys().all().await.expect("it is listed").len(),
        2_500
    );
    assert!(keys.next_page().await.expect("it is over").is_none());
    assert_eq!(family.live(), 0);
    assert!(calls().is_empty());
}

// S12: a page that could not be listed can be asked for again
#[tokio::test(start_paused = true)]
async fn a_page_can_be_asked_for_again() {
    let store = FaultyAdapter::new(stored(3).await);
    let system = system(store.clone());
    let family = family(&system);
    let mut keys = family.keys();
    store.next(Call::List, Fault::Rejected);
    keys.next_page().await.expect_err("it was told so");
    let page = keys.next_page().await.expect("it is listed");
    assert_eq!(page.expect("there is one").keys, ["0", "1", "2"]);
}

// S12: `peek` tells of a record without starting its server
#[tokio::test(start_paused = true)]
async fn peek_starts_nothing() {
    let store = FaultyAdapter::new(stored(1).await);
    let system = system(store.clone());
    let family = family(&system);
    let meta = family.peek("0").await.expect("it is read");
    let meta = meta.expect("it is stored");
    assert_eq!((meta.key.as_str(), &*meta.kind), ("counters:0", "Counter"));
    assert!(family.peek("1").await.expect("it is read").is_none());
    store.next(Call::Load, Fault::Torn { bytes: 9 });
    let torn = family.peek("0").await;
    assert!(
        matches!(torn, Err(PersistenceError::Damaged { .. })),
        "{torn:?}"
    );
    store.next(Call::Load, Fault::Rejected);
    let failed = family.peek("0").await;
    assert!(matches!(failed, Err(PersistenceError::Store { .. })));
    assert_eq!((family.live(), store.calls(Call::Claim)), (0, 0));
    assert!(calls().is_empty());
}

// S12: `start_stored` starts a server for every stored key
#[tokio::test(start_paused = true)]
async fn start_stored_starts_them_all() {
    let store = FaultyAdapter::new(stored(1_200).await);
    let system = system(store.clone());
    let family = family(&system);
    assert_eq!(family.start_stored().await.expect("all start"), 1_200);
    assert_eq!(family.live(), 1_200);
    assert_eq!(store.calls(Call::Claim), 1_200);
    assert_eq!(family.start_stored().await.expect("all are there"), 1_200);
    assert_eq!(store.calls(Call::Claim), 1_200, "none is started twice");
}

// S12: a key that was deleted since it was listed does not fail `start_stored`; a torn record does
#[tokio::test(start_paused = true)]
async fn start_stored_tells_what_did_not_start() {
    let store = FaultyAdapter::new(stored(5).await);
    let system = system(store.clone());
    let family = family(&system);
    let gate = store.hold(Call::Claim);
    let all = tokio::spawn({
        let family = family.clone();
        async move { family.start_stored().await }
    });
    gate.has_waiting(5).await;
    let records = store.inner().records();
    let record = records.get("counters:3").expect("it is stored");
    let delete = noex::store::Write::delete(crate::counter::key("counters:3"), record.revision);
    store.inner().write(delete).await.expect("nobody holds it");
    store.heal();
    gate.open();
    assert_eq!(all.await.expect("no panic").expect("the others start"), 4);

    system.shutdown().await.expect("nothing has changed");
    let system = crate::counter::system(store.clone());
    let family = super::family(&system);
    store.next(Call::Claim, Fault::Torn { bytes: 9 });
    let failed = family.start_stored().await;
    assert!(
        matches!(failed, Err(StartError::Restore { .. })),
        "{failed:?}"
    );
}

// S9, S12: as many are restored at once as is allowed, and none fails for having waited
#[tokio::test(start_paused = true)]
async fn restores_at_once_are_bounded() {
    let store = FaultyAdapter::new(stored(40).await);
    let gate = store.hold(Call::Claim);
    let builder = System::builder().store(store.clone());
    let system = builder.concurrent_restores(8).build();
    let family = family(&system);
    let all = tokio::spawn({
        let family = family.clone();
        async move { family.start_stored().await }
    });
    gate.has_waiting(8).await;
    crate::counter::pass(seconds(3)).await;
    assert_eq!(store.calls(Call::Claim), 8);
    gate.open();
    assert_eq!(all.await.expect("no panic").expect("all start"), 40);
    assert!(
        system.find::<Counter>("0").is_none(),
        "names are the family's"
    );
}
