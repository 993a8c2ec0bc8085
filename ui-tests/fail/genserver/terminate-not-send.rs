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
    async fn end(&mut self, _reason: &noex::ExitReason, _cx: &mut Cx<Self>) {
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
