//! Poison: a record whose server crashes again and again right after its restore is parked, and kept.
//!
//! What an operator then does with it is in the files beside.

mod adopt;
mod damaged;
mod export;
mod quarantine;
mod retry;
mod supervised;
mod together;

use std::time::Duration;

use noex::prelude::*;
use noex::store::{Record, Revision};
use noex::{
    Cause, Event, EventStream, Family, FamilyBuilder, Given, Parked, StartError, StartErrorKind,
};

use crate::any_store::AnyStore;
use crate::counter::{Counter, begin, calls, event, key, pass, record, seconds, system, total_in};

const NAME: &str = "counters:a";

fn built(system: &System, with: impl FnOnce(Builder) -> Builder) -> Family<Counter> {
    let off = noex::PersistOptions::new().interval(None);
    let builder = system
        .family::<Counter>("counters")
        .env("first")
        .persist(off);
    with(builder).build().expect("it is built")
}

type Builder = FamilyBuilder<Counter, Given>;

fn family(system: &System) -> Family<Counter> {
    built(system, |family| family)
}

/// A family in which `a` is stored at 3.
async fn stored() -> (AnyStore, System, Family<Counter>, EventStream) {
    begin();
    let store = AnyStore::new();
    let system = system(store.clone());
    let events = system.events();
    let family = family(&system);
    family.create("a", 3).await.expect("it is new");
    family.at("a").stop().await.expect("it stops");
    (store, system, family, events)
}

/// Crashes the server of `a`, and waits until it is over.
async fn crash(family: &Family<Counter>) {
    let counter = family.at("a");
    let monitor = {
        counter.total().await.expect("it is restored");
        counter.monitor()
    };
    counter.r#break().await.expect_err("it breaks");
    monitor.await;
    // The key is given back, and the family hears of the end.
    while family.live() > 0 {
        tokio::task::yield_now().await;
    }
}

async fn parked(events: &mut EventStream) -> Parked {
    event(events, |event| match event {
        Event::Parked { parked, .. } => Some(parked),
        _ => None,
    })
    .await
}

/// A family whose record of `a`, at 3, has another text in the place of one.
async fn edited(from: &str, to: &str) -> (AnyStore, System, Family<Counter>) {
    let whole = crate::counter::stored(NAME, 3).await;
    let records = whole.records().into_iter().map(|(key, record)| {
        let text = crate::counter::text(&record);
        assert!(text.contains(from), "{text}");
        let bytes = text.replace(from, to);
        (key, Record::new(record.revision, record.kind, bytes))
    });
    let store: AnyStore = records.collect();
    let system = system(store.clone());
    let family = family(&system);
    (store, system, family)
}

/// The key of the copy of the record that was under `NAME`.
fn copy_of(record: &Record) -> String {
    format!(":quarantine:{NAME}@{}", record.revision)
}

fn crashes_of(parked: &Parked) -> (Revision, u32, &str) {
    match &parked.cause {
        Cause::Crashed {
            revision,
            crashes,
            message,
            ..
        } => (*revision, *crashes, message),
        other => panic!("{other}"),
    }
}

/// A family whose `a`, stored at 3, is parked.
async fn poisoned() -> (AnyStore, System, Family<Counter>) {
    let (store, system, family, _) = stored().await;
    for _ in 0..3 {
        crash(&family).await;
    }
    assert_eq!(family.parked().len(), 1);
    (store, system, family)
}

// T10: the third crash right after restoring one revision parks the key; the bytes stay, and everybody is told
#[tokio::test(start_paused = true)]
async fn a_key_is_parked_at_its_third_crash() {
    let (store, system, family, mut events) = stored().await;
    let before = record(&store, NAME).expect("it is stored");
    for _ in 0..3 {
        assert!(family.parked().is_empty());
        crash(&family).await;
    }
    let event = parked(&mut events).await;
    assert_eq!((event.kind, event.name.as_deref()), ("Counter", Some("a")));
    assert_eq!(event.key, Some(key(NAME)));
    let (revision, crashes, message) = crashes_of(&event);
    assert_eq!(
        (revision, crashes, message),
        (before.revision, 3, "told to break")
    );
    for listed in [family.parked(), system.parked()] {
        let [listed] = &*listed else {
            panic!("{listed:?}")
        };
        assert_eq!(listed.to_string(), event.to_string());
    }

    calls();
    assert_eq!(family.at("a").total().await, Err(CallError::Parked));
    assert_eq!(family.at("a").tell(1).await, Err(CallError::Parked));
    let again = family.create("a", 1).await.expect_err("it is parked");
    assert_eq!(again.kind(), StartErrorKind::Parked);
    assert!(
        matches!(again, StartError::Parked { crashes: 3, .. }),
        "{again:?}"
    );
    assert_eq!(calls(), [""; 0], "nothing of it runs");
    assert_eq!(record(&store, NAME), Some(before));
}

