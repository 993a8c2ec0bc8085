//! A server for each key: started by the first call, once; created, deleted, listed; never absent for a caller.

mod crowd;
mod deleting;
mod farewell;
mod idle;
mod killed;
mod stored;

use noex::prelude::*;
use noex::store::Durability;
use noex::testing::{Call, Fault, FaultyAdapter};
use noex::{Event, Family, Outcome, StartError, StartErrorKind};

use crate::any_store::AnyStore;
use crate::counter::{
    Counter, Does, begin, calls, names, pass, record, seconds, system, tell, total_in, untell,
};

/// A family whose keys have to be created.
fn family(system: &System) -> Family<Counter> {
    let family = system.family::<Counter>("counters").env("first");
    family.build().expect("it is built")
}

/// A family that makes a state for any key.
fn open_family(system: &System) -> Family<Counter> {
    let family = system.family::<Counter>("counters").env("first");
    let length = |name: &str| i64::try_from(name.len()).unwrap_or_default();
    family.or_init(length).build().expect("it is built")
}

// S12: many callers at the same moment start one server, by one claim
#[tokio::test(start_paused = true)]
async fn one_server_is_started_for_all_callers() {
    begin();
    let store = FaultyAdapter::new(AnyStore::new());
    let gate = store.hold(Call::Claim);
    let system = system(store.clone());
    let family = open_family(&system);
    let mut callers = tokio::task::JoinSet::new();
    for _ in 0..500 {
        let counter = family.at("a");
        callers.spawn(async move { counter.add(1).await });
    }
    gate.has_waiting(1).await;
    assert_eq!(family.live(), 1);
    gate.open();
    let mut totals: Vec<_> = Vec::new();
    for total in callers.join_all().await {
        totals.push(total.expect("it is handled"));
    }
    totals.sort_unstable();
    assert!(totals.into_iter().eq(2..=501), "each was handled once");
    assert_eq!(store.calls(Call::Claim), 1);
    let inits = calls().into_iter().filter(|call| call == "init");
    assert_eq!(inits.count(), 1);
}

// S12: the same with callers on many threads
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn one_server_is_started_for_callers_on_many_threads() {
    let store = FaultyAdapter::new(AnyStore::new());
    let system = System::new(store.clone());
    let family = open_family(&system);
    for round in 1..=50 {
        let mut callers = tokio::task::JoinSet::new();
        for _ in 0..40 {
            let counter = family.at(&round);
            callers.spawn(async move { counter.add(1).await });
        }
        for total in callers.join_all().await {
            total.expect("it is handled");
        }
        assert_eq!(store.calls(Call::Claim), round);
    }
    assert_eq!(family.live(), 50);
}

// S12: a key without a record is `NotStored`, and nothing of it stays
#[tokio::test(start_paused = true)]
async fn a_key_without_a_record_is_not_stored() {
    begin();
    let store = FaultyAdapter::new(AnyStore::new());
    let system = system(store.clone());
    let family = family(&system);
    let counter = family.at("a");
    assert_eq!(store.calls(Call::Claim), 0, "`at` does no I/O");
    let call = counter.total().await;
    assert_eq!(call, Err(CallError::NotStored));
    assert_eq!(CallError::<()>::NotStored.outcome(), Outcome::NotRun);
    assert!(matches!(
        counter.checkpoint().await,
        Err(noex::CheckpointError::Call(CallError::NotStored))
    ));
    assert_eq!(counter.status().await.map(drop), Err(CallError::NotStored));
    assert!(calls().is_empty());
    assert_eq!(family.live(), 0);
    assert_eq!(store.calls(Call::Claim), store.calls(Call::Release));
}

// S12: `or_init` makes a state of the key's name
#[tokio::test(start_paused = true)]
async fn or_init_makes_a_state_by_name() {
    begin();
    let system = system(AnyStore::new());
    let family = open_family(&system);
    assert_eq!(family.at("four").total().await, Ok(4));
    assert_eq!(family.at(&12_345).total().await, Ok(5));
}

