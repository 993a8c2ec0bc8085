use noex::prelude::*;

#[derive(Protocol)]
enum PingMsg {
    #[call]
    Ping,
}

#[derive(GenServer)]
#[genserver(protocol = PingMsg)]
#[persist(interval = "30s", after_persist = Pinger::saved)]
struct Pinger {
    pings: u64,
}

impl Pinger {
    fn saved(&mut self, _meta: &RecordMeta) -> Result<(), String> {
        Ok(())
    }
}

#[handlers(PingMsg)]
impl Pinger {
    fn ping(&self) {}
}

fn main() {}
