use noex::prelude::*;

#[derive(Protocol)]
enum CounterMsg {
    #[cast]
    Name(&str),
}

fn main() {}
