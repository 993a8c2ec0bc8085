use noex::prelude::*;

#[derive(Protocol)]
enum PingMsg {
    #[call]
    Ping,
}

#[derive(GenServer)]
#[genserver(protocol = PingMsg)]
#[persist(interval = "30s", on_restore = Pinger::back)]
struct Pinger {
    pings: u64,
}

impl Pinger {
    async fn back(&mut self, _meta: &RecordMeta) -> Result<bool, String> {
        Ok(true)
    }
}

#[handlers(PingMsg)]
impl Pinger {
    fn ping(&self) {}
}

fn main() {}
