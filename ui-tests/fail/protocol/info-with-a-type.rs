use noex::prelude::*;

#[derive(Protocol)]
enum CounterMsg {
    #[info(u8)]
    Tick,
    #[cast]
    Reset,
}

fn main() {}
