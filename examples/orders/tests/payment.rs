//! Paying: once for an order, whoever asks and however often, also across a restart.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use crate::support::{Answer, Shop};
use axum::http::StatusCode;
use noex::testing::ScratchDir;
use orders::gateway::{Charge, Charging, Gateway, SimulatedGateway};
use tokio::sync::Notify;

const ORDER: &str = "/orders/11111111-1111-4111-8111-111111111111";

/// A gateway that answers when it is told to, and counts.
#[derive(Clone, Default)]
struct SlowGateway {
    asked: Arc<AtomicUsize>,
    asking: Arc<Notify>,
    answer: Arc<Notify>,
}

impl Gateway for SlowGateway {
    fn charge(&self, charge: Charge) -> Charging {
        let gateway = self.clone();
        Box::pin(async move {
            gateway.asked.fetch_add(1, Ordering::Relaxed);
            gateway.asking.notify_one();
            gateway.answer.notified().await;
            let latency = Duration::ZERO;
            SimulatedGateway { latency }.charge(charge).await
        })
    }
}

// M3: the server stays free while a deferred reply is outstanding
#[tokio::test]
async fn an_order_answers_while_it_is_being_paid_and_pays_once() {
    let dir = ScratchDir::new().expect("a place for the database");
    let gateway = SlowGateway::default();
    let shop = shop(&dir, &gateway).await;

    let (first, second, ()) = tokio::join!(pay(&shop), pay(&shop), async {
        gateway.asking.notified().await;
        assert_eq!(shop.get(ORDER).await.1["status"], "paying");
        gateway.answer.notify_one();
    });

    assert_eq!(
        (first.0, &first.1["status"]),
        (StatusCode::OK, &"paid".into())
    );
    assert_eq!(second, first);
    assert_eq!(pay(&shop).await, first);
    assert_eq!(gateway.asked.load(Ordering::Relaxed), 1);
    shop.close().await;
}

// T1: a stop saves an order whose payment is under way, and a start goes on with it
#[tokio::test]
async fn a_payment_that_a_stop_cut_off_is_made_after_the_start() {
    let dir = ScratchDir::new().expect("a place for the database");
    let gateway = SlowGateway::default();
    let first_shop = shop(&dir, &gateway).await;
    let (paid, ()) = tokio::join!(pay(&first_shop), async {
        gateway.asking.notified().await;
        first_shop.close().await;
    });
    assert_eq!(paid.0, StatusCode::GATEWAY_TIMEOUT);

    let shop = Shop::open(dir.path());
    let (status, order) = pay(&shop).await;

    assert_eq!((status, &order["status"]), (StatusCode::OK, &"paid".into()));
    shop.close().await;
}

#[tokio::test]
async fn a_declined_order_waits_for_another_card() {
    let dir = ScratchDir::new().expect("a place for the database");
    let shop = Shop::open(dir.path());
    create(&shop).await;

    let declined = shop
        .post(&format!("{ORDER}/pay"), r#"{"card":"tok_declined"}"#)
        .await;
    assert_eq!(declined.0, StatusCode::PAYMENT_REQUIRED);
    assert_eq!(declined.1["error"]["message"], "the card was declined");
    assert_eq!(shop.get(ORDER).await.1["status"], "pending");

    assert_eq!(pay(&shop).await.1["status"], "paid");
    shop.close().await;
}

async fn shop(dir: &ScratchDir, gateway: &SlowGateway) -> Shop {
    let shop = Shop::with_gateway(dir.path(), gateway.clone());
    create(&shop).await;
    shop
}

async fn create(shop: &Shop) {
    let id = ORDER.trim_start_matches("/orders/");
    let new = format!(r#"{{"id":"{id}","items":{{"tea":1}}}}"#);
    assert_eq!(shop.post("/orders", &new).await.0, StatusCode::CREATED);
}

async fn pay(shop: &Shop) -> Answer {
    shop.post(&format!("{ORDER}/pay"), r#"{"card":"tok_visa"}"#)
        .await
}
