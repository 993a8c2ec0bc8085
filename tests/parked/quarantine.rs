//! Putting the record of a parked server aside.

use noex::prelude::*;
use noex::store::{StorageAdapter, Write};
use noex::testing::{Call, Fault, FaultyAdapter, Gate};
use noex::{Chain, QuarantineError};

use super::{NAME, built, copy_of, crash, edited, family, poisoned};
use crate::counter::{begin, key, record, stored, system};

// T10: a record that is put aside is copied as it was, and its key is as one that was never stored
#[tokio::test(start_paused = true)]
async fn a_parked_record_is_put_aside() {
    let (store, system, family) = poisoned().await;
    let before = record(&store, NAME).expect("it is stored");
    let copy = system
        .quarantine(&key(NAME))
        .await
        .expect("it is put aside");
    let copy = copy.expect("something was stored");
    assert_eq!(copy.as_str(), copy_of(&before));
    assert_eq!(record(&store, copy.as_str()), Some(before));
    assert_eq!(store.len(), 1);
    assert!(system.parked().is_empty());
    assert_eq!(family.at("a").total().await, Err(CallError::NotStored));
    family.create("a", 1).await.expect("it is new");
    assert_eq!(family.at("a").total().await, Ok(1));
}

// T10: a family that makes new states makes one in its place, also of a damaged record
#[tokio::test(start_paused = true)]
async fn a_new_state_takes_the_place_of_a_damaged_record() {
    let (store, other, _) = edited("\"total\":3", "\"total\":7").await;
    other.shutdown().await.expect("nothing runs");
    begin();
    let system = system(store.clone());
    let family = built(&system, |family| family.or_init(|_| 0_i64));
    family.at("a").total().await.expect_err("it is damaged");
    let copy = system
        .quarantine(&key(NAME))
        .await
        .expect("it is put aside");
    assert_eq!(family.at("a").total().await, Ok(0));
    let copy = system.export(&copy.expect("something was stored")).await;
    let copy = copy.expect("it can be read").expect("it is there");
    assert_eq!(copy.state.as_deref(), Some("{\"total\":7}"));
}

// T10: a store that fails loses nothing: the record is where it was, or its copy is there, too
#[tokio::test(start_paused = true)]
async fn a_store_that_fails_in_the_middle_loses_nothing() {
    let store = stored(NAME, 3).await;
    let faulty = FaultyAdapter::new(store.clone());
    let system = system(faulty.clone());
    let family = family(&system);
    for _ in 0..3 {
        crash(&family).await;
    }
    let before = record(&store, NAME).expect("it is stored");
    for copies in [0, 1] {
        for _ in 0..copies {
            let open = Gate::new();
            open.open();
            faulty.next(Call::Write, Fault::Held(open));
        }
        for _ in 0..3 {
            faulty.next(Call::Write, Fault::Rejected);
        }
        let failed = system.quarantine(&key(NAME)).await;
        let Err(error @ QuarantineError::Store { .. }) = failed else {
            panic!("{copies}: {failed:?}");
        };
        let told = Chain(&error).to_string();
        assert!(
            told.starts_with("the record of `counters:a` could not be put aside: "),
            "{told}"
        );
        assert_eq!(record(&store, NAME).as_ref(), Some(&before));
        assert_eq!(store.len(), 1 + copies);
        assert_eq!(system.parked().len(), 1);
        faulty.heal();
    }
    let copy = system.quarantine(&key(NAME)).await.expect("it is back");
    let copy = copy.expect("something was stored");
    assert_eq!(record(&store, copy.as_str()), Some(before));
    assert_eq!(store.len(), 1);
}

// T10: only what is parked is put aside, and nothing stored is nothing to put aside
#[tokio::test(start_paused = true)]
async fn only_what_is_parked_is_put_aside() {
    let (store, system, family) = poisoned().await;
    family.create("b", 1).await.expect("it is new");
    family.at("b").stop().await.expect("it stops");
    let other = system.quarantine(&key("counters:b")).await;
    assert!(
        matches!(other, Err(QuarantineError::NotParked { .. })),
        "{other:?}"
    );
    assert_eq!(family.at("b").total().await, Ok(1));

    let gone = record(&store, NAME).expect("it is stored");
    let delete = Write::delete(key(NAME), gone.revision);
    store.write(delete).await.expect("nobody has it");
    let aside = system.quarantine(&key(NAME)).await.expect("it is free");
    assert_eq!(aside, None);
    assert!(system.parked().is_empty());
}
