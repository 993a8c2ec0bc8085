//! The program that made `fixtures/orders-v1.db`: orders as version 1 of the service stored them.
//!
//! `cargo test -p orders -- --ignored make_the_fixture` makes it again. Nothing asks for that: what was stored
//! once has to stay readable.

use std::path::Path;
use std::time::{Duration, SystemTime};

use noex::prelude::*;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

#[derive(Protocol)]
enum OldMsg {
    /// Whether it is there.
    #[call]
    Ping,
}

#[derive(Clone, GenServer)]
#[genserver(protocol = OldMsg)]
#[persist(kind = "Order", version = 1)]
struct OldOrder {
    id: Uuid,
    items: Vec<(String, u32)>,
    status: OldStatus,
    created_at: SystemTime,
}

#[derive(Clone, Copy, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
enum OldStatus {
    Pending,
    Paid,
    Shipped,
}

#[noex::handlers(OldMsg)]
impl OldOrder {
    fn ping(&self) {
        let _ = self;
    }
}

#[tokio::test]
#[ignore = "writes the fixture anew"]
async fn make_the_fixture() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/orders-v1.db");
    let store = SqliteAdapter::open(&file).expect("the database opens");
    let system = System::new(store.clone());
    let orders = system
        .family::<OldOrder>("orders")
        .build()
        .expect("a family");
    for order in old_orders() {
        let new = order.clone();
        orders
            .create(&order.id, move || new.clone())
            .await
            .expect("a new order");
    }
    system.shutdown().await.expect("everything is saved");
    store.close().await.expect("the database closes");
    std::fs::remove_file(file.with_extension("db.lock")).expect("the lock is removed");
}

fn old_orders() -> [OldOrder; 3] {
    let created_at = SystemTime::UNIX_EPOCH + Duration::from_millis(1_700_000_000_250);
    let order = |number: u128, status, items: &[(&str, u32)]| OldOrder {
        id: Uuid::from_u128(number),
        items: items
            .iter()
            .map(|(sku, quantity)| ((*sku).to_owned(), *quantity))
            .collect(),
        status,
        created_at,
    };
    [
        order(1, OldStatus::Pending, &[("tea", 2), ("cup", 4), ("tea", 1)]),
        order(2, OldStatus::Paid, &[("pot", 1)]),
        order(3, OldStatus::Shipped, &[]),
    ]
}
