use noex::prelude::*;
use serde::{Deserialize, Serialize};

#[derive(Serialize, Deserialize, Shape)]
struct Stay {
    #[shape(opaque = "")]
    from: u64,
}

fn main() {}
