//! The payment gateway: what an order needs of one, and a simulated one.

use std::fmt;
use std::pin::Pin;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// Takes money. Asked twice for one order, it takes it once and answers the same.
pub trait Gateway: Send + Sync {
    /// Charges `card` for an order.
    fn charge(&self, charge: Charge) -> Charging;
}

/// A charge on its way.
pub type Charging = Pin<Box<dyn Future<Output = Result<Receipt, Declined>> + Send>>;

/// What is charged.
#[derive(Clone, Debug)]
pub struct Charge {
    /// The order, by which the gateway knows a charge again.
    pub order: Uuid,
    /// The card that pays.
    pub card: Card,
    /// How many units are paid for.
    pub units: u64,
}

/// A card, as the token that stands for it.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Card(String);

/// Proof of a payment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Receipt(String);

/// The gateway's no.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the card was declined")]
pub struct Declined;

/// A gateway that takes its time, and takes every card but `tok_declined`.
#[derive(Clone, Copy, Debug)]
pub struct SimulatedGateway {
    /// How long it takes.
    pub latency: Duration,
}

impl Default for SimulatedGateway {
    fn default() -> Self {
        Self {
            latency: Duration::from_millis(50),
        }
    }
}

impl Gateway for SimulatedGateway {
    fn charge(&self, charge: Charge) -> Charging {
        let latency = self.latency;
        Box::pin(async move {
            tokio::time::sleep(latency).await;
            if charge.card.0 == "tok_declined" {
                return Err(Declined);
            }
            Ok(Receipt(format!("rcpt_{}", charge.order.simple())))
        })
    }
}

impl Card {
    /// The card this token stands for.
    #[must_use]
    pub fn new(token: impl Into<String>) -> Self {
        Self(token.into())
    }
}

/// A token is as good as the card: it goes into no log.
impl fmt::Debug for Card {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Card(..)")
    }
}
