use noex::prelude::*;

#[derive(Protocol)]
#[call(i64)]
enum CounterMsg {
    Add { by: i64 },
}

fn main() {}
