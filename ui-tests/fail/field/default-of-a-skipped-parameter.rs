use noex::prelude::*;

#[derive(Protocol)]
enum PingMsg {
    #[call]
    Ping,
}

#[derive(GenServer)]
#[genserver(protocol = PingMsg)]
#[persist(interval = "30s", kind = "pinger")]
struct Pinger<T: Default> {
    #[persist(default = Self::first())]
    pings: u64,
    #[persist(skip)]
    seen: T,
}

impl<T: Default> Pinger<T> {
    fn first() -> u64 {
        1
    }
}

#[handlers(PingMsg)]
impl<T: Default + Send + 'static> Pinger<T> {
    fn ping(&self) {}
}

fn main() {}
