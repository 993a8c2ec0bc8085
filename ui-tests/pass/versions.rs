use std::collections::HashMap;
use std::convert::Infallible;

use noex::prelude::*;
use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
struct Sku(u32);

#[derive(Protocol)]
enum OrderMsg {
    #[call(String)]
    Show,
}

#[derive(Stored, Debug, PartialEq)]
struct OrderV1 {
    #[persist(rename = "name")]
    title: String,
    #[persist(as = "Vec<(_, _)>")]
    items: HashMap<Sku, u8>,
    #[persist(skip)]
    cached: u8,
    #[persist(default = 3)]
    priority: u8,
    note: Option<String>,
}

#[derive(Stored)]
enum OrderV2 {
    Open(String, u8),
}

#[derive(GenServer)]
#[genserver(protocol = OrderMsg)]
#[persist(interval = "30s", version = 3, migrate(2 = OrderV2, 1 = OrderV1))]
struct Order {
    title: String,
    items: u64,
}

impl TryFrom<OrderV1> for OrderV2 {
    type Error = String;

    fn try_from(old: OrderV1) -> Result<Self, String> {
        u8::try_from(old.items.len())
            .map(|items| Self::Open(old.title, items))
            .map_err(|error| error.to_string())
    }
}

impl From<OrderV2> for Order {
    fn from(OrderV2::Open(title, items): OrderV2) -> Self {
        Self {
            title,
            items: items.into(),
        }
    }
}

#[handlers(OrderMsg)]
impl Order {
    fn show(&self) -> String {
        format!("{} {}", self.title, self.items)
    }
}

fn main() -> Result<(), Infallible> {
    let old = OrderV1 {
        title: "books".to_owned(),
        items: [(Sku(1), 2)].into(),
        cached: 4,
        priority: 5,
        note: None,
    };
    let text = serde_json::to_string(&old).expect("it can be written");
    assert_eq!(
        text,
        r#"{"name":"books","items":[[1,2]],"priority":5,"note":null}"#
    );
    let back: OrderV1 =
        serde_json::from_str(r#"{"name":"books","items":[[1,2]]}"#).expect("it can be read");
    assert_eq!(
        back,
        OrderV1 {
            cached: 0,
            priority: 3,
            ..old
        }
    );
    let missing =
        serde_json::from_str::<OrderV1>(r#"{"items":[]}"#).expect_err("a name is missing");
    assert!(
        missing.to_string().starts_with("missing field `name`"),
        "{missing}"
    );
    let open: OrderV2 = serde_json::from_str(r#"{"Open":["books",2]}"#).expect("it can be read");
    assert_eq!(Order::from(open).show(), "books 2");
    Ok(())
}
