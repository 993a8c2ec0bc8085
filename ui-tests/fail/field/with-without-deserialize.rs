use noex::prelude::*;

#[derive(Protocol)]
enum PingMsg {
    #[call]
    Ping,
}

mod words {
    pub fn serialize<S: serde::Serializer>(count: &u8, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_u8(*count)
    }
}

#[derive(GenServer)]
#[genserver(protocol = PingMsg)]
#[persist(interval = "30s")]
struct Pinger {
    pings: u64,
    #[persist(with = "words")]
    count: u8,
}

#[handlers(PingMsg)]
impl Pinger {
    fn ping(&self) {}
}

fn main() {}
