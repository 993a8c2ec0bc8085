use noex::prelude::*;

#[derive(Stored)]
struct PingerV1<'a> {
    name: &'a str,
}

fn main() {}