// T10: what waits behind the last crash is told that the key is parked, and other keys go on
#[tokio::test(start_paused = true)]
async fn what_is_queued_hears_of_it_and_other_keys_go_on() {
    let (_store, _system, family, _events) = stored().await;
    family.create("b", 7).await.expect("it is new");
    let counter = family.at("a");
    let gate = noex::testing::Gate::new();
    let busy = tokio::spawn(counter.pass(gate.clone()).owned());
    gate.has_waiting(1).await;
    let breaks: Vec<_> = (0..4)
        .map(|_| tokio::spawn(counter.r#break().owned()))
        .collect();
    let last = tokio::spawn(counter.total().owned());
    tokio::task::yield_now().await;
    gate.open();
    busy.await.expect("no panic").expect("it passes");
    let mut ends = Vec::new();
    for told in breaks {
        ends.push(told.await.expect("no panic").expect_err("it breaks"));
    }
    let (crashed, refused) = ends.split_at(3);
    assert!(
        crashed
            .iter()
            .all(|end| matches!(end, CallError::Crashed { .. })),
        "{ends:?}"
    );
    assert_eq!(refused, [CallError::Parked]);
    assert_eq!(last.await.expect("no panic"), Err(CallError::Parked));
    assert_eq!(family.at("b").total().await, Ok(7));
}

// T10: a crash counts within a minute of the restore; a later one begins anew
#[tokio::test(start_paused = true)]
async fn a_late_crash_does_not_count() {
    let (_store, _system, family, _events) = stored().await;
    crash(&family).await;
    crash(&family).await;
    family.at("a").total().await.expect("it is restored");
    pass(seconds(61)).await;
    crash(&family).await;
    crash(&family).await;
    crash(&family).await;
    assert!(family.parked().is_empty());
    crash(&family).await;
    assert_eq!(family.parked().len(), 1);
}

// T10: nor does a crash that was restored from another revision count with the ones before it
#[tokio::test(start_paused = true)]
async fn a_new_revision_begins_anew() {
    let (store, _system, family, _events) = stored().await;
    crash(&family).await;
    crash(&family).await;
    let counter = family.at("a");
    counter.add(1).await.expect("it adds");
    counter.checkpoint().await.expect("it is saved");
    // This incarnation was restored from the old revision, the next ones are not.
    counter.stop().await.expect("it stops");
    crash(&family).await;
    crash(&family).await;
    assert!(family.parked().is_empty());
    crash(&family).await;
    assert_eq!(family.parked().len(), 1);
    assert_eq!(total_in(&store, NAME), Some(4));
}

// T10: a new state that crashes has no record to blame
#[tokio::test(start_paused = true)]
async fn a_new_state_is_never_parked() {
    begin();
    let system = system(AnyStore::new());
    let family = built(&system, |family| family.or_init(|_| 0_i64));
    for _ in 0..5 {
        crash(&family).await;
    }
    assert!(family.parked().is_empty());
}

// T10: how many crashes, and how soon, can be set, and none parks nothing
#[tokio::test(start_paused = true)]
async fn patience_can_be_set() {
    let (_store, other, family, _events) = stored().await;
    drop(family);
    other.shutdown().await.expect("it saves");

    for (crashes, limit) in [(1, 1), (2, 2), (5, 0)] {
        let store = crate::counter::stored(NAME, 3).await;
        let system = system(store);
        let second = Duration::from_secs(1);
        let family = built(&system, |family| family.park_after(limit, second));
        for _ in 0..crashes {
            assert!(family.parked().is_empty());
            crash(&family).await;
        }
        assert_eq!(family.parked().len(), usize::from(limit > 0));
    }
}

// T10: an operator may let it try again, or delete it
#[tokio::test(start_paused = true)]
async fn a_parked_key_can_be_tried_again_or_deleted() {
    let (store, _system, family, _events) = stored().await;
    for _ in 0..3 {
        crash(&family).await;
    }
    assert_eq!(family.start_stored().await.expect("others could start"), 0);
    assert!(family.unpark("a"));
    assert!(!family.unpark("a"));
    assert!(family.parked().is_empty());
    assert_eq!(family.at("a").total().await, Ok(3));
    family.at("a").stop().await.expect("it stops");

    for _ in 0..3 {
        crash(&family).await;
    }
    assert_eq!(family.parked().len(), 1);
    assert!(family.peek("a").await.expect("it can be read").is_some());
    assert!(family.delete("a").await.expect("it is deleted"));
    assert!(store.is_empty());
    assert!(family.parked().is_empty());
    assert_eq!(family.at("a").total().await, Err(CallError::NotStored));
}
