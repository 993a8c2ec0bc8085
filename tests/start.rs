//! How a server starts: the order of it, what a taken name or key means, and what a failed start gives back.

mod deadline;
mod fresh;
mod keys;

use noex::StartError;
use noex::prelude::*;
use noex::testing::{Call, FaultyAdapter, SharedMemory};

use crate::any_store::AnyStore;
use crate::counter::{
    Counter, Does, begin, calls, key, names, seconds, spec, stored, system, tell, untell,
};

// S1: a new server claims its key, then `init`, `on_start`, then it has started
#[tokio::test(start_paused = true)]
async fn a_new_server_is_made_before_it_starts() {
    begin();
    let system = system(AnyStore::new());
    let mut events = system.events();
    system.start(spec("a")).await.expect("it starts");
    assert_eq!(calls(), ["init", "on_start"]);
    assert_eq!(names(&mut events), ["NotFound", "Started"]);
}

// S1, S2: a restored server runs `on_restore`, then `on_start`, and no `init`
#[tokio::test(start_paused = true)]
async fn a_stored_server_is_restored_before_it_starts() {
    let system = system(stored("a", 5).await);
    let mut events = system.events();
    let counter = system.start(spec("a")).await.expect("it starts");
    assert_eq!(calls(), ["on_restore", "on_start"]);
    assert_eq!(names(&mut events), ["Restored", "Started"]);
    assert_eq!(counter.total().await, Ok(5));
}

// S2: skipped fields get the value declared for them, and the environment is this start's
#[tokio::test(start_paused = true)]
async fn what_is_not_stored_is_as_declared() {
    let system = system(stored("a", 5).await);
    let spec = Counter::spec(0).env("second").name("a");
    let counter = system.start(spec).await.expect("it starts");
    let unstored = counter.unstored().await.expect("it answers");
    assert_eq!(unstored, ("as declared".to_owned(), "second"));
}

// S1: the first message is handled after `on_start`
#[tokio::test(start_paused = true)]
async fn the_first_message_comes_after_the_hooks() {
    begin();
    let system = system(AnyStore::new());
    let family = system.family::<Counter>("counters").env("first");
    let family = family.or_init(|_| 0).build().expect("it is built");
    assert_eq!(family.at("a").add(2).await, Ok(2));
    assert_eq!(calls(), ["init", "on_start", "add"]);
}

// S1: nothing runs, and no store is asked, if the name is taken
#[tokio::test(start_paused = true)]
async fn a_taken_name_runs_nothing() {
    begin();
    let store = FaultyAdapter::new(AnyStore::new());
    let system = system(store.clone());
    system.start(spec("a")).await.expect("it starts");
    calls();
    let second = system.start(spec("a").key("another")).await;
    let Err(StartError::NameTaken { name, .. }) = second else {
        panic!("the name was free: {second:?}");
    };
    assert_eq!(&*name, "a");
    assert_eq!(store.calls(Call::Claim), 1);
    assert!(calls().is_empty());
}

// S1, S8: nothing runs if another server has the key, in one system; the error says who
#[tokio::test(start_paused = true)]
async fn a_taken_key_runs_nothing() {
    begin();
    let system = system(AnyStore::new());
    system.start(spec("a").key("k")).await.expect("it starts");
    calls();
    let second = system.start(spec("b").key("k")).await;
    let Err(StartError::KeyInUse { key, by }) = second else {
        panic!("the key was free: {second:?}");
    };
    assert_eq!((key.as_str(), &*by), ("k", "Counter `a`"));
    assert!(calls().is_empty());
    assert!(system.find::<Counter>("b").is_none());
}

// S8: two systems on one store are two machines; the key goes over once the first has stopped
#[tokio::test(start_paused = true)]
async fn a_key_has_one_server_on_all_machines() {
    begin();
    let shared = SharedMemory::new();
    let (here, there) = (system(shared.node()), system(shared.node()));
    let first = here.start(spec("a")).await.expect("it starts");
    assert_eq!(first.add(3).await, Ok(3));
    let second = there.start(spec("a")).await;
    assert!(matches!(second, Err(StartError::KeyInUse { .. })));

    first.stop().await.expect("it saves");
    let second = there.start(spec("a")).await.expect("the key is free");
    assert_eq!(second.total().await, Ok(3));
    let back = here.start(spec("a")).await;
    assert!(matches!(back, Err(StartError::KeyInUse { .. })));
}

// S8: of many starts of one key at the same moment, on two machines, one succeeds
#[tokio::test(start_paused = true)]
async fn a_contested_key_goes_to_one() {
    begin();
    let shared = SharedMemory::new();
    let systems = [system(shared.node()), system(shared.node())];
    let mut starts = tokio::task::JoinSet::new();
    for number in 0..20 {
        let system = systems.get(number % 2).expect("there are two").clone();
        starts.spawn(async move { system.start(spec(&number.to_string()).key("k")).await });
    }
    let outcomes = starts.join_all().await;
    let started = outcomes.iter().filter(|outcome| outcome.is_ok()).count();
    let refused = |outcome: &&Result<_, _>| matches!(outcome, Err(StartError::KeyInUse { .. }));
    assert_eq!(started, 1);
    assert_eq!(outcomes.iter().filter(refused).count(), 19);
}

// S1: whatever a start fails with, its name and its key are free again
#[tokio::test(start_paused = true)]
async fn a_failed_start_gives_name_and_key_back() {
    begin();
    let shared = SharedMemory::new();
    let system = system(shared.node());
    for hook in ["init", "on_start"] {
        for does in [Does::Fail, Does::Panic, Does::Hang] {
            tell(hook, does);
            system.start(spec("a")).await.expect_err("it was told so");
            assert!(system.find::<Counter>("a").is_none());
            assert_eq!(shared.holder(&key("a")), None);
        }
        untell(hook);
    }
    assert!(shared.records().is_empty());
    system.start(spec("a")).await.expect("everything is free");
}

// S1: a start whose caller has gone goes on
#[tokio::test(start_paused = true)]
async fn a_start_goes_on_without_its_caller() {
    begin();
    let store = FaultyAdapter::new(AnyStore::new());
    let gate = store.hold(Call::Claim);
    let system = system(store);
    let mut events = system.events();
    let start = tokio::time::timeout(seconds(1), system.start(spec("a"))).await;
    assert!(start.is_err());
    gate.open();
    crate::counter::event(&mut events, |event| {
        matches!(event, noex::Event::Started { .. }).then_some(())
    })
    .await;
    let counter = system.find::<Counter>("a").expect("it has started");
    assert_eq!(counter.total().await, Ok(0));
}
