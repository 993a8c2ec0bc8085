//! `on_unreadable = "quarantine"`: copied, the copy confirmed, and only then a new state.

use noex::persist::{OnUnreadable, PersistOptions};
use noex::prelude::*;
use noex::store::{Record, StoreError};
use noex::testing::{Call, Fault, FaultyAdapter, TestClock};
use noex::{Event, PersistenceError, Spec, StartError};

use crate::any_store::AnyStore;
use crate::counter::{
    Counter, calls, clocked, errors, event, record, seconds, spec, stored, system, total_in,
};

/// A store whose record of `a` has lost its end.
async fn torn() -> AnyStore {
    let records = stored("a", 5).await.records().into_iter();
    let tear = |(key, record): (_, Record)| {
        let bytes = record.bytes.slice(..record.bytes.len() - 9);
        (key, Record::new(record.revision, record.kind, bytes))
    };
    records.map(tear).collect()
}

fn quarantining() -> Spec<Counter, noex::Given> {
    let options = PersistOptions::new().on_unreadable(OnUnreadable::Quarantine);
    spec("a").persist(options)
}

// S5: an unreadable record is copied away, reported once, and replaced at the first save
#[tokio::test(start_paused = true)]
async fn a_damaged_record_is_put_aside() {
    let store = torn().await;
    let damaged = record(&store, "a").expect("it is stored");
    let system = system(store.clone());
    let mut events = system.events();
    let counter = system.start(quarantining()).await.expect("it starts");

    let [PersistenceError::Quarantined { copy, .. }] = &*errors() else {
        panic!("reported once");
    };
    assert_ne!(copy.as_str(), "a");
    let copied = record(&store, copy.as_str()).expect("it is there");
    assert_eq!(copied.bytes, damaged.bytes);
    event(&mut events, |event| match event {
        Event::Record { error, .. } => {
            matches!(error, PersistenceError::Quarantined { .. }).then_some(())
        }
        _ => None,
    })
    .await;
    assert_eq!(calls(), ["init", "on_start"]);
    let untouched = record(&store, "a").expect("it is stored");
    assert_eq!(untouched.bytes, damaged.bytes);

    assert_eq!(counter.add(1).await, Ok(1));
    counter.checkpoint().await.expect("it is saved");
    assert_eq!(total_in(&store, "a"), Some(1));
    assert_eq!(store.len(), 2);
}

// S5, S12: a copy is no member of its family: it is not listed, not started, and nobody can take its place
#[tokio::test(start_paused = true)]
async fn a_copy_belongs_to_no_family() {
    let torn = torn()
        .await
        .records()
        .into_values()
        .next()
        .expect("a record");
    let key = crate::counter::key("counters:a");
    let store: AnyStore = [(key, torn)].into_iter().collect();
    let system = system(store.clone());
    let options = PersistOptions::new().on_unreadable(OnUnreadable::Quarantine);
    let family = system.family::<Counter>("counters").env("first");
    let family = family.or_init(|_| 0_i64).persist(options).build();
    let family = family.expect("it is built");
    errors();
    assert_eq!(family.at("a").add(1).await, Ok(1));
    let [PersistenceError::Quarantined { copy, .. }] = &*errors() else {
        panic!("reported once");
    };
    family.at("a").checkpoint().await.expect("it is saved");
    let before = store.records();
    assert_eq!(before.len(), 2);
    assert_eq!(family.keys().all().await.expect("it lists"), ["a"]);
    assert_eq!(family.start_stored().await.expect("it starts"), 1);
    assert_eq!(store.records(), before);

    let name = copy.as_str();
    let whole = system.family::<Counter>("whole").env("first");
    let anything = PersistOptions::new().key("{name}");
    let whole = whole.or_init(|_| 0_i64).persist(anything).build();
    if let Ok(whole) = whole {
        let refused = whole.at(name).add(1).await.expect_err("it is reserved");
        assert!(
            matches!(refused, CallError::NotStarted { .. }),
            "{refused:?}"
        );
    }
    let refused = system.start(spec(name)).await.expect_err("it is reserved");
    assert!(
        matches!(refused, StartError::InvalidKey { .. }),
        "{refused:?}"
    );
    assert_eq!(store.records(), before);
}

// S5: if the copy fails, the start fails, and nothing runs
#[tokio::test(start_paused = true)]
async fn without_a_copy_there_is_no_new_state() {
    for fault in [
        Fault::Rejected,
        Fault::Lost,
        Fault::Fails(StoreError::Closed),
    ] {
        let store = torn().await;
        let before = store.records();
        let faulty = FaultyAdapter::new(store.clone());
        faulty.next(Call::Write, fault);
        let start = system(faulty).start(quarantining()).await;
        let Err(StartError::Restore { source }) = start else {
            panic!("it should have failed: {start:?}");
        };
        assert!(matches!(source, PersistenceError::Store { .. }), "{source}");
        assert_eq!(store.records(), before);
        assert!(calls().is_empty());
        assert_eq!(errors().len(), 1);
    }
}

// S5: a copy counts once it is found in the store, whatever the write answered
#[tokio::test(start_paused = true)]
async fn a_copy_is_confirmed_by_loading_it() {
    let faulty = FaultyAdapter::new(torn().await);
    faulty.next(Call::Write, Fault::AnsweredTooLate);
    let start = system(faulty.clone()).start(quarantining()).await;
    start.expect("the copy is there");

    let faulty = FaultyAdapter::new(torn().await);
    faulty.next(Call::Load, Fault::Rejected);
    let start = system(faulty.clone()).start(quarantining()).await;
    assert!(
        matches!(start, Err(StartError::Restore { .. })),
        "{start:?}"
    );
    assert!(calls().is_empty());
}

// S5: a start that failed after the copy was made succeeds later, with the same copy
#[tokio::test(start_paused = true)]
async fn a_copy_is_made_once() {
    let store = torn().await;
    let faulty = FaultyAdapter::new(store.clone());
    let system = system(faulty.clone());
    faulty.next(Call::Load, Fault::Rejected);
    let start = system.start(quarantining()).await;
    assert!(
        matches!(start, Err(StartError::Restore { .. })),
        "{start:?}"
    );
    system
        .start(quarantining())
        .await
        .expect("the copy is there");
    assert_eq!(store.len(), 2);
}

// S5: an unreachable store is never quarantined
#[tokio::test(start_paused = true)]
async fn an_unreachable_store_is_not_put_aside() {
    let store = stored("a", 5).await;
    let faulty = FaultyAdapter::new(store.clone());
    faulty.next(Call::Claim, Fault::Rejected);
    let system = system(faulty.clone());
    let start = system.start(quarantining()).await;
    assert!(
        matches!(start, Err(StartError::Restore { .. })),
        "{start:?}"
    );
    assert_eq!((store.len(), faulty.writes()), (1, 0));
    let counter = system.start(quarantining()).await.expect("it is whole");
    assert_eq!(counter.total().await, Ok(5));
}

// S5, S3: an expired record is no unreadable one: it is not copied
#[tokio::test(start_paused = true)]
async fn an_expired_record_is_not_put_aside() {
    let clock = TestClock::new();
    let store = stored("a", 5).await;
    clock.set_forward(seconds(3_600));
    let options = PersistOptions::new().on_unreadable(OnUnreadable::Quarantine);
    let options = options.max_age(seconds(60));
    let system = clocked(store.clone(), &clock);
    let start = system.start(spec("a").persist(options)).await;
    start.expect("it starts afresh");
    assert_eq!(store.len(), 1);
}
