use noex::prelude::*;

#[derive(Protocol)]
#[handlers(CounterMsg)]
enum CounterMsg {
    #[cast]
    Reset,
}

fn main() {}
