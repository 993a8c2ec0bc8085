use noex::prelude::*;

#[derive(Protocol)]
enum CounterMsg {
    #[cast]
    Super,
}

fn main() {}
