//! Saves that fail: reported once, retried with growing pauses, and nothing stale gets through.

use noex::prelude::*;
use noex::store::StoreError;
use noex::testing::{Call, Fault, FaultyAdapter};
use noex::{CheckpointError, Event, PersistenceError, StopError};

use crate::any_store::AnyStore;
use crate::counter::{
    CounterClient, begin, errors, event, names, pass, record, seconds, spec, system, total_in,
};

async fn is_degraded(counter: &CounterClient) -> bool {
    counter.status().await.expect("it answers").degraded
}

// P7, H3: an outage is reported once, by hook and event, however often the save is retried
#[tokio::test(start_paused = true)]
async fn an_outage_is_reported_once() {
    begin();
    let store = FaultyAdapter::new(AnyStore::new());
    let system = system(store.clone());
    let counter = system.start(spec("a")).await.expect("it starts");
    counter.checkpoint().await.expect("it is saved");
    errors();
    let mut events = system.events();
    for fault in [Fault::Rejected, Fault::Lost] {
        store.always(Call::Write, fault);
        counter.add(1).await.expect("it adds");
        for total in 0..30 {
            pass(seconds(10)).await;
            counter.tell(1).await.expect("it goes on");
            assert!(total == 0 || is_degraded(&counter).await);
        }
        assert_eq!(errors().len(), 1);
        assert_eq!(names(&mut events), ["SaveFailed"]);

        store.heal();
        pass(seconds(60)).await;
        assert!(!is_degraded(&counter).await);
        assert!(errors().is_empty());
        let found = names(&mut events);
        assert!(found.iter().all(|name| name == "Saved"), "{found:?}");
    }
    assert_eq!(total_in(store.inner(), "a"), Some(62));
}

// P7: the pauses between retries grow, and end at half a minute
#[tokio::test(start_paused = true)]
async fn retries_come_at_growing_pauses() {
    begin();
    let store = FaultyAdapter::new(AnyStore::new());
    let system = system(store.clone());
    let _counter = system.start(spec("a")).await.expect("it starts");
    store.always(Call::Write, Fault::Rejected);
    let mut last = None;
    let mut pauses = Vec::new();
    for attempt in 1..=16 {
        store.answered(Call::Write, attempt).await;
        let now = tokio::time::Instant::now();
        pauses.extend(last.replace(now).map(|last| now.duration_since(last)));
    }
    let (early, late) = pauses.split_at(8);
    assert!(early.is_sorted(), "{pauses:?}");
    assert!(early.iter().all(|pause| *pause < seconds(20)), "{pauses:?}");
    let jittered = seconds(24)..=seconds(30) + std::time::Duration::from_millis(5);
    assert!(
        late.iter().all(|pause| jittered.contains(pause)),
        "{pauses:?}"
    );
    assert!(
        !late.iter().all(|pause| late.first() == Some(pause)),
        "{pauses:?}"
    );
}

// P7: memory stays bounded: one encoded state is on its way, and the newest one follows it, encoded once a try
#[tokio::test(start_paused = true)]
async fn an_outage_piles_up_nothing() {
    begin();
    let store = FaultyAdapter::new(AnyStore::new());
    let system = system(store.clone());
    let counter = system.start(spec("a")).await.expect("it starts");
    store.always(Call::Write, Fault::Rejected);
    pass(seconds(11)).await;
    crate::counter::calls();
    for _ in 0..100 {
        counter.add(1).await.expect("it adds");
        pass(seconds(10)).await;
    }
    let encoded = crate::counter::calls();
    let encoded = encoded.iter().filter(|call| *call == "before_persist");
    let encoded = encoded.count();
    assert!(encoded <= 1_000 / 24, "{encoded} times");
    let before = store.writes();
    store.heal();
    pass(seconds(60)).await;
    assert_eq!(store.writes(), before + 1);
    assert_eq!(total_in(store.inner(), "a"), Some(100));
}

// P7: what the store will never take is reported once, and the next state that it takes is saved
#[tokio::test(start_paused = true)]
async fn a_state_the_store_will_not_take_is_no_end() {
    begin();
    let store = FaultyAdapter::new(AnyStore::new());
    let system = system(store.clone());
    let counter = system.start(spec("a")).await.expect("it starts");
    let too_large = StoreError::TooLarge {
        key: crate::counter::key("a"),
        size: 9,
        max: 8,
    };
    store.always(Call::Write, Fault::Fails(too_large));
    pass(seconds(120)).await;
    assert_eq!(errors().len(), 1);
    assert!(is_degraded(&counter).await);
    assert!(store.writes() <= 13, "{}", store.writes());
    store.heal();
    counter.add(1).await.expect("it adds");
    counter.checkpoint().await.expect("it is saved");
    assert_eq!(total_in(store.inner(), "a"), Some(1));
    assert!(!is_degraded(&counter).await);
}

// P3, P5, P7: a state that the store refuses does not stand in the way of the next one, which it takes
#[tokio::test(start_paused = true)]
async fn a_refused_state_gives_way_to_the_next() {
    for interval in [Some(seconds(10)), Some(seconds(36_000)), None] {
        begin();
        let store = FaultyAdapter::new(AnyStore::new());
        let system = system(store.clone());
        let options = noex::PersistOptions::new().interval(interval);
        let counter = system.start(spec("a").persist(options)).await;
        let counter = counter.expect("it starts");
        store.always(Call::Write, Fault::Rejected);
        counter.checkpoint().await.expect_err("it is refused");
        counter.add(1).await.expect("it adds");
        pass(seconds(120)).await;
        counter.add(1).await.expect("it adds");
        store.heal();
        store.answered(Call::Write, store.writes() + 1).await;
        pass(seconds(1)).await;
        assert_eq!(total_in(store.inner(), "a"), Some(2), "{interval:?}");
        assert!(!is_degraded(&counter).await);
    }
}

