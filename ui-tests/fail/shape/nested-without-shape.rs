use noex::prelude::*;
use serde::{Deserialize, Serialize};

#[derive(Serialize, Deserialize)]
struct Instant(u64);

#[derive(Serialize, Deserialize, Shape)]
struct Stay {
    from: Option<Instant>,
}

fn main() {}
