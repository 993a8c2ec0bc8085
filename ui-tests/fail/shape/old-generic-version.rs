use noex::prelude::*;

#[derive(Stored)]
#[persist(kind = "order", shape = 0)]
struct OrderV1<const N: usize> {
    items: Vec<u64>,
}

fn main() {}
