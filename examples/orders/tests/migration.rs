//! Orders of version 1, from a database as that version left it.

use std::path::Path;
use std::sync::Arc;

use axum::http::StatusCode;
use noex::Family;
use noex::prelude::*;
use noex::testing::ScratchDir;
use orders::gateway::SimulatedGateway;
use orders::order::Order;
use serde_json::json;

use crate::support::Shop;

// V1: a record of version 1 is taken to version 2 when it is first touched
#[tokio::test]
async fn an_old_order_is_there_as_a_new_one() {
    let dir = old_database();
    let shop = Shop::open(dir.path());

    let (status, order) = shop.get(&path(1)).await;

    assert_eq!(status, StatusCode::OK);
    assert_eq!(order["items"], json!({ "tea": 3, "cup": 4 }));
    assert_eq!(order["status"], "pending");
    assert_eq!(order["created_at"], "2023-11-14T22:13:20.250Z");
    assert_eq!(order["updated_at"], order["created_at"]);
    shop.close().await;
}

#[tokio::test]
async fn every_old_order_goes_on_from_where_it_was() {
    let dir = old_database();
    let shop = Shop::open(dir.path());
    assert_eq!(
        shop.get("/orders").await.1["orders"]
            .as_array()
            .map(Vec::len),
        Some(3)
    );

    let paid = shop
        .post(&format!("{}/pay", path(1)), r#"{"card":"tok_visa"}"#)
        .await;
    let shipped = shop.post(&format!("{}/ship", path(2)), "").await;
    let late = shop.post(&format!("{}/ship", path(3)), "").await;

    assert_eq!(
        (paid.0, &paid.1["status"]),
        (StatusCode::OK, &json!("paid"))
    );
    assert_eq!(
        (shipped.0, &shipped.1["status"]),
        (StatusCode::OK, &json!("shipped"))
    );
    assert_eq!(late.0, StatusCode::CONFLICT);
    shop.close().await;
}

// V1, S11: only what was touched is written anew, and that without a change
#[tokio::test]
async fn an_old_order_is_stored_as_a_new_one_once_it_was_touched() {
    let dir = old_database();
    let shop = Shop::open(dir.path());
    let before = shop.get(&path(1)).await;
    shop.close().await;

    let store = SqliteAdapter::open(dir.path().join("orders.db")).expect("the database opens");
    let system = System::new(store);
    let orders = orders(&system);
    assert_eq!(
        (version(&orders, 1).await, version(&orders, 2).await),
        (2, 1)
    );
    system.shutdown().await.expect("nothing to save");

    let shop = Shop::open(dir.path());
    assert_eq!(shop.get(&path(1)).await, before);
    shop.close().await;
}

fn old_database() -> ScratchDir {
    let dir = ScratchDir::new().expect("a place for the database");
    let fixture = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/orders-v1.db");
    std::fs::copy(fixture, dir.path().join("orders.db")).expect("the fixture is there");
    dir
}

fn orders(system: &System) -> Family<Order> {
    let gateway = Arc::new(SimulatedGateway::default());
    orders::service::orders(system, gateway, noex::config::ServerConfig::new()).expect("a family")
}

fn id(number: u128) -> uuid::Uuid {
    uuid::Uuid::from_u128(number)
}

fn path(number: u128) -> String {
    format!("/orders/{}", id(number))
}

async fn version(orders: &Family<Order>, number: u128) -> u32 {
    let meta = orders.peek(&id(number)).await.expect("a sound record");
    meta.expect("a record").version
}
