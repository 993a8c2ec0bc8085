use noex::prelude::*;

#[derive(Protocol)]
enum PingMsg {
    #[call(u64)]
    Ping,
    #[cast]
    Forget,
    #[info]
    Tick,
}

#[derive(GenServer, Default)]
#[genserver(mailbox = 10)]
struct Pinger {
    pings: u64,
}

#[handlers(PingMsg)]
impl Pinger {
    fn ping(&mut self, cx: &mut Cx<Self>) -> u64 {
        cx.send_after(std::time::Duration::from_secs(1), PingMsg::Tick);
        self.pings += 1;
        self.pings
    }

    async fn forget(&mut self) {
        self.pings = 0;
    }

    fn tick(&mut self) {}
}

async fn run(system: &System) -> Result<u64, noex::Error> {
    let pinger = system.start(Pinger::spec(Pinger::default)).await?;
    pinger.forget().await?;
    Ok(pinger.ping().await?)
}

fn main() {}
