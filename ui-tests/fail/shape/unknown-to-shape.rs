use noex::prelude::*;
use serde::Deserialize;

#[derive(Deserialize, Shape)]
#[serde(variant_identifier)]
enum Which {
    First,
    Second,
}

fn main() {}
