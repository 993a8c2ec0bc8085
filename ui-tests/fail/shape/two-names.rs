use noex::prelude::*;
use serde::{Deserialize, Serialize};

#[derive(Serialize, Deserialize, Shape)]
struct Stay {
    #[serde(rename(serialize = "start", deserialize = "from"))]
    from: u64,
}

fn main() {}
