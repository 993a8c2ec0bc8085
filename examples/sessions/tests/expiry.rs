//! Requirement 1: a session expires after 30 minutes of inactivity, wherever it is meanwhile.

use std::time::Duration;

use noex::config::ServerConfig;
use noex::prelude::*;
use noex::testing::TestClock;

use crate::support::{Site, gone, minutes, pass, there};

const SECOND: Duration = Duration::from_secs(1);

/// What a process that ends without a word leaves behind: the records as they were, claimed by nobody.
fn left(store: &MemoryAdapter) -> MemoryAdapter {
    store.records().into_iter().collect()
}

// E4, E5: while the service runs, though its server has long gone idle
#[tokio::test(start_paused = true)]
async fn it_expires_while_the_service_runs() {
    let site = Site::open(MemoryAdapter::new(), &TestClock::new());
    let token = site.log_in().await;

    pass(minutes(29) + 59 * SECOND).await;
    there(site.touch(&token).await);

    pass(minutes(30) + SECOND).await;
    gone(site.touch(&token).await);
}

// E4: also where its server stays in memory, and then at once
#[tokio::test(start_paused = true)]
async fn it_expires_while_its_server_runs() {
    let (store, clock) = (MemoryAdapter::new(), TestClock::new());
    let config = ServerConfig::new().idle_timeout(None);
    let site = Site::open_with(store.clone(), &clock, config);
    let token = site.log_in().await;
    pass(minutes(20)).await;
    there(site.read(&token).await);

    pass(minutes(29)).await;
    assert_eq!(store.len(), 1);
    pass(minutes(1) + SECOND).await;
    assert!(store.is_empty(), "{store:?}");

    gone(site.read(&token).await);
}

// E1, E2: nobody has to come for it
#[tokio::test(start_paused = true)]
async fn what_expires_is_deleted_though_nobody_asks() {
    let store = MemoryAdapter::new();
    let site = Site::open(store.clone(), &TestClock::new());
    site.log_in().await;

    pass(minutes(30)).await;
    assert_eq!(store.len(), 1);

    pass(minutes(10) + SECOND).await;
    assert!(store.is_empty(), "{store:?}");
    site.close().await;
}

// E4: reading is activity, though it changes nothing that could be saved
#[tokio::test(start_paused = true)]
async fn reading_alone_keeps_it() {
    let site = Site::open(MemoryAdapter::new(), &TestClock::new());
    let token = site.log_in().await;
    let session = there(site.read(&token).await);

    for _ in 0..8 {
        pass(minutes(4)).await;
        assert_eq!(there(site.read(&token).await), session);
    }

    pass(minutes(30) + SECOND).await;
    gone(site.read(&token).await);
}

// E4: a restart neither ends a session early nor begins its time anew
#[tokio::test(start_paused = true)]
async fn it_expires_across_a_restart() {
    let (store, clock) = (MemoryAdapter::new(), TestClock::new());
    let site = Site::open(store.clone(), &clock);
    let (kept, lost) = (site.log_in().await, site.log_in().await);
    pass(minutes(20)).await;
    there(site.touch(&kept).await);
    site.close().await;

    pass(minutes(10) + SECOND).await;
    let site = Site::open(store, &clock);

    there(site.touch(&kept).await);
    gone(site.touch(&lost).await);
}

// E4, P4: that a session was only read is stored, too
#[tokio::test(start_paused = true)]
async fn reading_keeps_it_across_a_restart() {
    let (store, clock) = (MemoryAdapter::new(), TestClock::new());
    let site = Site::open(store.clone(), &clock);
    let token = site.log_in().await;
    pass(minutes(4)).await;
    there(site.read(&token).await);
    site.close().await;

    pass(minutes(29)).await;
    let site = Site::open(store, &clock);

    there(site.read(&token).await);
}

// E4, P4: activity is stored every minute, so a crash costs no more of it than that
#[tokio::test(start_paused = true)]
async fn reading_keeps_it_across_a_crash() {
    let (store, clock) = (MemoryAdapter::new(), TestClock::new());
    let crashed = Site::open(store.clone(), &clock);
    let token = crashed.log_in().await;
    pass(minutes(4)).await;
    there(crashed.read(&token).await);
    pass(minutes(1)).await;
    let store = left(&store);

    pass(minutes(28)).await;
    let site = Site::open(store, &clock);

    there(site.read(&token).await);
}

// E4: nor does a crash begin the time anew
#[tokio::test(start_paused = true)]
async fn it_expires_across_a_crash() {
    let (store, clock) = (MemoryAdapter::new(), TestClock::new());
    let crashed = Site::open(store.clone(), &clock);
    let token = crashed.log_in().await;
    pass(minutes(4)).await;
    there(crashed.read(&token).await);
    let store = left(&store);

    pass(minutes(30) + SECOND).await;
    let site = Site::open(store.clone(), &clock);

    gone(site.read(&token).await);
    pass(minutes(10)).await;
    assert!(store.is_empty(), "{store:?}");
}
