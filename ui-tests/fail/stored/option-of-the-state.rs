use noex::prelude::*;

#[derive(Stored)]
#[persist(version = 1)]
struct PingerV1 {
    pings: u32,
}

fn main() {}
