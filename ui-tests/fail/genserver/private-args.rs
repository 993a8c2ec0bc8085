use noex::prelude::*;

#[derive(Protocol)]
pub enum PingMsg {
    #[call(u64)]
    Ping,
}

struct Private;

#[derive(GenServer)]
#[genserver(protocol = PingMsg, args = Private, init = Self::open)]
pub struct Pinger {
    pings: u64,
}

impl Pinger {
    fn open(_args: &Private, _cx: &mut InitCx<Self>) -> Self {
        Self { pings: 0 }
    }
}

#[handlers(PingMsg)]
impl Pinger {
    fn ping(&mut self) -> u64 {
        self.pings += 1;
        self.pings
    }
}

fn main() {}
