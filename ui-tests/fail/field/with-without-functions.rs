// Two errors: two functions are missing.
use noex::prelude::*;

#[derive(Protocol)]
enum PingMsg {
    #[call]
    Ping,
}

mod words {}

#[derive(GenServer)]
#[genserver(protocol = PingMsg)]
#[persist(interval = "30s")]
struct Pinger {
    pings: u64,
    #[persist(with = "words")]
    count: u8,
}

#[handlers(PingMsg)]
impl Pinger {
    fn ping(&self) {}
}

fn main() {}
