// Every place with options, each with a mistake of its own: none hides another.
use noex::prelude::*;

#[derive(Protocol)]
#[protocol(client)]
enum PingMsg {
    #[call(u64, u64)]
    Ping,
    #[info(now)]
    Tick,
    Reset,
}

#[derive(Stored)]
#[persist(version = 1)]
struct PingerV1 {
    #[persist(skip, rename = "sum")]
    pings: u32,
}

#[derive(GenServer)]
#[genserver(protocol = PingMsg, interval = "30s", inline)]
#[genserver(inline = maybe)]
#[persist(mailbox = 1, version = 2, kind = "", on_unreadable = "ignore")]
struct Pinger {
    #[persist(default = 1, default = 2)]
    pings: u64,
    #[persist(rename = "pings")]
    pongs: u64,
}

#[handlers(PingMsg, crate)]
impl Pinger {
    fn ping(self) -> u64 {
        0
    }

    fn tick(&self, cx: &Cx<Self>) {}

    unsafe fn reset(&mut self) {}
}

fn main() {}
