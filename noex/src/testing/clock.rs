//! A wall clock that goes with tokio's, so that a test on paused time moves both, and that can be set.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, SystemTime};

use tokio::time::Instant;

use crate::clock::Clock;

/// A wall clock for tests: it begins at a fixed time and advances with tokio's, paused or not.
///
/// Pause tokio's time only with a store in memory. Paused time jumps ahead whenever all tasks wait, also while they
/// wait for the thread of a store on a disk, so that calls end in `Expired`. With such a store let time run, and set
/// the clock with [`set_forward`](Self::set_forward): that makes records old, and live servers' timers know nothing of
/// it.
///
/// ```
/// # #[tokio::main(flavor = "current_thread", start_paused = true)]
/// # async fn main() {
/// use std::time::Duration;
///
/// let clock = noex::testing::TestClock::new();
/// let before = clock.now();
/// tokio::time::advance(Duration::from_secs(60)).await;
/// assert_eq!(clock.now(), before + Duration::from_secs(60));
/// clock.set_back(Duration::from_secs(90));
/// assert!(clock.now() < before);
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct TestClock {
    born: Instant,
    /// Milliseconds by which it was set forward.
    offset: Arc<AtomicI64>,
}

impl TestClock {
    /// A clock that shows the first of January 2026.
    #[must_use]
    pub fn new() -> Self {
        Self {
            born: Instant::now(),
            offset: Arc::default(),
        }
    }

    /// What it shows.
    #[must_use]
    pub fn now(&self) -> SystemTime {
        const BEGIN: Duration = Duration::from_hours(490_896);
        let offset = self.offset.load(Ordering::SeqCst);
        let shown = SystemTime::UNIX_EPOCH + BEGIN + self.born.elapsed();
        let distance = Duration::from_millis(offset.unsigned_abs());
        if offset < 0 {
            shown - distance
        } else {
            shown + distance
        }
    }

    /// Sets it forward, while tokio's clock stays.
    pub fn set_forward(&self, by: Duration) {
        self.offset.fetch_add(millis(by), Ordering::SeqCst);
    }

    /// Sets it back, while tokio's clock stays.
    pub fn set_back(&self, by: Duration) {
        self.offset.fetch_sub(millis(by), Ordering::SeqCst);
    }

    /// The clock for [`SystemBuilder::clock`](crate::SystemBuilder::clock).
    #[must_use]
    pub fn clock(&self) -> Clock {
        let clock = self.clone();
        Clock::new(move || clock.now())
    }
}

impl Default for TestClock {
    fn default() -> Self {
        Self::new()
    }
}

fn millis(duration: Duration) -> i64 {
    i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)
}
