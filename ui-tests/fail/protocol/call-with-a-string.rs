use noex::prelude::*;

#[derive(Protocol)]
enum CounterMsg {
    #[call("i64")]
    Increment,
}

fn main() {}
