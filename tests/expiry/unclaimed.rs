//! A store that keeps no claims does not tell a live server's record from any other; its system does.

use noex::Event;
use noex::prelude::*;
use noex::store::{Abilities, Key, Loaded, Ownership, Page, Query, StoreError, Write};
use noex::testing::{Call, Fault, FaultyAdapter, Gate, TestClock};

use super::{HOUR, MINUTE, aged, expiries, family, idle, leave};
use crate::any_store::AnyStore;
use crate::counter::{begin, clocked, pass, total_in};

/// A store of three methods.
#[derive(Clone)]
struct Plain(AnyStore);

impl StorageAdapter for Plain {
    async fn load(&self, key: &Key) -> Result<Option<Loaded>, StoreError> {
        let loaded = self.0.load(key).await?;
        Ok(loaded.map(|loaded| Loaded::new(loaded.record)))
    }

    async fn write(&self, mut write: Write) -> Result<(), StoreError> {
        write.claim = None;
        self.0.write(write).await
    }

    async fn list(&self, query: Query) -> Result<Page, StoreError> {
        self.0.list(query).await
    }

    fn abilities(&self) -> Abilities {
        Abilities::default()
    }
}

type Store = FaultyAdapter<Plain>;

fn store() -> (Store, AnyStore) {
    begin();
    let inner = AnyStore::new();
    let store = Store::new(Plain(inner.clone()));
    assert_eq!(store.abilities().ownership, Ownership::Unchecked);
    (store, inner)
}

// E2: what nobody uses is deleted, as from any store
#[tokio::test(start_paused = true)]
async fn what_nobody_uses_is_deleted() {
    let ((store, inner), clock) = (store(), TestClock::new());
    leave(&store, &clock, &["a", "b"], aged().max_idle(30 * MINUTE)).await;
    let system = clocked(store.clone(), &clock);
    let mut events = system.events();
    let _family = family(&system, "left", aged().max_idle(30 * MINUTE));
    pass(30 * MINUTE).await;
    assert_eq!(inner.len(), 2);
    pass(40 * MINUTE).await;
    assert!(inner.is_empty());
    assert_eq!(expiries(&mut events).len(), 2);
}

// E2, P4: a live server whose activity has not reached the store keeps its record
#[tokio::test(start_paused = true)]
async fn unsaved_activity_keeps_a_record() {
    let ((store, inner), clock) = (store(), TestClock::new());
    let system = clocked(store.clone(), &clock);
    let mut events = system.events();
    let seldom = idle().interval(29 * MINUTE).cleanup_interval(MINUTE);
    let family = family(&system, "left", seldom);
    let counter = family.create("a", 5).await.expect("it is new");
    for _ in 0..100 {
        pass(7 * MINUTE).await;
        assert_eq!(counter.total().await, Ok(5));
    }
    assert!(expiries(&mut events).is_empty());
    assert_eq!(inner.len(), 1);
}

// E2: nor does one lose it that is too busy to keep it young
#[tokio::test(start_paused = true)]
async fn a_busy_servers_record_is_kept() {
    let ((store, inner), clock) = (store(), TestClock::new());
    let system = clocked(store.clone(), &clock);
    let mut events = system.events();
    let family = family(&system, "left", aged().cleanup_interval(MINUTE));
    let counter = family.create("a", 5).await.expect("it is new");
    let gate = Gate::new();
    let busy = tokio::spawn(counter.pass(gate.clone()).timeout(99 * HOUR).owned());
    gate.has_waiting(1).await;
    pass(5 * HOUR).await;
    assert!(expiries(&mut events).is_empty());
    assert_eq!(total_in(&inner, "left:a"), Some(5));
    gate.open();
    busy.await.expect("no panic").expect("it passes");
    counter.checkpoint().await.expect("the record is as it was");
    assert_eq!(total_in(&inner, "left:a"), Some(7));
}

// E2: a record that was saved since it was looked at is kept here, too
#[tokio::test(start_paused = true)]
async fn what_was_saved_meanwhile_is_kept() {
    let ((store, inner), clock) = (store(), TestClock::new());
    leave(&store, &clock, &["a"], aged()).await;
    pass(2 * HOUR).await;
    let gate = Gate::new();
    store.next(Call::Load, Fault::AnswerHeld(gate.clone()));
    let system = clocked(store.clone(), &clock);
    let mut events = system.events();
    let family = family(&system, "left", aged());
    gate.has_waiting(1).await;
    family
        .create("a", 1)
        .await
        .expect("the old one has expired");
    gate.open();
    pass(MINUTE).await;
    assert_eq!(total_in(&inner, "left:a"), Some(1));
    while let Some(event) = events.try_next() {
        assert!(!matches!(
            event,
            Event::Expired { .. } | Event::Fenced { .. }
        ));
    }
}

// E2: nor is one whose server has just started and has saved nothing yet
#[tokio::test(start_paused = true)]
async fn what_was_started_meanwhile_is_kept() {
    let ((store, inner), clock) = (store(), TestClock::new());
    leave(&store, &clock, &["a"], aged()).await;
    pass(2 * HOUR).await;
    let system = clocked(store.clone(), &clock);
    let mut events = system.events();
    let family = super::open_family(&system, "left", aged());
    let gate = Gate::new();
    store.next(Call::Load, Fault::AnswerHeld(gate.clone()));
    gate.has_waiting(1).await;
    assert_eq!(family.at("a").add(1).await, Ok(1));
    gate.open();
    pass(MINUTE).await;
    assert!(expiries(&mut events).is_empty());
    family.at("a").checkpoint().await.expect("it is saved");
    assert_eq!(total_in(&inner, "left:a"), Some(1));
}
