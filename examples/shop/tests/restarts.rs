//! The whole shop ends, as it was asked to or in the middle of everything, and is opened again.

use serde_json::json;

use crate::support::{FAST, SLOW, Shop, scratch};

// R3: Ctrl-C stops everything, saving, and says so
#[test]
fn a_closed_shop_opens_with_what_it_had() {
    let dir = scratch();
    let shop = Shop::open(dir.path(), FAST);
    shop.order("1");
    let order = shop.until("1", &json!("delivered"));

    let (code, last) = shop.close();

    assert_eq!(code, Some(0));
    assert_eq!(last, "4 servers stopped, nothing lost");
    let shop = Shop::open(dir.path(), FAST);
    assert_eq!(shop.get("/orders/1"), (200, order));
    assert_eq!(shop.get("/stock").1["left"]["tea"], 98);
    assert_eq!(
        shop.get("/payments").1,
        json!({ "taken": 6, "receipts": 1 })
    );
}

// R3: a delivery under way is saved, too, and goes on
#[test]
fn a_delivery_goes_on_after_the_night() {
    let dir = scratch();
    let shop = Shop::open(dir.path(), SLOW);
    shop.order("1");
    shop.until("1", &json!("sent"));

    let (code, last) = shop.close();

    assert_eq!(code, Some(0));
    assert_eq!(last, "5 servers stopped, nothing lost");
    let record = dir.path().join("deliveries%3a1.json");
    assert!(record.exists());
    let shop = Shop::open(dir.path(), FAST);
    shop.until("1", &json!("delivered"));
    shop.close();
    assert!(!record.exists(), "what has arrived leaves nothing behind");
}

// A2, S12: an order that was acknowledged survives `kill -9` in the middle of everything, and is done once
#[test]
fn no_order_that_was_answered_is_lost_or_done_twice() {
    let dir = scratch();
    let ids: Vec<_> = (1..=12).map(|id| id.to_string()).collect();
    for ids in ids.chunks(3) {
        let shop = Shop::open(dir.path(), FAST);
        for id in ids {
            shop.order(id);
        }
        shop.kill_9();
    }

    let shop = Shop::open(dir.path(), FAST);

    for id in &ids {
        shop.until(id, &json!("delivered"));
    }
    let (_, stock) = shop.get("/stock");
    assert_eq!(stock["left"]["tea"], 100 - 2 * 12);
    assert_eq!(stock["reserved"], json!({}));
    let (_, till) = shop.get("/payments");
    assert_eq!(till, json!({ "taken": 6 * 12, "receipts": 12 }));
}
