// V2: a version without a step from the one before does not compile
use noex::prelude::*;

#[derive(Protocol)]
enum PingMsg {
    #[call]
    Ping,
}

#[derive(GenServer)]
#[genserver(protocol = PingMsg)]
#[persist(interval = "30s", version = 2)]
struct Pinger {
    pings: u64,
}

#[handlers(PingMsg)]
impl Pinger {
    fn ping(&self) {}
}

fn main() {}
