use noex::prelude::*;

#[derive(Protocol)]
enum CounterMsg {
    #[call(i64)]
    #[protocol(client = Counters)]
    Add { by: i64 },
}

fn main() {}
