use noex::prelude::*;

#[derive(Protocol)]
enum CounterMsg {
    #[call = "i64"]
    Total,
}

fn main() {}
