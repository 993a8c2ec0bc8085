use noex::prelude::*;

struct Socket;

#[derive(Stored)]
struct PingerV1 {
    socket: Socket,
}

fn main() {}
