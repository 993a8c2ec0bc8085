use noex::prelude::*;

#[derive(Protocol)]
enum PingMsg {
    #[call]
    Ping,
}

#[derive(GenServer)]
#[genserver(protocol = PingMsg)]
#[persist(interval = "30s", on_error = Pinger::report)]
struct Pinger {
    pings: u64,
}

impl Pinger {
    fn report(&mut self, _error: &noex::PersistenceError) {}
}

#[handlers(PingMsg)]
impl Pinger {
    fn ping(&self) {}
}

fn main() {}
