use noex::prelude::*;

#[derive(Protocol)]
enum PingMsg {
    #[call]
    Ping,
}

#[derive(GenServer)]
#[genserver(protocol = PingMsg, args = u64, init = Pinger::open)]
struct Pinger {
    pings: u64,
}

impl Pinger {
    fn open(pings: u64, _cx: &mut InitCx<Self>) -> Self {
        Self { pings }
    }
}

#[handlers(PingMsg)]
impl Pinger {
    fn ping(&self) {}
}

fn main() {}
