use noex::prelude::*;

#[derive(Protocol)]
enum CounterMsg {
    #[cast(i64)]
    Increment,
}

fn main() {}
