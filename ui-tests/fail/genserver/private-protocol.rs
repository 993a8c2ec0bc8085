use noex::prelude::*;

#[derive(Protocol)]
enum PingMsg {
    #[call(u64)]
    Ping,
}

#[derive(GenServer)]
#[genserver(protocol = PingMsg)]
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
