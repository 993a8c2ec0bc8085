use noex::prelude::*;

#[derive(Protocol)]
enum CounterMsg {
    #[call(durable)]
    Increment,
}

fn main() {}
