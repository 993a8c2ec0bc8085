//! Expiry: by age and by idleness; live, at a restore, and in the background.

mod activity;
mod beside;
mod clean;
mod clocks;
mod endings;
mod failing;
mod janitor;
mod live;
mod racing;
mod refresh;
mod restored;
mod sqlite;
mod unclaimed;

use std::time::{Duration, SystemTime};

use noex::persist::PersistOptions;
use noex::prelude::*;
use noex::store::{Key, StoreError};
use noex::testing::TestClock;
use noex::{Event, EventStream, ExitReason, Family, PersistenceError};

use crate::counter::{Counter, event, key};

const MINUTE: Duration = Duration::from_mins(1);
const HOUR: Duration = Duration::from_hours(1);
const DAY: Duration = Duration::from_hours(24);
const MS: Duration = Duration::from_millis(1);
const MAX_IDLE: Duration = Duration::from_mins(30);

/// Saved every minute, idle for half an hour at most.
fn idle() -> PersistOptions {
    PersistOptions::new().interval(MINUTE).max_idle(MAX_IDLE)
}

/// Good for an hour, and looked for every ten minutes.
fn aged() -> PersistOptions {
    let options = PersistOptions::new().interval(MINUTE).max_age(HOUR);
    options.cleanup_interval(10 * MINUTE)
}

/// Counters that have to be created.
fn family(system: &System, name: &'static str, options: PersistOptions) -> Family<Counter> {
    let family = system.family::<Counter>(name).env("first");
    family.persist(options).build().expect("it is built")
}

/// Counters that are made when they are first asked.
fn open_family(system: &System, name: &'static str, options: PersistOptions) -> Family<Counter> {
    let family = system.family::<Counter>(name).env("first").or_init(|_| 0);
    family.persist(options).build().expect("it is built")
}

/// Leaves these records in `store`, saved now under these options and held by nobody.
async fn leave<A: StorageAdapter + Clone>(
    store: &A,
    clock: &TestClock,
    names: &[&str],
    options: PersistOptions,
) {
    let system = crate::counter::clocked(store.clone(), clock);
    let family = family(&system, "left", options.cleanup_interval(None));
    for name in names {
        family.create(name, 7).await.expect("it is new");
    }
    system.shutdown().await.expect("all is saved");
}

/// The key that `leave` gives a name.
fn left(name: &str) -> Key {
    key(&format!("left:{name}"))
}

/// What is said of the record of `a`.
async fn meta(family: &Family<Counter>) -> RecordMeta {
    let meta = family.peek("a").await.expect("it is sound");
    meta.expect("it is stored")
}

/// When its record says that a client of `a` was last active.
async fn active_at(family: &Family<Counter>) -> SystemTime {
    meta(family).await.active_at
}

/// The next expiry that is told of.
async fn expired(events: &mut EventStream) -> PersistenceError {
    event(events, |event| match event {
        Event::Expired { kind, reason } => {
            assert_eq!(&*kind, "Counter");
            Some(reason)
        }
        _ => None,
    })
    .await
}

/// Every expiry that was told of, in order, by key.
fn expiries(events: &mut EventStream) -> Vec<String> {
    std::iter::from_fn(|| events.try_next())
        .filter_map(|event| match event {
            Event::Expired { reason, .. } => Some(reason.key().to_string()),
            _ => None,
        })
        .collect()
}

/// Every failure to clean up that was told of.
fn failures(events: &mut EventStream) -> Vec<StoreError> {
    std::iter::from_fn(|| events.try_next())
        .filter_map(|event| match event {
            Event::NotCleanedUp { error, .. } => Some(error),
            _ => None,
        })
        .collect()
}

/// How the next server ends.
async fn ended(events: &mut EventStream) -> ExitReason {
    event(events, |event| match event {
        Event::Terminated { reason, .. } => Some(reason),
        _ => None,
    })
    .await
}

fn is_idle(error: &PersistenceError, key: &Key, idle: Duration, max_idle: Duration) -> bool {
    matches!(error, PersistenceError::Idle { key: found, idle: is, max_idle: limit }
        if found == key && *is == idle && *limit == max_idle)
}

fn is_stale(error: &PersistenceError, key: &Key, age: Duration, max_age: Duration) -> bool {
    matches!(error, PersistenceError::Stale { key: found, age: is, max_age: limit }
        if found == key && *is == age && *limit == max_age)
}
