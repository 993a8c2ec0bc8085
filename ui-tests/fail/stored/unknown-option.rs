use noex::prelude::*;

#[derive(Stored)]
#[persist(crat = "noex")]
struct PingerV1 {
    pings: u64,
}

fn main() {}
