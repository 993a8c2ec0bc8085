use noex::prelude::*;

#[derive(Protocol)]
#[protocol(client = "Counter")]
enum CounterMsg {
    #[call(i64)]
    Total,
}

fn main() {}
