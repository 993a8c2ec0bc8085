//! What the servers of a family leave in memory once they have gone idle.

use std::time::Duration;

use noex::prelude::*;
use noex::testing::TestClock;

use crate::{alone, in_use};

/// How many keys are activated.
const KEYS: usize = 100_000;

#[derive(Protocol)]
enum TallyMsg {
    #[call(u64)]
    Add { by: u64 },
}

#[derive(GenServer, Default)]
#[genserver(protocol = TallyMsg, idle_timeout = "5m")]
#[persist(interval = "30d", max_age = "60d")]
struct Tally {
    total: u64,
}

#[handlers(TallyMsg)]
impl Tally {
    fn add(&mut self, by: u64) -> u64 {
        self.total += by;
        self.total
    }
}

// S12, E5: a hundred thousand keys that were activated and have gone idle leave less than a tenth of their memory
#[test]
fn idle_keys_give_their_memory_back() {
    alone(measure());
}

async fn measure() {
    let clock = TestClock::new().clock();
    let system = System::builder()
        .store(MemoryAdapter::new())
        .clock(clock)
        .build();
    let tallies = system
        .family::<Tally>("tallies")
        .or_init(|_| Tally::default)
        .build()
        .expect("a family of its own");
    // The records stay in the store: they are there before the measurement begins.
    activate(&tallies, 1).await;
    let before = in_use();

    let live = activate(&tallies, 2).await;
    assert_eq!(tallies.live(), 0);
    let (grown, kept) = (live - before, in_use().saturating_sub(before));
    assert!(
        kept <= grown / 10,
        "{kept} bytes are left of {grown} for {KEYS} keys"
    );
    system.shutdown().await.expect("it saves");
}

/// Calls every key, and waits until all have gone idle; what was in use while they were live.
async fn activate(tallies: &noex::Family<Tally>, round: u64) -> usize {
    for key in 0..KEYS {
        assert_eq!(tallies.at(&key).add(1).await, Ok(round));
    }
    assert_eq!(tallies.live(), KEYS);
    let live = in_use();
    tokio::time::sleep(Duration::from_mins(6)).await;
    live
}
