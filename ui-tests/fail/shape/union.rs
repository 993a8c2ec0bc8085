use noex::prelude::*;

#[derive(Shape)]
union Either {
    one: u64,
    other: i64,
}

fn main() {}
