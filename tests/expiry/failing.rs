//! Cleaning up a store that fails: told once a round, and tried again at the next.

use noex::prelude::*;
use noex::store::StoreError;
use noex::testing::{Call, Fault, FaultyAdapter, TestClock};

use super::{HOUR, MINUTE, aged, expiries, failures, family, leave};
use crate::any_store::AnyStore;
use crate::counter::{begin, clocked, errors, pass};

type Store = FaultyAdapter<AnyStore>;

async fn with_expired(names: &[&str]) -> (Store, System, noex::EventStream) {
    begin();
    let (store, clock) = (Store::new(AnyStore::new()), TestClock::new());
    leave(&store, &clock, names, aged()).await;
    pass(2 * HOUR).await;
    let system = clocked(store.clone(), &clock);
    let events = system.events();
    (store, system, events)
}

// E2, H3: a store that fails is told of once a round, as an event of the kind's; the next round goes on
#[tokio::test(start_paused = true)]
async fn a_failure_is_told_once_a_round() {
    for call in [Call::List, Call::Load, Call::Write] {
        let (store, system, mut events) = with_expired(&["a", "b", "c"]).await;
        store.always(call, Fault::Rejected);
        let _family = family(&system, "left", aged());
        pass(HOUR).await;
        let told = failures(&mut events);
        assert_eq!(told.len(), 6, "{call:?}");
        assert!(matches!(told[0], StoreError::Rejected { .. }));
        assert_eq!(store.inner().len(), 3);

        store.heal();
        pass(10 * MINUTE).await;
        assert!(store.inner().is_empty());
        assert_eq!(expiries(&mut events).len(), 3);
        assert!(errors().is_empty(), "no server's hook is concerned");
    }
}

// E2: what fails for one record does not keep the others from being deleted
#[tokio::test(start_paused = true)]
async fn one_failure_stops_no_round() {
    for call in [Call::Load, Call::Write] {
        let (store, system, mut events) = with_expired(&["a", "b", "c"]).await;
        store.next(call, Fault::Rejected);
        let _family = family(&system, "left", aged());
        while store.calls(Call::List) < 1 {
            pass(MINUTE).await;
        }
        assert_eq!(store.inner().len(), 1, "{call:?}");
        assert_eq!(failures(&mut events).len(), 1);
        pass(10 * MINUTE).await;
        assert!(store.inner().is_empty());
    }
}

// E2: a failing page does not undo what was deleted before it, and the next round does the rest
#[tokio::test(start_paused = true)]
async fn a_failing_page_is_tried_again() {
    let names: Vec<String> = (0..1_500).map(|number| number.to_string()).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let (store, system, mut events) = with_expired(&names).await;
    store.next(Call::List, Fault::Doubled);
    store.next(Call::List, Fault::Lost);
    let _family = family(&system, "left", aged());
    pass(10 * MINUTE).await;
    assert_eq!(store.inner().len(), 500);
    assert_eq!(failures(&mut events).len(), 1);
    pass(10 * MINUTE).await;
    assert!(store.inner().is_empty());
    assert_eq!(expiries(&mut events).len(), 500);
}

// E3: an expiry is told of also where the store's answer to the deletion was lost
#[tokio::test(start_paused = true)]
async fn a_deletion_answered_too_late_is_told() {
    let (store, system, mut events) = with_expired(&["a", "b"]).await;
    store.next(Call::Write, Fault::AnsweredTooLate);
    let _family = family(&system, "left", aged());
    pass(20 * MINUTE).await;
    assert!(store.inner().is_empty());
    let mut told = expiries(&mut events);
    told.sort_unstable();
    assert_eq!(told, ["left:a", "left:b"]);
}

// E2, A3: a deletion that comes late or twice deletes nothing that came after
#[tokio::test(start_paused = true)]
async fn a_late_deletion_deletes_nothing_new() {
    for fault in [Fault::Delayed, Fault::Doubled] {
        let (store, system, _events) = with_expired(&["a"]).await;
        store.next(Call::Write, fault);
        let family = family(&system, "left", aged());
        while store.undelivered() == 0 {
            pass(MINUTE).await;
        }
        family.create("a", 1).await.expect("the old one is none");
        family.at("a").stop().await.expect("it is given back");
        assert!(matches!(
            store.deliver().await[..],
            [Err(StoreError::Conflict { .. })]
        ));
        assert_eq!(crate::counter::total_in(store.inner(), "left:a"), Some(1));
    }
}
