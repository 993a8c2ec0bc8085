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
enum Pinger {
    Idle,
    Busy { socket: Socket },
}

#[handlers(PingMsg)]
impl Pinger {
    fn ping(&self) {}
}

fn main() {}
