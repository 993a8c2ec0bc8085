use noex::prelude::*;

#[derive(Protocol)]
enum PingMsg {
    #[call]
    Ping,
}

struct Socket;

#[derive(GenServer)]
#[genserver(protocol = PingMsg)]
#[persist(interval = "30s")]
struct Pinger(u64, Socket);

#[handlers(PingMsg)]
impl Pinger {
    fn ping(&self) {}
}

fn main() {}
