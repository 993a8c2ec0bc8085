use noex::prelude::*;

#[derive(Protocol)]
enum PingMsg {
    #[call]
    Ping,
}

enum Plain {}

#[derive(GenServer)]
#[genserver(protocol = Plain)]
struct Pinger {
    pings: u64,
}

fn main() {}
