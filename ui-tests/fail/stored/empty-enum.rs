use noex::prelude::*;

#[derive(Stored)]
enum PingerV1 {}

fn main() {}
