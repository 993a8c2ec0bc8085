use noex::prelude::*;

#[derive(Stored)]
#[persist(kind = "order", shape = 0x15a1bd959e58f398)]
struct OrderV1 {
    items: Vec<u64>,
}

fn main() {}
