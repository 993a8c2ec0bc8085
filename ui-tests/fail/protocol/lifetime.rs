use noex::prelude::*;

#[derive(Protocol)]
enum CounterMsg<'a> {
    #[cast]
    Rename { name: &'a str },
}

fn main() {}
