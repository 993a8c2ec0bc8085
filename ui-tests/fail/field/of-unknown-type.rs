// Two errors: the compiler says it of the state, and of the stored form that is made from it.
use noex::prelude::*;

#[derive(Protocol)]
enum PingMsg {
    #[call]
    Ping,
}

#[derive(GenServer)]
#[genserver(protocol = PingMsg)]
#[persist(interval = "30s")]
struct Pinger {
    pings: u64,
    count: Kount,
}

#[handlers(PingMsg)]
impl Pinger {
    fn ping(&self) {}
}

fn main() {}
