use noex::prelude::*;

#[derive(Protocol)]
enum PingMsg {
    #[call]
    Ping,
}

#[derive(GenServer)]
#[genserver(protocol = PingMsg, init = Pinger::open)]
struct Pinger {
    pings: u64,
}

impl Pinger {
    async fn open((): &(), _cx: &mut InitCx<Self>) -> Option<Self> {
        Some(Self { pings: 0 })
    }
}

#[handlers(PingMsg)]
impl Pinger {
    fn ping(&self) {}
}

fn main() {}
