use noex::prelude::*;

#[derive(Protocol)]
enum PingMsg {
    #[call]
    Ping,
}

#[derive(GenServer)]
#[genserver(protocol = PingMsg, terminate = Pinger::end)]
struct Pinger {
    pings: u64,
}

impl Pinger {
    fn end(&mut self, _cx: &mut Cx<Self>) {}
}

#[handlers(PingMsg)]
impl Pinger {
    fn ping(&self) {}
}

fn main() {}
