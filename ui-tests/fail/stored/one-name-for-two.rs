use noex::prelude::*;

#[derive(Stored)]
struct PingerV1 {
    pings: u64,
    #[persist(rename = "pings")]
    pongs: u64,
}

fn main() {}
