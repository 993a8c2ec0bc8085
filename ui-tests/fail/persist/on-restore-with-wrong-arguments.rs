use noex::prelude::*;

#[derive(Protocol)]
enum PingMsg {
    #[call]
    Ping,
}

#[derive(GenServer)]
#[genserver(protocol = PingMsg)]
#[persist(interval = "30s", on_restore = Pinger::back)]
struct Pinger {
    pings: u64,
}

impl Pinger {
    fn back(&mut self) {}
}

#[handlers(PingMsg)]
impl Pinger {
    fn ping(&self) {}
}

fn main() {}
