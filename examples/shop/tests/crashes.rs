//! Parts that crash, by chance or because somebody kills them, while the shop goes on.

use serde_json::{Value, json};

use crate::support::{FAST, SLOW, Shop, scratch};

// R1, R2, T7: a crash in the middle of a charge takes it back, and the order is paid once all the same
#[test]
fn an_order_is_finished_though_the_till_crashes_under_it() {
    let dir = scratch();
    let shop = Shop::open(dir.path(), FAST);
    let ids: Vec<_> = (1..=8).map(|id| id.to_string()).collect();

    let mut receipts = Vec::new();
    for id in &ids {
        shop.order(id);
        let order = shop.until(id, &json!("delivered"));
        receipts.push(order["receipt"].as_u64().expect("a receipt"));
    }

    shop.hear("* payments crashed: the card terminal has lost its line");
    shop.hear("* payments is back: `trade` has started incarnation 2");
    assert_eq!(receipts, (1..=8).collect::<Vec<_>>(), "none twice");
    assert_eq!(counts(&shop), (json!(84), json!({}), json!(48), json!(8)));
}

// R1, R2: each part comes back with what it had, and with it what was started after it
#[test]
fn every_part_comes_back_with_what_it_had() {
    let dir = scratch();
    let shop = Shop::open(dir.path(), SLOW);
    shop.order("1");
    let order = shop.until("1", &json!("sent"));
    let before = counts(&shop);
    assert_eq!(before, (json!(98), json!({}), json!(6), json!(1)));

    for part in ["stock", "payments", "desk", "deliveries/1"] {
        shop.kill(part);
        assert_eq!(counts(&shop), before, "after the end of {part}");
        assert_eq!(shop.until("1", &json!("sent")), order);
    }

    assert_eq!(restarts(&shop, "Stock", "stock"), 1);
    let with_stock = restarts(&shop, "Payments", "payments");
    assert!(with_stock >= 2, "it goes with the stock: {with_stock}");
    assert_eq!(
        restarts(&shop, "Delivery", "1"),
        1,
        "on a branch of its own"
    );
}

// R2: an order that was torn up is gone on with by itself
#[test]
fn an_order_that_crashes_goes_on_where_it_was() {
    let dir = scratch();
    let shop = Shop::open(dir.path(), SLOW);
    shop.order("1");
    let order = shop.until("1", &json!("sent"));

    let (status, _) = shop.post("/kill/orders/1", &Value::Null);

    assert_eq!(status, 200);
    shop.hear("* order 1 crashed: order 1 was torn up");
    shop.hear("* order 1 goes on from ");
    assert_eq!(shop.until("1", &json!("sent")), order);
}

// T10: what crashes again and again is parked, and waits for a person
#[test]
fn a_stock_that_crashes_again_and_again_is_parked_until_somebody_retries() {
    let dir = scratch();
    let shop = Shop::open(dir.path(), FAST);
    shop.order("1");
    shop.until("1", &json!("delivered"));
    let before = counts(&shop);

    // Three times from its record: the first crash is that of the stock that was made on this day.
    for _ in 0..3 {
        shop.kill("stock");
    }
    shop.post("/kill/stock", &Value::Null);
    shop.hear("stored as `stock`, is parked since ");

    let (_, parked) = shop.get("/parked");
    assert_eq!(parked[0]["key"], "stock");
    assert_eq!(parked[0]["cause"]["crashed"]["crashes"], 3);
    let (status, refused) = shop.get("/stock");
    assert_eq!(
        (status, &refused["error"]["code"]),
        (503, &json!("not_done"))
    );
    let (_, retried) = shop.post("/retry/stock", &Value::Null);
    assert_eq!(retried, json!({ "retried": true }));
    shop.hear("* stock is back: ");
    assert_eq!(counts(&shop), before);
    shop.order("2");
    shop.until("2", &json!("delivered"));
}

/// What there is to count: tea, reservations, money, receipts.
fn counts(shop: &Shop) -> (Value, Value, Value, Value) {
    let ((_, stock), (_, till)) = (shop.get("/stock"), shop.get("/payments"));
    (
        stock["left"]["tea"].clone(),
        stock["reserved"].clone(),
        till["taken"].clone(),
        till["receipts"].clone(),
    )
}

/// How often a server was started again, by the tree.
fn restarts(shop: &Shop, kind: &str, name: &str) -> u64 {
    let (_, tree) = shop.get("/tree");
    let mut ahead = vec![tree["processes"].clone()];
    while let Some(processes) = ahead.pop() {
        for process in processes.as_array().expect("a list") {
            if process["kind"] == kind && process["name"] == name {
                return process["restarts"].as_u64().expect("a number");
            }
            ahead.push(process["children"].clone());
        }
    }
    panic!("no {kind} `{name}` in {tree}");
}
