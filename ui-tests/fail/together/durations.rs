// Every option that takes a duration, each with a mistake of its own.
use noex::prelude::*;

#[derive(Protocol)]
enum PingMsg {
    #[call]
    Ping,
}

#[derive(GenServer)]
#[genserver(
    protocol = PingMsg,
    call_timeout = "5 seconds",
    start_timeout = "-5s",
    shutdown_timeout = 5,
    idle_timeout = "0m"
)]
#[persist(interval = "1.5h", max_age = "200 years", max_idle = "99999999999d", cleanup_interval = TEN_MINUTES)]
struct Pinger {
    pings: u64,
}

#[handlers(PingMsg)]
impl Pinger {
    fn ping(&self) {}
}

fn main() {}
