use noex::prelude::*;

#[derive(Protocol)]
enum CounterMsg {
    #[call(i64)]
    #[cast]
    Increment,
}

fn main() {}
