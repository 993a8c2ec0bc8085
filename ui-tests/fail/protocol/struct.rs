use noex::prelude::*;

#[derive(Protocol)]
struct CounterMsg {
    by: i64,
}

fn main() {}
