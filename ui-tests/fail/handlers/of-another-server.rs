// Two errors: a server without handlers, and handlers without their server.
use noex::prelude::*;

#[derive(Protocol)]
enum PingMsg {
    #[call(u64)]
    Ping,
}

#[derive(Protocol)]
enum PongMsg {
    #[call(u64)]
    Pong,
}

#[derive(GenServer, Default)]
#[genserver(protocol = PingMsg)]
struct Pinger {
    pings: u64,
}

#[handlers(PongMsg)]
impl Pinger {
    fn pong(&mut self) -> u64 {
        self.pings += 1;
        self.pings
    }
}

fn main() {}
