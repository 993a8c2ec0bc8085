// Every hook is wrong in its own way; each is reported at its path.
use noex::prelude::*;

#[derive(Protocol)]
enum PingMsg {
    #[call]
    Ping,
}

#[derive(GenServer)]
#[genserver(protocol = PingMsg, init = Pinger::open, on_start = Pinger::begin, terminate = Pinger::close)]
#[persist(
    interval = "30s",
    before_persist = Pinger::stamp,
    after_persist = Pinger::saved,
    on_restore = Pinger::back,
    on_error = Pinger::report
)]
struct Pinger {
    pings: u64,
}

impl Pinger {
    fn open() -> Self {
        Self { pings: 0 }
    }

    fn begin(&mut self) {}

    fn close(&mut self) -> bool {
        false
    }

    fn stamp(&self) {}

    fn saved(&mut self) {}

    fn back(&mut self, _meta: &RecordMeta) -> bool {
        false
    }

    fn report(&self) {}
}

#[handlers(PingMsg)]
impl Pinger {
    fn ping(&self) {}
}

fn main() {}
