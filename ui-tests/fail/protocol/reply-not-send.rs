// Two errors: the reply itself, and the protocol that hands replies on.
use noex::prelude::*;

#[derive(Protocol)]
enum CounterMsg {
    #[call(std::rc::Rc<u8>)]
    Share,
}

fn main() {}
