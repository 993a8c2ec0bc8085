use noex::prelude::*;

#[derive(Protocol)]
enum CounterMsg {
    #[cast]
    Reset,
}

#[handlers(CounterMsg)]
fn reset() {}

fn main() {}
