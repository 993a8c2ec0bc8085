use noex::prelude::*;

#[derive(Protocol)]
union CounterMsg {
    add: i64,
    set: i64,
}

fn main() {}
