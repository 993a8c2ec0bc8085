use noex::prelude::*;

#[derive(Stored)]
union PingerV1 {
    pings: u32,
}

fn main() {}
