use noex::prelude::*;
use serde::{Deserialize, Serialize};

#[derive(Serialize, Deserialize, Shape)]
#[shape(opaque = "Stay@1")]
struct Stay {
    from: u64,
}

fn main() {}
