use noex::prelude::*;

#[derive(Protocol)]
enum CounterMsg {
    #[call(&str)]
    Total,
}

fn main() {}
