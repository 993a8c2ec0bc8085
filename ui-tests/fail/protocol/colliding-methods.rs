use noex::prelude::*;

#[derive(Protocol)]
enum CounterMsg {
    #[cast]
    HttpGet,
    #[cast]
    HTTPGet,
}

fn main() {}
