use noex::prelude::*;

#[derive(Protocol)]
enum CounterMsg {
    #[cast]
    #[cast]
    Reset,
}

fn main() {}
