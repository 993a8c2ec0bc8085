//! What a server takes in memory while nobody asks it anything.

use noex::prelude::*;

use crate::{alone, in_use};

/// How many servers are started.
const SERVERS: usize = 10_000;

/// What each of them takes, its state of 16 bytes and its client included: as much as is allocated, of which an
/// allocator makes about 600.
const LIMIT: usize = 544;

#[derive(Protocol)]
enum MeterMsg {
    #[call(u64)]
    Add { by: u64 },
}

#[derive(GenServer, Default)]
#[genserver(protocol = MeterMsg)]
struct Meter {
    total: u64,
    times: u64,
}

#[handlers(MeterMsg)]
impl Meter {
    fn add(&mut self, by: u64) -> u64 {
        self.times += 1;
        self.total += by;
        self.total
    }
}

// an idle server costs its state and a few hundred bytes: no task, no timer, no channel
#[test]
fn an_idle_server_takes_a_few_hundred_bytes() {
    alone(measure());
}

async fn measure() {
    let system = System::without_store();
    // What all of them share is there before the measurement begins.
    let first = idle(&system).await;
    let mut meters = Vec::with_capacity(SERVERS);
    let before = in_use();
    for _ in 0..SERVERS {
        meters.push(idle(&system).await);
    }
    let each = (in_use() - before) / SERVERS;
    assert!(each <= LIMIT, "an idle server takes {each} bytes");
    drop((first, meters));
    system.shutdown().await.expect("they stop");
}

async fn idle(system: &System) -> MeterClient {
    let meter = system.start(Meter::spec(Meter::default)).await;
    let meter = meter.expect("it starts");
    assert_eq!(meter.add(1).await, Ok(1));
    meter
}
