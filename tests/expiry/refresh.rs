//! Refreshing under both limits: it keeps a record young, and is no activity.

use noex::ExitReason;
use noex::persist::PersistOptions;
use noex::prelude::*;
use noex::store::{Abilities, Claim, Claimed, Key, Loaded, NodeId, Page, Query, StoreError, Write};
use noex::testing::{FaultyAdapter, TestClock};
use tokio::time::Instant;

use super::{HOUR, MAX_IDLE, MINUTE, active_at, ended, family, idle, meta};
use crate::any_store::AnyStore;
use crate::counter::{Does, begin, clocked, pass, record, tell, total_in};

// P6, E4: refreshing a record is no activity: with both limits it is kept from one and expires by the other
#[tokio::test(start_paused = true)]
async fn refreshing_is_no_activity() {
    begin();
    let (store, clock) = (FaultyAdapter::new(AnyStore::new()), TestClock::new());
    let system = clocked(store.clone(), &clock);
    let mut events = system.events();
    let options = PersistOptions::new().interval(None).max_age(2 * MINUTE);
    let family = family(&system, "counters", options.max_idle(MAX_IDLE));
    let counter = family.create("a", 5).await.expect("it is new");
    counter.total().await.expect("it reads");
    let (read, begun, writes) = (clock.now(), Instant::now(), store.writes());
    for _ in 0..29 {
        pass(MINUTE).await;
        let meta = meta(&family).await;
        assert_eq!(meta.active_at, read);
        assert!(
            meta.age(clock.now()) <= MINUTE,
            "{:?}",
            meta.age(clock.now())
        );
    }
    assert!(store.writes() >= writes + 29);
    assert_eq!(ended(&mut events).await, ExitReason::Expired);
    assert_eq!(begun.elapsed(), MAX_IDLE);
}

// P6: nor is a checkpoint or a change by a server's own doing; and what was read is kept when it is refreshed
#[tokio::test(start_paused = true)]
async fn a_refresh_keeps_what_was_read() {
    begin();
    let (store, clock) = (AnyStore::new(), TestClock::new());
    let system = clocked(store.clone(), &clock);
    let options = PersistOptions::new().interval(None).max_age(20 * MINUTE);
    let family = family(&system, "counters", options.max_idle(HOUR));
    let counter = family.create("a", 5).await.expect("it is new");
    pass(MINUTE).await;
    counter.total().await.expect("it reads");
    let read = clock.now();
    pass(9 * MINUTE).await;
    assert_eq!(active_at(&family).await, read);
    counter.checkpoint().await.expect("it is saved");
    assert_eq!(active_at(&family).await, read);
}

/// A store in memory that takes no record of more than so many bytes, and says so, or only that it failed.
#[derive(Clone)]
struct Narrow(AnyStore, usize, bool);

impl StorageAdapter for Narrow {
    async fn load(&self, key: &Key) -> Result<Option<Loaded>, StoreError> {
        self.0.load(key).await
    }

    async fn write(&self, write: Write) -> Result<(), StoreError> {
        let size = write.record.as_ref().map_or(0, |record| record.bytes.len());
        if size > self.1 {
            let (key, max) = (write.key, self.1);
            return Err(if self.2 {
                StoreError::TooLarge { key, size, max }
            } else {
                StoreError::rejected("no space left on device")
            });
        }
        self.0.write(write).await
    }

    async fn list(&self, query: Query) -> Result<Page, StoreError> {
        self.0.list(query).await
    }

    async fn claim(&self, key: &Key, node: NodeId, by: &str) -> Result<Claimed, StoreError> {
        self.0.claim(key, node, by).await
    }

    async fn release(&self, key: &Key, claim: Claim) -> Result<(), StoreError> {
        self.0.release(key, claim).await
    }

    fn abilities(&self) -> Abilities {
        self.0.abilities()
    }
}

// P6, P7: the last saved state is refreshed also while the present one is too large for the store, or the disk too full
// for it; the next one that fits is saved
#[tokio::test(start_paused = true)]
async fn a_state_that_is_too_large_does_not_let_the_last_one_expire() {
    for says_why in [true, false] {
        begin();
        let (store, clock) = (AnyStore::new(), TestClock::new());
        let inner = store.clone();
        let system = clocked(store.clone(), &clock);
        let options = || PersistOptions::new().interval(MINUTE).max_age(HOUR);
        family(&system, "counters", options())
            .create("a", 5)
            .await
            .expect("it is new");
        system.shutdown().await.expect("it saves");
        let record = record(&inner, "counters:a").expect("it is stored");
        let size = record.bytes.len();

        let narrow = Narrow(inner.clone(), size + 8, says_why);
        let system = clocked(narrow, &clock);
        let family = family(&system, "counters", options());
        let counter = family.at("a");
        counter.add(1_000_000_000_000_000).await.expect("it adds");
        for _ in 0..5 {
            pass(30 * MINUTE).await;
            counter.total().await.expect("it reads");
            assert_eq!(total_in(&inner, "counters:a"), Some(5));
            assert!(meta(&family).await.age(clock.now()) <= HOUR / 2);
        }
        assert!(counter.status().await.expect("it answers").degraded);
        counter
            .add(2 - 1_000_000_000_000_000)
            .await
            .expect("it adds");
        pass(MINUTE).await;
        assert_eq!(total_in(&inner, "counters:a"), Some(7));
        assert!(!counter.status().await.expect("it answers").degraded);
    }
}

// P6, P7: nor is a refresh that succeeds the end of the trouble with the present one, which is told once
#[tokio::test(start_paused = true)]
async fn a_refresh_does_not_end_the_trouble() {
    begin();
    let (store, clock) = (AnyStore::new(), TestClock::new());
    let system = clocked(store.clone(), &clock);
    let family = family(&system, "counters", idle());
    let counter = family.create("a", 5).await.expect("it is new");
    tell("before_persist", Does::Panic);
    counter.add(1).await.expect("it adds");
    for _ in 0..40 {
        pass(MINUTE).await;
        counter.total().await.expect("it reads");
        pass(MINUTE).await;
        assert!(counter.status().await.expect("it answers").degraded);
    }
    assert_eq!(crate::counter::errors().len(), 1);
    let idle = clock.now().duration_since(active_at(&family).await);
    assert!(idle.expect("it is past") <= 2 * MINUTE);
    crate::counter::untell("before_persist");
    pass(MINUTE).await;
    assert!(!counter.status().await.expect("it answers").degraded);
    assert_eq!(total_in(&store, "counters:a"), Some(6));
}
