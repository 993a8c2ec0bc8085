//! A rate limiter for many keys: it resets while it is in use, and leaves nothing behind.

use noex::prelude::*;
use noex::testing::TestClock;

use super::limiter::{Daily, LIMIT, LimiterClient, Naive, Window, allowed, limits};
use super::{DAY, HOUR, MINUTE, pass, system};

/// How many addresses there are.
const KEYS: usize = 100_000;

// S12, P6, E5: a limit that counts days resets each day, in constant use, running on or coming back from its record
#[tokio::test(start_paused = true)]
async fn a_limit_in_constant_use_resets_each_day() {
    let system = system(&MemoryAdapter::new(), &TestClock::new());
    let limits = limits::<Daily>(&system);
    let (often, seldom) = (limits.at("often"), limits.at("seldom"));
    for _day in 0..3 {
        let (often, seldom) = tokio::join!(
            allowed(&often, MINUTE, DAY),
            // It goes idle between two requests.
            allowed(&seldom, 10 * MINUTE, DAY),
        );
        assert_eq!((often, seldom), (LIMIT, LIMIT));
    }
    system.shutdown().await.expect("it saves");
}

// S2, T1: what was used up stays used up over a restart of the same day, and is back after one of the next
#[tokio::test(start_paused = true)]
async fn a_restart_resets_nothing() {
    let (store, clock) = (MemoryAdapter::new(), TestClock::new());
    for expected in [LIMIT, 0, 0] {
        let system = system(&store, &clock);
        let limiter = limits::<Daily>(&system).at("a");
        assert_eq!(allowed(&limiter, MINUTE, 2 * HOUR).await, expected);
        system.shutdown().await.expect("it saves");
    }
    pass(18 * HOUR).await;
    let system = system(&store, &clock);
    let limiter = limits::<Daily>(&system).at("a");
    assert_eq!(allowed(&limiter, MINUTE, 2 * HOUR).await, LIMIT);
}

// P6: a record that is saved all the time does not expire, so a count that waits for that never resets
#[tokio::test(start_paused = true)]
async fn a_count_that_waits_for_its_record_to_expire_never_resets() {
    let system = system(&MemoryAdapter::new(), &TestClock::new());
    let limits = limits::<Naive>(&system);
    let (often, seldom) = (limits.at("often"), limits.at("seldom"));
    let in_all = tokio::join!(
        allowed(&often, MINUTE, 3 * DAY),
        allowed(&seldom, 10 * MINUTE, 3 * DAY),
    );
    assert_eq!(in_all, (LIMIT, LIMIT));
}

// S3: `init` has the system's clock, so a window can begin with the first request
#[tokio::test(start_paused = true)]
async fn a_window_begins_with_the_first_request() {
    let system = system(&MemoryAdapter::new(), &TestClock::new());
    let limits = system.family::<Window>("windows").or_init(|_| ());
    let limits = limits.build().expect("it is built");
    pass(5 * HOUR).await;
    let limiter = limits.at("a");
    assert_eq!(allowed(&limiter, HOUR, 24 * HOUR).await, LIMIT);
    assert_eq!(allowed(&limiter, HOUR, HOUR).await, 1, "a new window");
}

// S12, E1, E2, E5: a hundred thousand keys have their limit each, and again the next day, and none stays in the store
#[tokio::test(start_paused = true)]
async fn a_hundred_thousand_keys_reset_the_next_day_and_leave_nothing() {
    let store = MemoryAdapter::new();
    let system = system(&store, &TestClock::new());
    let limits = limits::<Daily>(&system);
    for number in 0..KEYS {
        use_up(&limits.at(&number)).await;
    }
    assert_eq!(limits.live(), KEYS);
    pass(HOUR).await;
    assert_eq!(limits.live(), 0, "nobody asks for them");
    assert_eq!(store.len(), KEYS);

    pass(23 * HOUR).await;
    for number in (0..KEYS).step_by(10) {
        use_up(&limits.at(&number)).await;
    }
    pass(3 * HOUR).await;
    assert_eq!(store.len(), KEYS / 10, "those who did not come back");
    pass(DAY).await;
    assert!(store.is_empty(), "{} records are left", store.len());
}

async fn use_up(limiter: &LimiterClient) {
    for _ in 0..LIMIT {
        assert_eq!(limiter.allow().await, Ok(true));
    }
    assert_eq!(limiter.allow().await, Ok(false));
}