// S12: `create` answers once the first record is durable
#[tokio::test(start_paused = true)]
async fn create_answers_once_it_is_durable() {
    begin();
    let store = FaultyAdapter::new(AnyStore::new());
    let gate = store.hold(Call::Write);
    let system = system(store.clone());
    let family = family(&system);
    let create = tokio::spawn({
        let family = family.clone();
        async move { family.create("a", 7).await }
    });
    gate.has_waiting(1).await;
    pass(seconds(1)).await;
    assert!(!create.is_finished());
    gate.open();
    let counter = create.await.expect("no panic").expect("it is created");
    assert_eq!(total_in(store.inner(), "counters:a"), Some(7));
    assert_eq!(counter.add(1).await, Ok(8));
}

// S12: a key with a record is `AlreadyStored`, live or not, and its record stays
#[tokio::test(start_paused = true)]
async fn what_is_stored_is_not_created_again() {
    begin();
    let store = AnyStore::new();
    let system = system(store.clone());
    let family = family(&system);
    let counter = family.create("a", 7).await.expect("it is new");
    let live = family.create("a", 9).await;
    assert!(
        matches!(live, Err(StartError::AlreadyStored { .. })),
        "{live:?}"
    );
    counter.stop().await.expect("it saves");
    let before = record(&store, "counters:a");
    let stopped = family.create("a", 9).await;
    let Err(StartError::AlreadyStored { key }) = stopped else {
        panic!("it was created: {stopped:?}");
    };
    assert_eq!(key.as_str(), "counters:a");
    assert_eq!(record(&store, "counters:a"), before);
    assert_eq!(family.live(), 0);
    assert_eq!(family.at("a").total().await, Ok(7));
}

// S12: nor is it with `restore = false`
#[tokio::test(start_paused = true)]
async fn what_is_not_restored_is_not_created_again_either() {
    begin();
    let store = AnyStore::new();
    let before = system(store.clone());
    family(&before).create("a", 7).await.expect("it is new");
    before.shutdown().await.expect("it saves");
    let after = system(store.clone());
    let options = noex::persist::PersistOptions::new().restore(false);
    let family = after.family::<Counter>("counters").env("first");
    let family = family.persist(options).build().expect("it is built");
    let create = family.create("a", 9).await;
    assert!(
        matches!(create, Err(StartError::AlreadyStored { .. })),
        "{create:?}"
    );
    assert_eq!(total_in(&store, "counters:a"), Some(7));
}

// S12: of many who create one key, one succeeds
#[tokio::test(start_paused = true)]
async fn one_of_many_creates_a_key() {
    begin();
    let store = AnyStore::new();
    let system = system(store.clone());
    let family = family(&system);
    let mut creations = tokio::task::JoinSet::new();
    for total in 0..50 {
        let family = family.clone();
        creations.spawn(async move { family.create("a", total).await.map(|_| total) });
    }
    let mut winners = Vec::new();
    for outcome in creations.join_all().await {
        match outcome {
            Ok(total) => winners.push(total),
            Err(error) => assert_eq!(error.kind(), StartErrorKind::AlreadyStored),
        }
    }
    let [winner] = *winners else {
        panic!("there is one: {winners:?}");
    };
    assert_eq!(total_in(&store, "counters:a"), Some(winner));
}

// S12: a creation does not take a start that is about to fail for a stored key
#[tokio::test(start_paused = true)]
async fn a_failing_start_does_not_stop_a_creation() {
    begin();
    let store = FaultyAdapter::new(AnyStore::new());
    let gate = store.hold(Call::Claim);
    let system = system(store.clone());
    let family = family(&system);
    let call = tokio::spawn(family.at("a").total().owned());
    gate.has_waiting(1).await;
    let create = tokio::spawn({
        let family = family.clone();
        async move { family.create("a", 7).await }
    });
    pass(seconds(1)).await;
    gate.open();
    assert_eq!(call.await.expect("no panic"), Err(CallError::NotStored));
    create.await.expect("no panic").expect("it is created");
    assert_eq!(family.at("a").total().await, Ok(7));
}

