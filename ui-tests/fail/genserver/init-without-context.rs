use noex::prelude::*;

#[derive(Protocol)]
enum PingMsg {
    #[call]
    Ping,
}

#[derive(GenServer)]
#[genserver(protocol = PingMsg, init = Pinger::open)]
struct Pinger {
    pings: u64,
}

impl Pinger {
    fn open() -> Self {
        Self { pings: 0 }
    }
}

#[handlers(PingMsg)]
impl Pinger {
    fn ping(&self) {}
}

fn main() {}
