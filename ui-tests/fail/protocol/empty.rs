use noex::prelude::*;

#[derive(Protocol)]
enum CounterMsg {}

fn main() {}
