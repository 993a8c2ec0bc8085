use noex::prelude::*;

#[derive(Protocol)]
enum PingMsg {
    #[call]
    Ping,
}

struct PingerV1;

#[derive(GenServer)]
#[genserver(protocol = PingMsg)]
#[persist(interval = "30s", version = 2, migrate(1 = PingerV1))]
struct Pinger {
    pings: u64,
}

impl From<PingerV1> for Pinger {
    fn from(_: PingerV1) -> Self {
        Self { pings: 0 }
    }
}

#[handlers(PingMsg)]
impl Pinger {
    fn ping(&self) {}
}

fn main() {}
