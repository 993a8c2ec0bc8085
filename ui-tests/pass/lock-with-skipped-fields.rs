// V4: skipped fields are no part of the shape
use noex::prelude::*;
use serde::{Deserialize, Serialize};

#[derive(Protocol)]
enum OrderMsg {
    #[call]
    Ping,
}

#[derive(Serialize, Deserialize, Shape)]
enum Status {
    Open,
    Paid { by: String },
}

mod goods {
    use noex::Shape;
    use serde::{Deserialize, Serialize};

    #[derive(Serialize, Deserialize, Shape)]
    pub struct Line {
        pub quantity: u32,
        #[serde(skip)]
        pub seen: bool,
        pub part: parts::Part,
    }

    pub mod parts {
        use noex::Shape;
        use serde::{Deserialize, Serialize};

        #[derive(Serialize, Deserialize, Shape)]
        pub struct Part {
            pub weight: u32,
        }
    }
}

mod words {
    use serde::{Deserialize, Deserializer, Serializer};

    pub fn serialize<S: Serializer>(_: &u8, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str("a word")
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u8, D::Error> {
        String::deserialize(deserializer).map(|_| 1)
    }
}

#[derive(GenServer)]
#[genserver(protocol = OrderMsg)]
#[persist(interval = "30s", kind = "order", shape = 0xf8230b97ff2410a5)]
struct Order {
    id: u64,
    #[persist(skip)]
    socket: Option<std::net::TcpStream>,
    status: Status,
    lines: Vec<goods::Line>,
    #[persist(with = "words")]
    word: u8,
}

#[handlers(OrderMsg)]
impl Order {
    fn ping(&self) {}
}

fn main() {}
