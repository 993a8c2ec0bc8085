//! The service over HTTP: what is answered to what.

use crate::support::{Answer, Shop};
use axum::body::Body;
use axum::http::{Method, Request, StatusCode, header};
use noex::testing::ScratchDir;
use serde_json::{Value, json};

/// The order of these tests.
const ORDER: &str = "/orders/11111111-1111-4111-8111-111111111111";

/// An order that nobody made.
const UNKNOWN: &str = "/orders/99999999-9999-4999-8999-999999999999";

#[tokio::test]
async fn an_order_goes_from_its_first_item_to_the_post() {
    let (dir, shop) = shop();
    create(&shop, r#"{"tea":2}"#).await;

    let (status, order) = add(&shop, "cup", "4").await;
    assert_eq!(status, StatusCode::OK);
    assert_eq!(order["items"], json!({ "tea": 2, "cup": 4 }));
    assert_eq!(order["units"], 6);

    let (status, order) = shop
        .post(&format!("{ORDER}/pay"), r#"{"card":"tok_visa"}"#)
        .await;
    assert_eq!(status, StatusCode::OK);
    assert_eq!(order["status"], "paid");
    assert_eq!(order["receipt"], "rcpt_11111111111141118111111111111111");

    let (status, order) = shop.post(&format!("{ORDER}/ship"), "").await;
    assert_eq!(
        (status, &order["status"]),
        (StatusCode::OK, &json!("shipped"))
    );
    assert_eq!(shop.get(ORDER).await, (StatusCode::OK, order));
    closed(shop, dir).await;
}

#[tokio::test]
async fn a_new_order_says_where_it_is() {
    let (dir, shop) = shop();
    let request = Request::post("/orders")
        .header(header::CONTENT_TYPE, "application/json")
        .body(Body::from("{}"))
        .expect("a sound request");

    let response = shop.send(request).await;

    assert_eq!(response.status(), StatusCode::CREATED);
    let place = response.headers()[header::LOCATION].to_str().expect("text");
    assert_eq!(shop.get(place).await.0, StatusCode::OK);
    closed(shop, dir).await;
}

// S12: `create` of a key with a record is refused, live or not
#[tokio::test]
async fn an_id_is_given_once() {
    let (dir, shop) = shop();
    create(&shop, r#"{"tea":2}"#).await;
    let again = format!(r#"{{"id":"{}"}}"#, id());

    refused(
        shop.post("/orders", &again).await,
        StatusCode::CONFLICT,
        "exists",
    );
    shop.close().await;
    let shop = Shop::open(dir.path());
    refused(
        shop.post("/orders", &again).await,
        StatusCode::CONFLICT,
        "exists",
    );

    assert_eq!(shop.get(ORDER).await.1["units"], 2);
    closed(shop, dir).await;
}

// S12: a key without a record
#[tokio::test]
async fn an_order_that_is_not_there_is_not_found_by_any_route() {
    let (dir, shop) = shop();
    let item = r#"{"sku":"tea","quantity":1}"#;

    refused(
        shop.get(UNKNOWN).await,
        StatusCode::NOT_FOUND,
        "no_such_order",
    );
    for (what, body) in [
        ("items", item),
        ("pay", r#"{"card":"tok_visa"}"#),
        ("ship", ""),
        ("cancel", ""),
        ("checkpoint", ""),
    ] {
        let answer = shop.post(&format!("{UNKNOWN}/{what}"), body).await;
        refused(answer, StatusCode::NOT_FOUND, "no_such_order");
    }
    assert_eq!(shop.get("/orders").await.1["orders"], json!([]));
    closed(shop, dir).await;
}

#[tokio::test]
async fn a_request_that_cannot_be_read_is_told_why() {
    let (dir, shop) = shop();
    create(&shop, "{}").await;

    refused(
        shop.post("/orders", "{").await,
        StatusCode::BAD_REQUEST,
        "bad_request",
    );
    refused(
        shop.get("/orders/17").await,
        StatusCode::BAD_REQUEST,
        "not_an_id",
    );
    refused(
        shop.get("/orders?limit=all").await,
        StatusCode::BAD_REQUEST,
        "bad_request",
    );
    for body in [
        r#"{"id":"17"}"#,
        r#"{"items":{"two words":1}}"#,
        r#"{"items":{"tea":-1}}"#,
        r#"{"colour":"red"}"#,
    ] {
        let answer = shop.post("/orders", body).await;
        refused(answer, StatusCode::UNPROCESSABLE_ENTITY, "bad_request");
    }
    refused(
        shop.get("/order").await,
        StatusCode::NOT_FOUND,
        "no_such_path",
    );
    let answer = shop.answer(Method::DELETE, "/orders", "").await;
    refused(answer, StatusCode::METHOD_NOT_ALLOWED, "no_such_method");
    closed(shop, dir).await;
}

#[tokio::test]
async fn a_body_that_is_not_called_json_is_refused() {
    let (dir, shop) = shop();
    let request = Request::post("/orders")
        .body(Body::from("{}"))
        .expect("a sound request");

    let response = shop.send(request).await;

    assert_eq!(response.status(), StatusCode::UNSUPPORTED_MEDIA_TYPE);
    closed(shop, dir).await;
}

#[tokio::test]
async fn an_order_takes_no_quantity_it_cannot_hold() {
    let (dir, shop) = shop();
    let (unprocessable, code) = (StatusCode::UNPROCESSABLE_ENTITY, "quantity");
    refused(
        shop.post("/orders", r#"{"items":{"tea":0}}"#).await,
        unprocessable,
        code,
    );
    create(&shop, r#"{"tea":2}"#).await;

    refused(add(&shop, "tea", "0").await, unprocessable, code);
    refused(add(&shop, "tea", "4294967294").await, unprocessable, code);

    assert_eq!(shop.get(ORDER).await.1["units"], 2);
    closed(shop, dir).await;
}

#[tokio::test]
async fn what_comes_too_early_or_too_late_is_a_conflict() {
    let (dir, shop) = shop();
    create(&shop, "{}").await;
    let pay = format!("{ORDER}/pay");
    let card = r#"{"card":"tok_visa"}"#;

    refused(shop.post(&pay, card).await, StatusCode::CONFLICT, "empty");
    refused(
        shop.post(&format!("{ORDER}/ship"), "").await,
        StatusCode::CONFLICT,
        "wrong_status",
    );
    assert_eq!(
        shop.post(&format!("{ORDER}/cancel"), "").await.1["status"],
        "cancelled"
    );

    let told = refused(
        shop.post(&pay, card).await,
        StatusCode::CONFLICT,
        "wrong_status",
    );
    assert_eq!(told, "the order is cancelled and cannot be paid");
    refused(
        add(&shop, "tea", "1").await,
        StatusCode::CONFLICT,
        "wrong_status",
    );
    closed(shop, dir).await;
}

#[tokio::test]
async fn orders_are_listed_up_to_the_limit() {
    let (dir, shop) = shop();
    for _ in 0..3 {
        shop.post("/orders", "{}").await;
    }

    let (_, all) = shop.get("/orders").await;
    let (_, two) = shop.get("/orders?limit=2").await;

    assert_eq!(
        (all["orders"].as_array().map(Vec::len), &all["more"]),
        (Some(3), &json!(false))
    );
    assert_eq!(
        (two["orders"].as_array().map(Vec::len), &two["more"]),
        (Some(2), &json!(true))
    );
    closed(shop, dir).await;
}

// S2, T1: a stop saves every order, a start restores it
#[tokio::test]
async fn a_restart_keeps_the_orders() {
    let (dir, shop) = shop();
    create(&shop, r#"{"tea":2}"#).await;
    let (_, before) = add(&shop, "cup", "4").await;
    shop.close().await;

    let shop = Shop::open(dir.path());

    assert_eq!(shop.get(ORDER).await, (StatusCode::OK, before));
    closed(shop, dir).await;
}

// P8, P4: a checkpoint saves what has changed, and only that
#[tokio::test]
async fn a_checkpoint_says_whether_there_was_anything_to_save() {
    let (dir, shop) = shop();
    create(&shop, "{}").await;
    add(&shop, "cup", "4").await;
    let checkpoint = format!("{ORDER}/checkpoint");

    assert_eq!(
        shop.post(&checkpoint, "").await.1,
        json!({ "checkpoint": "saved" })
    );
    assert_eq!(
        shop.post(&checkpoint, "").await.1,
        json!({ "checkpoint": "unchanged" })
    );
    closed(shop, dir).await;
}

fn shop() -> (ScratchDir, Shop) {
    let dir = ScratchDir::new().expect("a place for the database");
    let shop = Shop::open(dir.path());
    (dir, shop)
}

/// The directory goes last, when nothing writes into it any more.
async fn closed(shop: Shop, dir: ScratchDir) {
    shop.close().await;
    drop(dir);
}

fn id() -> &'static str {
    ORDER.trim_start_matches("/orders/")
}

async fn create(shop: &Shop, items: &str) {
    let new = format!(r#"{{"id":"{}","items":{items}}}"#, id());
    assert_eq!(shop.post("/orders", &new).await.0, StatusCode::CREATED);
}

async fn add(shop: &Shop, sku: &str, quantity: &str) -> Answer {
    let item = format!(r#"{{"sku":"{sku}","quantity":{quantity}}}"#);
    shop.post(&format!("{ORDER}/items"), &item).await
}

/// What the caller was told.
fn refused((status, json): Answer, wanted: StatusCode, code: &str) -> String {
    assert_eq!(
        (status, &json["error"]["code"]),
        (wanted, &Value::from(code)),
        "{json}"
    );
    let told = json["error"]["message"].as_str().unwrap_or_default();
    assert!(!told.is_empty(), "{json}");
    told.to_owned()
}
