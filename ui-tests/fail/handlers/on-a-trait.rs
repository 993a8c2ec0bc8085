use noex::prelude::*;

#[derive(Protocol)]
enum CounterMsg {
    #[cast]
    Reset,
}

#[handlers(CounterMsg)]
trait Resets {
    fn reset(&mut self);
}

fn main() {}
