use noex::prelude::*;

#[derive(Protocol)]
enum PingMsg {
    #[call]
    Ping,
}

#[derive(GenServer)]
#[genserver(protocol = PingMsg)]
#[persist(interval = "30s", kind = "pinger", shape = 0)]
struct Pinger<const N: usize> {
    pings: u64,
}

#[handlers(PingMsg)]
impl<const N: usize> Pinger<N> {
    fn ping(&self) {}
}

fn main() {}
