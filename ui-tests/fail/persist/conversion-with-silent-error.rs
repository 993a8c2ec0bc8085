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

struct Silent;

impl TryFrom<PingerV1> for Pinger {
    type Error = Silent;

    fn try_from(old: PingerV1) -> Result<Self, Silent> {
        Ok(Self { pings: old.pings.into() })
    }
}

#[derive(GenServer)]
#[genserver(protocol = PingMsg)]
#[persist(interval = "30s", version = 2, migrate(1 = PingerV1))]
struct Pinger {
    pings: u64,
}

#[handlers(PingMsg)]
impl Pinger {
    fn ping(&self) {}
}

fn main() {}
