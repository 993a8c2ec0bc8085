//! What the shop says: its tree, its answers, its refusals.

use serde_json::{Value, json};

use crate::support::{FAST, SLOW, Shop, program, scratch};

#[test]
fn the_tree_is_shown_at_the_start_and_when_it_is_asked_for() {
    let dir = scratch();
    let shop = Shop::open(dir.path(), SLOW);
    shop.hear("supervisor one_for_one `shop`");
    shop.hear("  supervisor dynamic `deliveries`");
    shop.hear("  supervisor rest_for_one `trade`");
    shop.hear("    Stock `stock`");
    shop.hear("    Payments `payments`");
    shop.hear("    family of Order `orders`");
    shop.hear("    Desk `desk`");
    shop.order("1");
    shop.until("1", &json!("sent"));

    let tree = shop.read("/tree");

    assert!(tree.starts_with("5 servers: "), "{tree}");
    assert!(tree.contains("\n    Delivery `1` #"), "{tree}");
    assert!(tree.contains("\n      Order `1` #"), "{tree}");
    let (_, tree) = shop.get("/tree");
    assert_eq!(tree["processes"][0]["name"], "shop");
}

#[test]
fn an_order_is_placed_once() {
    let dir = scratch();
    let shop = Shop::open(dir.path(), SLOW);
    shop.order("1");

    let (status, order) = shop.place("1", &json!({ "tea": 2 }));
    assert_eq!((status, &order["id"]), (200, &json!("1")));
    let (status, refused) = shop.place("1", &json!({ "tea": 3 }));
    assert_eq!(status, 409);
    assert_eq!(refused["error"]["code"], "another_order");

    shop.until("1", &json!("sent"));
    assert_eq!(shop.get("/stock").1["left"]["tea"], 98);
}

#[test]
fn an_order_the_stock_is_too_short_for_costs_nothing() {
    let dir = scratch();
    let shop = Shop::open(dir.path(), FAST);
    let (status, _) = shop.place("1", &json!({ "tea": 1, "pot": 21 }));
    assert_eq!(status, 201);

    let why = json!({ "refused": { "why": "20 of `pot` left, 21 wanted" } });
    shop.until("1", &why);

    assert_eq!(shop.get("/stock").1["left"]["tea"], 100);
    assert_eq!(shop.get("/payments").1["taken"], 0);
}

#[test]
fn what_is_not_there_is_told() {
    let dir = scratch();
    let shop = Shop::open(dir.path(), FAST);
    for path in ["/orders/1", "/nowhere"] {
        let (status, answer) = shop.get(path);
        assert_eq!(
            (status, &answer["error"]["code"]),
            (404, &json!("not_found"))
        );
    }
    for part in ["nobody", "stock/1", "orders/1", "deliveries/1"] {
        let (status, answer) = shop.post(&format!("/kill/{part}"), &Value::Null);
        assert_eq!(status, 404, "{part}: {answer}");
    }
    let (status, answer) = shop.post("/orders/1", &json!({ "item": {} }));
    assert_eq!(
        (status, &answer["error"]["code"]),
        (422, &json!("bad_request"))
    );
    assert_eq!(shop.get("/parked"), (200, json!([])));
    let (_, retried) = shop.post("/retry/stock", &Value::Null);
    assert_eq!(retried, json!({ "retried": false }));
}

// A5: a second process on the same records is refused
#[test]
fn a_second_shop_on_the_same_records_is_refused() {
    let dir = scratch();
    let _first = Shop::open(dir.path(), FAST);
    let data = dir.path().to_str().expect("a path of text");

    let second = program(&["--data", data, "--listen", "127.0.0.1:0"]).output();

    let second = second.expect("the program runs");
    assert_eq!(second.status.code(), Some(1));
    let told = String::from_utf8_lossy(&second.stderr);
    assert!(told.starts_with("shop: "), "{told}");
    assert!(told.contains("is in use by process"), "{told}");
}

#[test]
fn a_wrong_command_line_is_told_and_help_is_given() {
    let output = program(&["--port", "1"]).output().expect("it runs");
    assert_eq!(output.status.code(), Some(2));
    assert_eq!(
        String::from_utf8_lossy(&output.stderr),
        "shop: unknown option `--port`; `shop --help` lists them\n"
    );

    let output = program(&["--help"]).output().expect("it runs");
    assert_eq!(output.status.code(), Some(0));
    assert!(String::from_utf8_lossy(&output.stdout).starts_with("usage: shop [--listen "));
}
