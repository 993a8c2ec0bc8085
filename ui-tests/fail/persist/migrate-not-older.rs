// V2: a step from the current version does not compile
use noex::prelude::*;

#[derive(Protocol)]
enum PingMsg {
    #[call]
    Ping,
}

#[derive(Stored)]
struct PingerV1 {
    pings: u32,
}

#[derive(Stored)]
struct PingerV2 {
    pings: u64,
}

#[derive(GenServer)]
#[genserver(protocol = PingMsg)]
#[persist(interval = "30s", version = 2, migrate(1 = PingerV1, 2 = PingerV2))]
struct Pinger {
    pings: u64,
}

#[handlers(PingMsg)]
impl Pinger {
    fn ping(&self) {}
}

fn main() {}
