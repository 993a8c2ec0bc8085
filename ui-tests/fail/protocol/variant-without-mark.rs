use noex::prelude::*;

#[derive(Protocol)]
enum CounterMsg {
    Increment,
    #[cast]
    Reset,
}

fn main() {}
