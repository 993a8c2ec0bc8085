use noex::prelude::*;

#[derive(Protocol)]
pub enum PingMsg {
    #[call(u64)]
    Ping,
}

#[derive(Clone)]
struct Private;

#[derive(GenServer)]
#[genserver(protocol = PingMsg, env = Private)]
pub struct Pinger {
    pings: u64,
}

#[handlers(PingMsg)]
impl Pinger {
    fn ping(&mut self) -> u64 {
        self.pings += 1;
        self.pings
    }
}

fn main() {}
