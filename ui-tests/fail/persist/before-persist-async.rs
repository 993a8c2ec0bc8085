use noex::prelude::*;

#[derive(Protocol)]
enum PingMsg {
    #[call]
    Ping,
}

#[derive(GenServer)]
#[genserver(protocol = PingMsg)]
#[persist(interval = "30s", before_persist = Pinger::stamp)]
struct Pinger {
    pings: u64,
}

impl Pinger {
    async fn stamp(&self) -> Persist<Stored<Self>> {
        Persist::AsIs
    }
}

#[handlers(PingMsg)]
impl Pinger {
    fn ping(&self) {}
}

fn main() {}
