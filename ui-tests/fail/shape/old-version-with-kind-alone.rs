use noex::prelude::*;

#[derive(Stored)]
#[persist(kind = "order")]
struct OrderV1 {
    items: Vec<u64>,
}

fn main() {}
