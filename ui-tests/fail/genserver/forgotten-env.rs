use noex::prelude::*;

#[derive(Protocol)]
enum PingMsg {
    #[call]
    Ping,
}

#[derive(GenServer)]
#[genserver(protocol = PingMsg, env = String)]
struct Pinger {
    pings: u64,
}

#[handlers(PingMsg)]
impl Pinger {
    fn ping(&self) {}
}

async fn start(system: &System) {
    let _ = system.start(Pinger::spec(|| Pinger { pings: 0 })).await;
}

fn main() {}
