use noex::prelude::*;

#[derive(Protocol)]
enum CounterMsg {
    #[call(,)]
    Total,
}

fn main() {}
