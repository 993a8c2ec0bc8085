use noex::prelude::*;
use serde::{Deserialize, Serialize};

#[derive(Protocol)]
enum PingMsg {
    #[call]
    Ping,
}

#[derive(Serialize, Deserialize)]
struct Book {
    lines: Vec<String>,
}

#[derive(GenServer)]
#[genserver(protocol = PingMsg)]
#[persist(interval = "30s", snapshot = "clone")]
struct Pinger {
    pings: u64,
    book: Book,
}

#[handlers(PingMsg)]
impl Pinger {
    fn ping(&self) {}
}

fn main() {}
