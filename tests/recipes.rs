//! What the guide's pages show, where trying it takes more than an example.

mod limiter;
mod rate_limits;

use std::time::Duration;

use noex::prelude::*;
use noex::testing::TestClock;

pub(crate) const MINUTE: Duration = Duration::from_mins(1);
pub(crate) const HOUR: Duration = Duration::from_hours(1);
pub(crate) const DAY: Duration = Duration::from_hours(24);

/// A system on this store, whose wall clock goes with the paused one.
fn system(store: &MemoryAdapter, clock: &TestClock) -> System {
    let builder = System::builder().store(store.clone());
    builder.clock(clock.clock()).seed(7).build()
}

/// Lets paused time pass.
async fn pass(time: Duration) {
    tokio::time::sleep(time).await;
}
