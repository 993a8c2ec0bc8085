use noex::prelude::*;
use serde::{Deserialize, Serialize};

#[derive(Serialize, Deserialize, Shape)]
struct Stay {
    #[serde(skip)]
    #[shape(opaque = "Instant@1")]
    from: u64,
}

fn main() {}
