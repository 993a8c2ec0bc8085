use noex::prelude::*;

#[derive(Stored)]
#[persist(shape = 0x15a1bd959e58f398)]
struct OrderV1 {
    items: Vec<u64>,
}

fn main() {}
