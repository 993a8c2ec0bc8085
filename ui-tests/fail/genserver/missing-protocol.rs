use noex::prelude::*;

#[derive(Protocol)]
enum PingMsg {
    #[call]
    Ping,
}

#[derive(GenServer)]
#[genserver(mailbox = 10)]
struct Pinger {
    pings: u64,
}

fn main() {}
