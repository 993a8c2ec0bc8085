use noex::prelude::*;

#[derive(Protocol)]
enum CounterMsg {
    #[call(Totl)]
    Total,
}

fn main() {}
