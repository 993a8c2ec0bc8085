use noex::prelude::*;

#[derive(Protocol)]
enum CounterMsg {
    #[cast]
    Reset,
}

#[handlers(CounterMsg)]
struct Counter;

fn main() {}
