use noex::prelude::*;

#[derive(Protocol)]
enum PingMsg {
    #[call]
    Ping,
}

#[derive(Clone)]
struct Deps;

#[derive(GenServer)]
#[genserver(protocol = PingMsg, env = Deps)]
#[persist(interval = "30s")]
struct Pinger {
    pings: u64,
}

#[handlers(PingMsg)]
impl Pinger {
    fn ping(&self) {}
}

fn main() {
    let system = System::new(MemoryAdapter::new());
    let _ = system.family::<Pinger>("pingers").build();
}
