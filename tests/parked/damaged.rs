//! A family's record from which no server can be started: noted for an operator, tried at each call, mended.

use noex::persist::Edited;
use noex::prelude::*;
use noex::testing::{Call, Fault, FaultyAdapter, Gate};
use noex::{Cause, Event, StartError, StartErrorKind};

use super::{NAME, edited, family};
use crate::counter::{key, record, stored, system, tell, untell};

fn is_not_restored(error: &CallError) -> bool {
    matches!(
        error,
        CallError::NotStarted {
            kind: StartErrorKind::Restore,
            ..
        }
    )
}

// T10, S4: a record that cannot be read is parked at once, once, and every caller is told what is wrong with it
#[tokio::test(start_paused = true)]
async fn a_record_that_cannot_be_restored_is_parked() {
    for (from, to, word) in [
        ("\"total\":3", "\"total\":7", "checksum"),
        ("\"state\":", "\"stat\":", "checksum"),
    ] {
        let (store, system, family) = edited(from, to).await;
        let mut events = system.events();
        let before = record(&store, NAME);
        for _ in 0..3 {
            let refused = family.at("a").total().await.expect_err("it is damaged");
            assert!(is_not_restored(&refused), "{refused}");
            assert!(refused.to_string().contains(word), "{refused}");
        }
        let [parked] = &*system.parked() else {
            panic!("one is parked")
        };
        assert_eq!(
            (parked.name.as_deref(), &parked.key),
            (Some("a"), &Some(key(NAME)))
        );
        let Cause::NotStartable { error, .. } = &parked.cause else {
            panic!("{parked}");
        };
        assert!(matches!(error, StartError::Restore { .. }), "{error}");
        assert!(error.is_permanent());
        let told = std::iter::from_fn(|| events.try_next());
        let told = told.filter(|event| matches!(event, Event::Parked { .. }));
        assert_eq!(told.count(), 1);
        assert_eq!(record(&store, NAME), before);
        family.start_stored().await.expect_err("it still is");
    }
}

// T10: a store that cannot be reached and a hook that fails park nothing
#[tokio::test(start_paused = true)]
async fn what_may_be_gone_soon_is_not_parked() {
    let faulty = FaultyAdapter::new(stored(NAME, 3).await);
    let system = system(faulty.clone());
    let family = family(&system);
    faulty.next(Call::Claim, Fault::Rejected);
    family.at("a").total().await.expect_err("it is unreachable");
    for does in [crate::counter::Does::Fail, crate::counter::Does::Panic] {
        tell("on_restore", does);
        family.at("a").total().await.expect_err("the hook fails");
    }
    untell("on_restore");
    assert!(system.parked().is_empty());
    let twice = family.create("a", 1).await.expect_err("it is stored");
    assert_eq!(twice.kind(), StartErrorKind::AlreadyStored);
    family.at("b").total().await.expect_err("it is not stored");
    assert!(system.parked().is_empty());
    assert_eq!(family.at("a").total().await, Ok(3));
}

// T10, S4: a record that was damaged on its way only is restored by the next call, and no longer parked
#[tokio::test(start_paused = true)]
async fn what_starts_after_all_is_not_parked() {
    let faulty = FaultyAdapter::new(stored(NAME, 3).await);
    let system = system(faulty.clone());
    let family = family(&system);
    faulty.next(Call::Claim, Fault::Damaged { byte: 40 });
    let refused = family.at("a").total().await.expect_err("it is damaged");
    assert!(is_not_restored(&refused), "{refused}");
    assert_eq!(family.parked().len(), 1);
    assert_eq!(family.at("a").total().await, Ok(3));
    assert!(system.parked().is_empty());
}

// T10: a damaged record is exported, mended and adopted
#[tokio::test(start_paused = true)]
async fn a_damaged_record_is_mended() {
    let (_store, system, family) = edited("\"total\":3", "\"total\":x").await;
    family.at("a").total().await.expect_err("it is damaged");
    let exported = system.export(&key(NAME)).await.expect("it can be read");
    let state = exported.expect("it is there").state;
    let state = state.expect("it can be told apart").replace('x', "9");
    system
        .adopt(&key(NAME), Edited::state(state))
        .await
        .expect("it is sound");
    assert_eq!(family.at("a").total().await, Ok(9));
}

// T10: a call that comes while a record is being mended waits for that, and finds the mended one
#[tokio::test(start_paused = true)]
async fn a_call_meanwhile_waits() {
    let (store, other, _) = edited("\"total\":3", "\"total\":x").await;
    other.shutdown().await.expect("nothing runs");
    let faulty = FaultyAdapter::new(store);
    let system = system(faulty.clone());
    let family = family(&system);
    family.at("a").total().await.expect_err("it is damaged");
    let gate = Gate::new();
    faulty.next(Call::Write, Fault::Held(gate.clone()));
    let operator = system.clone();
    let adopting = tokio::spawn(async move {
        operator
            .adopt(&key(NAME), Edited::state("{\"total\":9}"))
            .await
    });
    gate.has_waiting(1).await;
    let call = tokio::spawn(family.at("a").total().owned());
    tokio::task::yield_now().await;
    gate.open();
    adopting.await.expect("no panic").expect("it is sound");
    assert_eq!(call.await.expect("no panic"), Ok(9));
}

// T10: whoever deletes the record has nothing parked any more
#[tokio::test(start_paused = true)]
async fn a_deleted_record_is_not_parked() {
    let (store, system, family) = edited("\"total\":3", "\"total\":x").await;
    family.at("a").total().await.expect_err("it is damaged");
    assert_eq!(family.parked().len(), 1);
    assert!(family.delete("a").await.expect("it is deleted"));
    assert!(store.is_empty());
    assert!(system.parked().is_empty());
}
