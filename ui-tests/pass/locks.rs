// V4: a lock of a state and of an old version, as text and as values that never change
use noex::prelude::*;
use noex::shape::Locked;
use serde::{Deserialize, Serialize};

#[derive(Protocol)]
enum OrderMsg {
    #[call(u32)]
    Count,
}

#[derive(Serialize, Deserialize, Shape)]
struct Item {
    sku: String,
    quantity: u32,
}

#[derive(Stored)]
#[persist(kind = "order", shape = 0x15a1bd959e58f398)]
struct OrderV1 {
    items: Vec<Item>,
}

#[derive(GenServer)]
#[genserver(protocol = OrderMsg)]
#[persist(interval = "30s", kind = "order", version = 2, migrate(1 = OrderV1), shape = 0x71fe_1ba0_6ad0_8249)]
struct Order {
    items: Vec<Item>,
    #[persist(default)]
    note: Option<String>,
    #[persist(skip)]
    cached: u8,
}

impl From<OrderV1> for Order {
    fn from(old: OrderV1) -> Self {
        Self {
            items: old.items,
            note: None,
            cached: 0,
        }
    }
}

#[handlers(OrderMsg)]
impl Order {
    fn count(&self) -> u32 {
        self.items.iter().map(|item| item.quantity).sum()
    }
}

fn main() {
    assert_eq!(Order::LOCK.hash(), 0x71fe_1ba0_6ad0_8249);
    assert_eq!(OrderV1::LOCK.kind, "order");
    assert_eq!(
        Order::LOCK.to_string(),
        "kind: order
version: 2
shape: 0x71fe1ba06ad08249

struct
  items: list of struct
    quantity: u32
    sku: string
  note (default): option of string
"
    );
}
