use noex::prelude::*;
use serde::{Deserialize, Serialize};

#[derive(Serialize, Deserialize, Shape)]
struct Stay {
    #[serde(default, skip_serializing)]
    from: u64,
}

fn main() {}
