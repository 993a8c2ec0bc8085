use noex::prelude::*;

#[derive(Protocol, GenServer)]
enum PingMsg {
    #[call]
    Ping,
}

fn main() {}
