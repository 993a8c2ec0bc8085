use noex::prelude::*;

#[derive(Protocol)]
enum PingMsg {
    #[call]
    Ping,
}

#[derive(GenServer)]
#[genserver(protocol = PingMsg)]
#[persist(interval = "60s", max_age = "1m")]
struct Pinger {
    pings: u64,
}

#[handlers(PingMsg)]
impl Pinger {
    fn ping(&self) {}
}

fn main() {}
