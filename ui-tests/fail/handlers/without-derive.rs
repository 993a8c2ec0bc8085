// Two errors: the compiler reports the attribute without its derive, and the trait that is not implemented.
use noex::prelude::*;

#[derive(Protocol)]
enum PingMsg {
    #[call(u64)]
    Ping,
    #[cast]
    Forget,
}

#[derive(Default)]
#[genserver(protocol = PingMsg)]
struct Pinger {
    pings: u64,
}

#[handlers(PingMsg)]
impl Pinger {
    fn ping(&mut self) -> u64 {
        self.pings += 1;
        self.pings
    }

    async fn forget(&mut self) {
        self.pings = 0;
    }
}

fn main() {}