// P7: a checkpoint during an outage fails at once, and the state is saved when the store is back
#[tokio::test(start_paused = true)]
async fn a_checkpoint_during_an_outage_fails_at_once() {
    begin();
    let store = FaultyAdapter::new(AnyStore::new());
    let system = system(store.clone());
    let counter = system.start(spec("a")).await.expect("it starts");
    store.always(Call::Write, Fault::Rejected);
    for _ in 0..3 {
        counter.add(1).await.expect("it adds");
        let failed = counter.checkpoint().await;
        assert!(
            matches!(failed, Err(CheckpointError::Unsaved { .. })),
            "{failed:?}"
        );
    }
    assert_eq!(errors().len(), 1, "it is one outage");
    store.heal();
    pass(seconds(60)).await;
    assert_eq!(total_in(store.inner(), "a"), Some(3));
}

// P3, P7: an answer that got lost is found out by loading: what was written is not written again
#[tokio::test(start_paused = true)]
async fn a_lost_answer_is_found_out_by_loading() {
    begin();
    let store = FaultyAdapter::new(AnyStore::new());
    let system = system(store.clone());
    let counter = system.start(spec("a")).await.expect("it starts");
    store.next(Call::Write, Fault::AnsweredTooLate);
    counter.checkpoint().await.expect("it was saved");
    assert_eq!((store.writes(), store.loads()), (1, 1));
    assert!(errors().is_empty());
    counter.add(1).await.expect("it adds");
    counter.checkpoint().await.expect("it is saved");
    assert_eq!(total_in(store.inner(), "a"), Some(1));
}

// P3, P7: a lost write is sent again as it was
#[tokio::test(start_paused = true)]
async fn a_lost_write_is_sent_again() {
    begin();
    let store = FaultyAdapter::new(AnyStore::new());
    let system = system(store.clone());
    let counter = system.start(spec("a")).await.expect("it starts");
    store.next(Call::Write, Fault::Lost);
    counter.checkpoint().await.expect_err("nobody knows yet");
    pass(seconds(1)).await;
    assert_eq!(total_in(store.inner(), "a"), Some(0));
    assert_eq!(store.writes(), 2);
}

// P3: a write that comes late or twice replaces nothing newer
#[tokio::test(start_paused = true)]
async fn a_late_or_doubled_write_replaces_nothing() {
    begin();
    for fault in [Fault::Delayed, Fault::Doubled] {
        let store = FaultyAdapter::new(AnyStore::new());
        let system = system(store.clone());
        let counter = system.start(spec("a")).await.expect("it starts");
        store.next(Call::Write, fault);
        let _ = counter.checkpoint().await;
        pass(seconds(1)).await;
        counter.add(7).await.expect("it adds");
        counter.checkpoint().await.expect("it is saved");
        let before = record(store.inner(), "a");

        assert_eq!(store.undelivered(), 1);
        let [delivered] = &*store.deliver().await else {
            panic!("one write was late");
        };
        assert!(matches!(delivered, Err(StoreError::Conflict { .. })));
        assert_eq!(record(store.inner(), "a"), before);
        counter.add(1).await.expect("it goes on");
        counter.checkpoint().await.expect("it is saved");
        assert_eq!(total_in(store.inner(), "a"), Some(8));
    }
}

// P3: a late write that lands before it is sent again counts as the one that was sent
#[tokio::test(start_paused = true)]
async fn a_late_write_that_lands_first_counts() {
    begin();
    let store = FaultyAdapter::new(AnyStore::new());
    let system = system(store.clone());
    let counter = system.start(spec("a")).await.expect("it starts");
    store.next(Call::Write, Fault::Delayed);
    counter.checkpoint().await.expect_err("nobody knows yet");
    assert!(store.deliver().await.iter().all(Result::is_ok));
    pass(seconds(1)).await;
    assert!(!is_degraded(&counter).await);
    counter.add(1).await.expect("it is not fenced");
    counter.checkpoint().await.expect("it is saved");
    assert_eq!(total_in(store.inner(), "a"), Some(1));
}

// P7: a last save that fails is returned by `stop` and reported once
#[tokio::test(start_paused = true)]
async fn a_failed_last_save_is_returned() {
    begin();
    let store = FaultyAdapter::new(AnyStore::new());
    let system = system(store.clone());
    let counter = system.start(spec("a")).await.expect("it starts");
    store.always(Call::Write, Fault::Rejected);
    let stopped = counter.stop().await;
    let Err(StopError::Unsaved { source, .. }) = stopped else {
        panic!("it was not saved: {stopped:?}");
    };
    assert!(matches!(source, PersistenceError::Store { .. }));
    assert_eq!(errors().len(), 1);
}

// P7: a store whose answer never comes holds up neither the messages nor, past its deadline, the stop
#[tokio::test(start_paused = true)]
async fn an_answer_that_never_comes_holds_up_nothing() {
    begin();
    let store = FaultyAdapter::new(AnyStore::new());
    let system = system(store.clone());
    let mut events = system.events();
    let counter = system.start(spec("a")).await.expect("it starts");
    let gate = store.hold(Call::Write);
    gate.has_waiting(1).await;
    assert_eq!(counter.add(1).await, Ok(1));
    let stopped = counter.stop().await;
    assert!(
        matches!(stopped, Err(StopError::Killed { .. })),
        "{stopped:?}"
    );
    event(&mut events, |event| {
        matches!(event, Event::Terminated { .. }).then_some(())
    })
    .await;
    assert!(system.find::<crate::counter::Counter>("a").is_none());
}