// S12: a first record that cannot be saved fails the creation, and leaves nothing
#[tokio::test(start_paused = true)]
async fn a_creation_that_cannot_be_saved_fails() {
    begin();
    let store = FaultyAdapter::new(AnyStore::new());
    let system = system(store.clone());
    let family = family(&system);
    store.always(Call::Write, Fault::Rejected);
    let create = family.create("a", 7).await;
    let Err(error @ StartError::Save { .. }) = create else {
        panic!("it was created: {create:?}");
    };
    assert_eq!(error.outcome(), Outcome::Unknown);
    assert_eq!(crate::counter::errors().len(), 1);
    assert!(store.inner().is_empty());
    assert_eq!(family.live(), 0);
    store.heal();
    family.create("a", 7).await.expect("nothing was left");
}

// S12: a first record that is saved at the second try is a creation, and the server is well
#[tokio::test(start_paused = true)]
async fn a_creation_survives_one_failure() {
    begin();
    let store = FaultyAdapter::new(AnyStore::new());
    let system = system(store.clone());
    let family = family(&system);
    store.next(Call::Write, Fault::Lost);
    let counter = family.create("a", 7).await.expect("it was sent again");
    let status = counter.status().await.expect("it answers");
    assert!(!status.degraded);
    assert!(status.saved.is_some());
    store.always(Call::Write, Fault::Rejected);
    counter.add(1).await.expect("it adds");
    pass(seconds(60)).await;
    store.heal();
    pass(seconds(60)).await;
    assert_eq!(
        total_in(store.inner(), "counters:a"),
        Some(8),
        "retries go on"
    );
}

// S12: a failed start is told to every call that waits for it, and the next call tries again
#[tokio::test(start_paused = true)]
async fn a_failed_start_is_told_to_all_who_wait() {
    begin();
    let system = system(AnyStore::new());
    let family = open_family(&system);
    tell("init", Does::Fail);
    let mut callers = tokio::task::JoinSet::new();
    for _ in 0..20 {
        let counter = family.at("a");
        callers.spawn(async move { counter.total().await });
    }
    for answer in callers.join_all().await {
        let Err(CallError::NotStarted { kind, message }) = answer else {
            panic!("it did not start: {answer:?}");
        };
        assert_eq!(kind, StartErrorKind::Hook);
        assert!(message.contains("init was told to fail"), "{message}");
    }
    assert_eq!(family.live(), 0);
    untell("init");
    assert_eq!(family.at("a").total().await, Ok(1));
}

// S12, T7: a member that crashed is restored by the next call
#[tokio::test(start_paused = true)]
async fn a_crashed_member_is_restored_by_the_next_call() {
    begin();
    let system = system(AnyStore::new());
    let mut events = system.events();
    let family = family(&system);
    let counter = family.create("a", 7).await.expect("it is new");
    counter.add(1).await.expect("it adds");
    counter.checkpoint().await.expect("it is saved");
    let broken = counter.r#break().await;
    assert!(
        matches!(broken, Err(CallError::Crashed { .. })),
        "{broken:?}"
    );
    assert_eq!(counter.total().await, Ok(8));
    assert!(names(&mut events).contains(&"Crashed".to_owned()));
}

// S12: a family ends with its system, and nothing starts any more
#[tokio::test(start_paused = true)]
async fn a_family_ends_with_its_system() {
    begin();
    let store = AnyStore::new();
    let system = system(store.clone());
    assert!(system.require(Durability::Memory).is_ok());
    let mut events = system.events();
    let family = open_family(&system);
    for number in 0..20 {
        family.at(&number).add(1).await.expect("it adds");
    }
    let report = system.shutdown().await.expect("everything is saved");
    assert_eq!(report.stopped, 20);
    assert_eq!((family.live(), store.len()), (0, 20));
    let late = family.at("late").total().await;
    assert_eq!(late, Err(CallError::NotRunning));
    let create = family.create("late", 1).await;
    assert!(matches!(create, Err(StartError::NotRunning)), "{create:?}");
    let ended = std::iter::from_fn(|| events.try_next())
        .filter(|event| matches!(event, Event::Terminated { .. }));
    assert_eq!(ended.count(), 20);
}
