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
    async fn back(&mut self, _meta: &RecordMeta) {
        let shared = std::rc::Rc::new(1);
        tokio::task::yield_now().await;
        self.pings += *shared;
    }
}

#[handlers(PingMsg)]
impl Pinger {
    fn ping(&self) {}
}

fn main() {}
