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
    async fn begin(&mut self, _cx: &mut Cx<Self>) -> Result<(), String> {
        let shared = std::rc::Rc::new(1);
        tokio::task::yield_now().await;
        self.pings += *shared;
        Ok(())
    }
}

#[handlers(PingMsg)]
impl Pinger {
    fn ping(&self) {}
}

fn main() {}
