use noex::prelude::*;

struct Socket;

#[derive(Stored)]
struct PingerV1 {
    #[persist(skip)]
    socket: Socket,
}

fn main() {}
