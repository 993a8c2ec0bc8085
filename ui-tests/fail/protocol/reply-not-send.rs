use noex::prelude::*;

#[derive(Protocol)]
enum CounterMsg {
    #[call(std::rc::Rc<u8>)]
    Share,
}

fn main() {}
