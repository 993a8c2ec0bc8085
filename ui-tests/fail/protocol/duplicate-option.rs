use noex::prelude::*;

#[derive(Protocol)]
#[protocol(client = Counter, client = Other)]
enum CounterMsg {
    #[call]
    Ping,
}

fn main() {}
