//! Cleaning up a database on a real clock: rounds that are waited for by their events.

use std::time::Duration;

use noex::persist::PersistOptions;
use noex::prelude::*;
use noex::testing::{ScratchDir, TestClock};

use super::{DAY, HOUR, expired, family, is_stale, leave, left};
use crate::counter::{begin, clocked};

// E2, E3: expired rows of a database are deleted by janitors that come every few milliseconds
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn expired_rows_are_deleted() {
    begin();
    let dir = ScratchDir::new().expect("a directory");
    let clock = TestClock::new();
    let path = dir.path().join("store.db");
    let limited = || PersistOptions::new().max_age(HOUR);
    let store = SqliteAdapter::open(&path).expect("it opens");
    leave(&store, &clock, &["old", "older"], limited()).await;
    clock.set_forward(DAY);
    let store = SqliteAdapter::open(&path).expect("it opens again");
    leave(&store, &clock, &["young"], limited()).await;

    let store = SqliteAdapter::open(&path).expect("it opens again");
    let system = clocked(store, &clock);
    let mut events = system.events();
    let often = limited().cleanup_interval(Duration::from_millis(5));
    let family = family(&system, "left", often);
    let mut told = [expired(&mut events).await, expired(&mut events).await];
    told.sort_by_key(|reason| reason.key().to_string());
    for (reason, name) in told.iter().zip(["old", "older"]) {
        let noex::PersistenceError::Stale { age, .. } = reason else {
            panic!("{reason:?}")
        };
        assert!(*age > DAY && is_stale(reason, &left(name), *age, HOUR));
    }
    assert_eq!(family.keys().all().await.expect("it lists"), ["young"]);
    assert_eq!(family.at("young").total().await, Ok(7));
    system.shutdown().await.expect("all is saved");
}
