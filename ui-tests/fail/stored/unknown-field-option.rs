use noex::prelude::*;

#[derive(Stored)]
struct PingerV1 {
    #[persist(defualt)]
    pings: u64,
}

fn main() {}
