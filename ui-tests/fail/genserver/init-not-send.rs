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
    async fn open(_args: &(), _cx: &mut InitCx<Self>) -> Self {
        let shared = std::rc::Rc::new(1);
        tokio::task::yield_now().await;
        Self { pings: *shared }
    }
}

#[handlers(PingMsg)]
impl Pinger {
    fn ping(&self) {}
}

fn main() {}
