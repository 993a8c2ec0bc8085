use noex::prelude::*;
use serde::{Deserialize, Serialize};

#[derive(Protocol)]
enum PingMsg {
    #[call]
    Ping,
}

#[derive(Serialize, Deserialize)]
struct Instant(u64);

#[derive(GenServer)]
#[genserver(protocol = PingMsg)]
#[persist(interval = "30s", shape = 0)]
struct Pinger {
    pings: u64,
    sent: Instant,
}

#[handlers(PingMsg)]
impl Pinger {
    fn ping(&self) {}
}

fn main() {}
