use noex::prelude::*;

#[derive(Protocol)]
enum PingMsg {
    #[call]
    Ping,
}

struct Socket;

#[derive(GenServer)]
#[genserver(protocol = PingMsg)]
#[persist(interval = "30s")]
struct Pinger {
    pings: u64,
    sockets: Vec<Option<Socket>>,
}

#[handlers(PingMsg)]
impl Pinger {
    fn ping(&self) {}
}

fn main() {}
