use noex::prelude::*;

#[derive(Protocol)]
enum PingMsg {
    #[call]
    Ping,
}

#[derive(GenServer)]
#[genserver(protocol = PingMsg)]
#[persist(interval = "30s")]
struct Pinger<T> {
    last: Option<T>,
}

#[handlers(PingMsg)]
impl<T: Send + serde::Serialize + serde::de::DeserializeOwned + 'static> Pinger<T> {
    fn ping(&self) {}
}

fn main() {}
