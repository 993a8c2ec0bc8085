//! The deadline of a start, and what is not counted.

use noex::testing::{Call, FaultyAdapter, SharedMemory};
use noex::{StartError, System};

use crate::any_store::AnyStore;
use crate::counter::{Counter, Does, begin, key, pass, seconds, spec, system, tell, untell};

// S9: a store that never answers ends the start after five seconds, and its late claim is given back
#[tokio::test(start_paused = true)]
async fn a_hung_store_ends_in_an_error() {
    begin();
    let shared = SharedMemory::new();
    let store = FaultyAdapter::new(shared.node());
    let gate = store.hold(Call::Claim);
    let system = system(store.clone());
    let begun = tokio::time::Instant::now();
    let start = system.start(spec("a")).await;
    let Err(StartError::TimedOut { after, .. }) = start else {
        panic!("it should have timed out: {start:?}");
    };
    assert_eq!(after, seconds(5));
    assert_eq!(begun.elapsed().as_secs(), 5);
    assert!(system.find::<Counter>("a").is_none());

    store.heal();
    gate.open();
    store.answered(Call::Release, 1).await;
    assert_eq!(shared.holder(&key("a")), None);
    system.start(spec("a")).await.expect("the key is free");
}

// S9: the deadline can be set, and covers the hooks, too
#[tokio::test(start_paused = true)]
async fn a_hung_hook_ends_in_an_error() {
    begin();
    let system = system(AnyStore::new());
    tell("on_start", Does::Hang);
    let start = system.start(spec("a").start_timeout(seconds(2))).await;
    let Err(StartError::TimedOut { after, .. }) = start else {
        panic!("it should have timed out: {start:?}");
    };
    assert_eq!(after, seconds(2));
    untell("on_start");
    system
        .start(spec("a"))
        .await
        .expect("name and key are free");
}

// S9: a store that hangs while a failed start gives its key back does not hold up the start's error
#[tokio::test(start_paused = true)]
async fn a_hung_release_ends_in_an_error() {
    begin();
    let store = FaultyAdapter::new(AnyStore::new());
    let _gate = store.hold(Call::Release);
    let system = system(store);
    tell("init", Does::Fail);
    let start = tokio::time::timeout(seconds(60), system.start(spec("a"))).await;
    let start = start.expect("the start ends");
    assert!(matches!(start, Err(StartError::Hook { .. })), "{start:?}");
    assert!(system.find::<Counter>("a").is_none());
}

// S9: waiting for a restore permit is not counted
#[tokio::test(start_paused = true)]
async fn waiting_for_a_permit_is_not_counted() {
    begin();
    let store = FaultyAdapter::new(AnyStore::new());
    let gate = store.hold(Call::Claim);
    let builder = System::builder().store(store.clone());
    let system = builder.concurrent_restores(1).build();
    let others: Vec<_> = (0..3)
        .map(|number| {
            let system = system.clone();
            tokio::spawn(async move { system.start(spec(&number.to_string())).await })
        })
        .collect();
    pass(seconds(1)).await;
    let late = tokio::spawn({
        let system = system.clone();
        async move { system.start(spec("late")).await }
    });
    pass(seconds(13)).await;
    assert_eq!(store.calls(Call::Claim), 3, "one at a time");
    gate.open();
    store.heal();
    let mut started = 0;
    for other in others {
        started += usize::from(other.await.expect("no panic").is_ok());
    }
    assert_eq!(started, 1, "two have hung for five seconds each");
    late.await.expect("no panic").expect("it only waited");
}
