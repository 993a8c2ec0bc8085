use noex::prelude::*;
use serde::{Deserialize, Serialize};

#[derive(Clone, Serialize, Deserialize, Shape)]
#[serde(into = "u64")]
struct Stay {
    from: u64,
}

impl From<Stay> for u64 {
    fn from(stay: Stay) -> Self {
        stay.from
    }
}

fn main() {}
