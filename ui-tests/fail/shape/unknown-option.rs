use noex::prelude::*;
use serde::{Deserialize, Serialize};

#[derive(Serialize, Deserialize, Shape)]
struct Stay {
    #[shape(opaqe = "Instant@1")]
    from: u64,
}

fn main() {}
