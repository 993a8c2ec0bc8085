// Two errors, at the derives: each of serde's is one too many.
use noex::prelude::*;

#[derive(Stored, serde::Serialize, serde::Deserialize)]
struct PingerV1 {
    pings: u64,
}

fn main() {}
