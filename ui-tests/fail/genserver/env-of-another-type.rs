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
struct Pinger {
    pings: u64,
}

#[handlers(PingMsg)]
impl Pinger {
    fn ping(&self) {}
}

fn main() {
    let _ = Pinger::spec(|| Pinger { pings: 0 }).env(7);
}
