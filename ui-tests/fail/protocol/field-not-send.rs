// Two errors: the protocol, and its client.
use noex::prelude::*;

#[derive(Protocol)]
enum CounterMsg {
    #[cast]
    Share(std::rc::Rc<u8>),
}

fn main() {}
