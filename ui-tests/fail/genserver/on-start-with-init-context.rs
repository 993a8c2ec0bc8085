use noex::prelude::*;

#[derive(Protocol)]
enum PingMsg {
    #[call]
    Ping,
}

#[derive(GenServer)]
#[genserver(protocol = PingMsg, on_start = Pinger::begin)]
struct Pinger {
    pings: u64,
}

impl Pinger {
    fn begin(&mut self, _cx: &mut InitCx<Self>) {}
}

#[handlers(PingMsg)]
impl Pinger {
    fn ping(&self) {}
}

fn main() {}
