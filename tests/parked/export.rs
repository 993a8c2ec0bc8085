//! Taking out what is stored of a server that is parked, and of any other.

use noex::prelude::*;
use noex::store::{Key, StoreError};
use noex::testing::{Call, Fault, FaultyAdapter};

use super::{NAME, edited, poisoned};
use crate::counter::{key, record, stored, system};

// T10: an operator exports a parked record as it is stored, with what it says of itself
#[tokio::test(start_paused = true)]
async fn a_parked_record_is_exported() {
    let (store, system, _family) = poisoned().await;
    let before = record(&store, NAME).expect("it is stored");
    let exported = system.export(&key(NAME)).await.expect("it can be read");
    let exported = exported.expect("it is there");
    assert_eq!(exported.record, before.bytes);
    assert_eq!(exported.revision, before.revision);
    assert_eq!(exported.state.as_deref(), Some("{\"total\":3}"));
    let meta = exported.meta.expect("it is whole");
    assert_eq!((&*meta.kind, meta.revision), ("Counter", before.revision));
    assert_eq!(record(&store, NAME), Some(before));
    assert_eq!(system.parked().len(), 1, "a look changes nothing");
}

// T10: a damaged record is exported, too, with the state as far as it can be told apart
#[tokio::test(start_paused = true)]
async fn a_damaged_record_is_exported() {
    let (store, system, _family) = edited("\"total\":3", "\"total\":7").await;
    let exported = system.export(&key(NAME)).await.expect("it can be read");
    let exported = exported.expect("it is there");
    exported.meta.expect_err("it is damaged");
    assert_eq!(exported.state.as_deref(), Some("{\"total\":7}"));
    let bytes = record(&store, NAME).expect("it is stored").bytes;
    assert_eq!(exported.record, bytes);

    let (_, system, _family) = edited("\"state\":", "\"stat").await;
    let exported = system.export(&key(NAME)).await.expect("it can be read");
    assert_eq!(exported.expect("it is there").state, None);
}

// T10: so is a live server's, which is not disturbed; nothing is no error, and a store that fails is one
#[tokio::test(start_paused = true)]
async fn any_record_can_be_exported() {
    let store = FaultyAdapter::new(stored("a", 3).await);
    let system = system(store.clone());
    let counter = crate::counter::spec("a");
    let counter = system.start(counter).await.expect("it starts");
    let export = async |name: &str| system.export(&Key::new(name)?).await;
    let live = export("a").await.expect("it can be read");
    assert_eq!(
        live.expect("it is there").state.as_deref(),
        Some("{\"total\":3}")
    );
    assert!(export("b").await.expect("it can be read").is_none());

    store.next(Call::Load, Fault::Rejected);
    let failed = export("a").await.expect_err("the store refuses");
    assert!(matches!(failed, StoreError::Rejected { .. }), "{failed}");
    assert_eq!(counter.add(1).await, Ok(4));
    counter.checkpoint().await.expect("the key is its own");

    let without = System::without_store();
    without
        .export(&key("a"))
        .await
        .expect_err("there is no store");
}
